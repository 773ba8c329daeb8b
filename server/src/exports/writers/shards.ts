/** Sets that are too large for one file: how many pictures go into each, and their names. */
import type { SplitName } from '@gleaner/shared/splits'
import type { ExportPicture, ExportSet } from '../exporter.ts'

export interface ShardLimits {
  readonly mostBytes: number
  readonly mostPictures?: number
}

/** What readers of this kind call pictures that nobody has split. */
export const splitOr = (split: SplitName | null): SplitName => split ?? 'train'

/** @returns the number of pictures of each shard; every shard but one of a single picture keeps to the limits */
export async function shardCounts(
  pictures: AsyncIterable<Pick<ExportPicture, 'sizeBytes'>>,
  { mostBytes, mostPictures = Number.POSITIVE_INFINITY }: ShardLimits,
): Promise<readonly number[]> {
  const counts: number[] = []
  let count = 0
  let bytes = 0
  for await (const { sizeBytes } of pictures) {
    if (count > 0 && (count >= mostPictures || bytes + sizeBytes > mostBytes)) {
      counts.push(count)
      count = 0
      bytes = 0
    }
    count += 1
    bytes += sizeBytes
  }
  if (count > 0) counts.push(count)
  return counts
}

/** Hands out a sequence in parts of the given lengths. Each part has to be read to its end before the next one is. */
export async function* inParts<Item>(
  items: AsyncIterable<Item>,
  counts: readonly number[],
): AsyncGenerator<AsyncIterable<Item>> {
  const source = items[Symbol.asyncIterator]()
  async function* part(count: number): AsyncGenerator<Item> {
    for (let nth = 0; nth < count; nth++) {
      const next = await source.next()
      if (next.done === true) throw new Error('a set gave fewer pictures than it counted')
      yield next.value
    }
  }
  try {
    for (const count of counts) yield part(count)
  } finally {
    await source.return?.()
  }
}

/** `00003-of-00012` */
export const shardOf = (nth: number, of: number): string =>
  `${String(nth).padStart(5, '0')}-of-${String(of).padStart(5, '0')}`

/** Whether anybody has drawn a box in this set. */
export async function hasBoxes(set: Pick<ExportSet, 'pictures'>): Promise<boolean> {
  for await (const { boxes } of set.pictures()) if (boxes.length > 0) return true
  return false
}
