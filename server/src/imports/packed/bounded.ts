/** What is told of one picture, held to what the server takes: one odd row is no reason to refuse a set. */
import type { Told } from './protocol.ts'

/** Of a name of a class; a map names none that is longer. */
const mostNameUnits = 200
const mostLabels = 1000
const mostBoxes = 100_000
/** Of JSON, for one picture. Many are on their way at once. */
const mostToldUnits = 1024 * 1024

/** @returns it with names cut and what is no rectangle left out; nothing when it is too much even so */
export function boundedTold({
  labels,
  boxes,
  about: { digest, ...about },
  split,
  size,
}: Told): Told | undefined {
  const told = {
    ...{ split, size, labels: labels.slice(0, mostLabels).map(cut) },
    boxes: boxes.slice(0, mostBoxes).flatMap(box => {
      const isOne = [box.x, box.y, box.width, box.height].every(Number.isFinite)
      return isOne ? [{ ...box, label: cut(box.label) }] : []
    }),
    // A digest of another length is none.
    about: { ...about, ...(digest?.length === 64 && { digest }) },
  }
  return JSON.stringify(told).length > mostToldUnits ? undefined : told
}

/** Never between the two halves of a character. */
const cut = (name: string) =>
  name.length <= mostNameUnits ? name : name.slice(0, mostNameUnits).replace(/[\ud800-\udbff]$/, '')
