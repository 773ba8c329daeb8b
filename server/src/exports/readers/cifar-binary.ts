/** Reads binary CIFAR files: by their length alone, for they have no header. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadPicture } from '../exporter.ts'
import { readLines } from './label-lines.ts'
import { digestOfPixels, withRawFile } from './pixels.ts'

interface Known {
  readonly layout: 'cifar-10' | 'cifar-100'
  readonly sidePx: number
}

/** @returns pictures with their fine label. @throws Error when a label has no name, or a file no whole number of records */
export async function* readCifarBinary(
  folder: string,
  { layout, sidePx }: Known,
): AsyncGenerator<ReadPicture> {
  const isHundred = layout === 'cifar-100'
  const at = join(folder, isHundred ? 'cifar-100-binary' : 'cifar-10-batches-bin')
  const labels = await readLines(join(at, isHundred ? 'fine_label_names.txt' : 'batches.meta.txt'))
  const coarse = isHundred ? await readLines(join(at, 'coarse_label_names.txt')) : []
  const names = (await readdir(at)).filter(name => name.endsWith('.bin')).sort()
  const least = isHundred
    ? ['train.bin', 'test.bin']
    : ['data_batch_1.bin', 'data_batch_5.bin', 'test_batch.bin']
  const missing = least.find(name => !names.includes(name))
  if (missing !== undefined) throw new Error(`there is no ${missing}`)
  const labelBytes = isHundred ? 2 : 1
  for (const name of names) {
    const split = name.startsWith('test') ? 'test' : name.startsWith('validation') ? 'validation' : 'train'
    yield* withRawFile(join(at, name), async function* (file) {
      for await (const row of file.records(0, labelBytes + 3 * sidePx * sidePx)) {
        const label = labels[row[labelBytes - 1] ?? -1]
        if (label === undefined || (isHundred && coarse[row[0] ?? -1] === undefined))
          throw new Error(`${name}: a label without a name`)
        const pixels = interleaved(row.subarray(labelBytes))
        yield { label, split, width: sidePx, height: sidePx, pixels, digest: digestOfPixels(pixels) }
      }
    })
  }
}

/** Red, green and blue of each pixel side by side. */
function interleaved(planes: Buffer): Buffer {
  const plane = planes.length / 3
  return Buffer.from(planes.map((_, at) => planes[(at % 3) * plane + Math.floor(at / 3)] ?? 0))
}
