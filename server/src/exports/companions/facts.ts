/** What a set is made of, counted in one pass. All of it follows from the version: the same one gives the same facts. */

import type { ExportSet } from '../exporter.ts'
import { hostOf } from './words.ts'

export interface SetFacts {
  readonly sizeBytes: number
  readonly engines: readonly Counted[]
  readonly queries: readonly Counted[]
  readonly hosts: readonly Counted[]
  readonly licenses: readonly Counted[]
  readonly originals: readonly Counted[]
  readonly thumbnails: number
  readonly boxes: number
  readonly prohibited: number
  readonly imported: number
  readonly widths: Range
  readonly heights: Range
  readonly storedAtMs: Range
}

export interface Counted {
  readonly name: string
  readonly count: number
}
interface Range {
  readonly least: number
  readonly most: number
}

/** What the file says of its use for training, by PLUS. */
const isProhibited = (rights: Readonly<Record<string, string>>) =>
  Object.values(rights).some(said => /DMI-PROHIBITED/.test(said))

export async function factsOf(set: ExportSet): Promise<SetFacts> {
  const counters = {
    engines: createCounter(),
    queries: createCounter(),
    hosts: createCounter(),
    licenses: createCounter(),
    originals: createCounter(),
  }
  const ranges = { widths: createRange(), heights: createRange(), storedAtMs: createRange() }
  const sums = { sizeBytes: 0, thumbnails: 0, boxes: 0, prohibited: 0, imported: 0 }
  for await (const { from, sizeBytes, width, height, boxes } of set.pictures()) {
    const host = hostOf(from.sourceUrl ?? from.landingUrl)
    if (from.engine !== null) counters.engines.add(from.engine)
    if (from.query !== null) counters.queries.add(from.query)
    if (host !== null) counters.hosts.add(host)
    counters.licenses.add(from.license?.name ?? 'none stated')
    counters.originals.add(from.original.format)
    ranges.widths.add(width)
    ranges.heights.add(height)
    ranges.storedAtMs.add(from.storedAtMs)
    sums.sizeBytes += sizeBytes
    sums.boxes += boxes.length
    if (from.isThumbnail) sums.thumbnails += 1
    if (isProhibited(from.rights)) sums.prohibited += 1
    if (from.sourceUrl === null) sums.imported += 1
  }
  return {
    ...sums,
    engines: counters.engines.all(),
    queries: counters.queries.all(),
    hosts: counters.hosts.all(),
    licenses: counters.licenses.all(),
    originals: counters.originals.all(),
    widths: ranges.widths.range(),
    heights: ranges.heights.range(),
    storedAtMs: ranges.storedAtMs.range(),
  }
}

function createCounter() {
  const counts = new Map<string, number>()
  return {
    add: (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1),
    /** Most first, then by name. */
    all: (): Counted[] =>
      [...counts]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
  }
}

function createRange() {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  return {
    add: (value: number): void => {
      if (value < least) least = value
      if (value > most) most = value
    },
    range: (): Range => (least > most ? { least: 0, most: 0 } : { least, most }),
  }
}
