/** Reads a set of TFRecord files by the usual keys of their examples. */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadPicture } from '../exporter.ts'
import { readLines } from './label-lines.ts'
import { bytesOf, type FoundExample, numbersOf, oneNumber, readExamples, textsOf } from './tfrecord.ts'

/** @throws Error where a record is damaged, a key is missing, or a number is not that of its label */
export async function* readTfrecord(folder: string): AsyncGenerator<ReadPicture> {
  const labels = new Map(
    (await readLines(join(folder, 'labels.txt'))).map(line => {
      const [number = '', ...rest] = line.split(':')
      return [Number(number), rest.join(':')]
    }),
  )
  const names = (await readdir(folder)).filter(name => name.endsWith('.tfrecord')).sort()
  for (const name of names) {
    const split = /^(.+)-\d{5}-of-\d{5}\.tfrecord$/.exec(name)?.[1] ?? null
    for await (const example of readExamples(join(folder, name))) yield found(example, split, labels)
  }
}

function found(
  example: FoundExample,
  split: string | null,
  labels: ReadonlyMap<number, string>,
): ReadPicture {
  const [label] = textsOf(example, 'image/class/text')
  if (label === undefined || labels.get(oneNumber(example, 'image/class/label')) !== label)
    throw new Error(`${label} is not what its number says`)
  const [bytes] = bytesOf(example, 'image/encoded')
  if (!bytes) throw new Error('an example without a picture')
  const [width, height] = [oneNumber(example, 'image/width'), oneNumber(example, 'image/height')]
  const digest = createHash('sha256').update(bytes).digest('hex')
  const read = { label, split, digest, width, height, bytes: async () => bytes }
  if (!example.has('image/object/class/text')) return read
  const edges = (name: string) => numbersOf(example, `image/object/bbox/${name}`)
  const [left, right, top, bottom] = [edges('xmin'), edges('xmax'), edges('ymin'), edges('ymax')]
  const boxes = textsOf(example, 'image/object/class/text').map((text, nth) => {
    const [x = 0, y = 0, toX = 0, toY = 0] = [left[nth], top[nth], right[nth], bottom[nth]]
    return {
      ...{ label: text, x: x * width, y: y * height },
      ...{ width: (toX - x) * width, height: (toY - y) * height },
    }
  })
  return { ...read, boxes }
}
