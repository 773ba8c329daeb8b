/** What evens classes out in training, without a picture more or less: weights, and how often to draw each picture. */
import type { SplitName } from '@gleaner/shared/splits'
import type { ExportSet } from '../exporter.ts'
import { csvLine } from '../writers/csv.ts'

/** The split that is learned from. */
const learned = ({ splits }: ExportSet): SplitName | null => (splits[0] === null ? null : 'train')

/** `class_weights.json`: by name, so that every class counts as much as every other (n / (classes × n of the class)). */
export function classWeights(set: ExportSet): string {
  const counts = set.tally(learned(set))
  const held = counts.filter(count => count > 0)
  const total = held.reduce((sum, count) => sum + count, 0)
  const weightOf = (count: number) => (count === 0 ? 0 : Number((total / (held.length * count)).toFixed(6)))
  const weights = set.classes.map(({ name, index }) => [name, weightOf(counts[index] ?? 0)])
  return `${JSON.stringify(Object.fromEntries(weights), null, 2)}\n`
}

/**
 * `oversample.csv`: how often to draw each picture of train so that all classes come up as often as the largest. Where that is
 * no whole number, the first pictures by id are drawn once more.
 */
export async function* oversampleLines(set: ExportSet): AsyncGenerator<string> {
  const split = learned(set)
  const counts = set.tally(split)
  const most = Math.max(...counts)
  const seen = counts.map(() => 0)
  yield csvLine(['id', 'label', 'class', 'times'])
  for await (const { id, class: ofClass } of set.pictures({ split })) {
    const { index, label, name } = ofClass
    const count = counts[index] ?? 1
    const isDrawnAgain = (seen[index] ?? 0) < most % count
    seen[index] = (seen[index] ?? 0) + 1
    yield csvLine([id, label, name, Math.floor(most / count) + (isDrawnAgain ? 1 : 0)])
  }
}
