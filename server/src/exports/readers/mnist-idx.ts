/** Reads IDX files as torchvision does: four uncompressed ones in `<name>/raw`, three dimensions and one. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadPicture } from '../exporter.ts'
import { readLines } from './label-lines.ts'
import { digestOfPixels, withRawFile } from './pixels.ts'

const sets = { train: 'train', t10k: 'test', validation: 'validation' } as const

/** @throws Error where torchvision would, and where lengths do not fit */
export async function* readMnistIdx(
  folder: string,
  { folder: name }: { readonly folder: string },
): AsyncGenerator<ReadPicture> {
  const raw = join(folder, name, 'raw')
  const labels = await readLines(join(folder, 'labels.txt'))
  const files = await readdir(raw)
  for (const [prefix, split] of Object.entries(sets)) {
    const [images, numbers] = [`${prefix}-images-idx3-ubyte`, `${prefix}-labels-idx1-ubyte`]
    if (split === 'validation' && !files.includes(images)) continue
    if (!files.includes(images) || !files.includes(numbers)) throw new Error(`Dataset not found: ${prefix}`)
    yield* readSet(join(raw, images), await readNumbers(join(raw, numbers)), { split, labels })
  }
}

async function readNumbers(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path)
  if (bytes.readUInt32BE(0) !== 0x0801) throw new Error(`${path}: not one dimension of bytes`)
  const numbers = bytes.subarray(8)
  if (numbers.length !== bytes.readUInt32BE(4)) throw new Error(`${path}: ${numbers.length} labels`)
  return numbers
}

function readSet(
  path: string,
  numbers: Uint8Array,
  { split, labels }: { readonly split: string; readonly labels: readonly string[] },
): AsyncGenerator<ReadPicture> {
  return withRawFile(path, async function* (file) {
    const head = await file.at(0, 16)
    const [magic, count, height, width] = [0, 4, 8, 12].map(at => head.readUInt32BE(at))
    if (magic !== 0x0803 || !height || !width) throw new Error(`${path}: not three dimensions of bytes`)
    if (count !== numbers.length || file.sizeBytes !== 16 + count * height * width)
      throw new Error(`${path}: ${count} pictures, ${numbers.length} labels, ${file.sizeBytes} bytes`)
    let nth = 0
    for await (const pixels of file.records(16, height * width)) {
      const label = labels[numbers[nth] ?? -1]
      if (label === undefined) throw new Error(`${path}: picture ${nth} has no label`)
      yield { label, split, width, height, pixels, digest: digestOfPixels(pixels) }
      nth += 1
    }
  })
}
