/** Reads what `tfds.builder_from_directory` reads: the splits from `dataset_info.json`, keys as the features are named. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ReadPicture } from '../exporter.ts'
import { readLines } from './label-lines.ts'
import { pictureSize } from './picture-size.ts'
import { bytesOf, type FoundExample, numbersOf, oneNumber, readExamples } from './tfrecord.ts'

const Split = Type.Object({
  name: Type.String(),
  shardLengths: Type.Array(Type.String({ pattern: '^\\d+$' })),
  numBytes: Type.String({ pattern: '^\\d+$' }),
  filepathTemplate: Type.String(),
})
const Info = Type.Object({
  name: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
  version: Type.String(),
  fileFormat: Type.Literal('tfrecord'),
  splits: Type.Array(Split),
})
const ClassLabel = Type.Object({ classLabel: Type.Object({ numClasses: Type.String() }) })
const Features = Type.Object({
  featuresDict: Type.Object({ features: Type.Object({ image: Type.Unknown(), label: ClassLabel }) }),
})

/** @throws Error where lengths, sizes or labels are not what they are said to be */
export async function* readTfds(folder: string): AsyncGenerator<ReadPicture> {
  const at = await builderFolder(folder)
  const info = Value.Parse(Info, JSON.parse(await readFile(join(at, 'dataset_info.json'), 'utf8')))
  const { featuresDict } = Value.Parse(
    Features,
    JSON.parse(await readFile(join(at, 'features.json'), 'utf8')),
  )
  const labels = await readLines(join(at, 'label.labels.txt'))
  const { numClasses } = featuresDict.features.label.classLabel
  if (labels.length !== Number(numClasses)) throw new Error(`${labels.length} labels, not ${numClasses}`)
  const boxLabels =
    'objects' in featuresDict.features ? await readLines(join(at, 'objects-label.labels.txt')) : undefined
  for (const split of info.splits)
    for await (const example of examplesOf(at, info.name, split))
      yield found(example, split.name, labels, boxLabels)
}

/** The one folder below that holds a `dataset_info.json`. */
async function builderFolder(folder: string): Promise<string> {
  const paths = (await readdir(folder, { recursive: true })).filter(path =>
    path.endsWith('dataset_info.json'),
  )
  const [path, ...more] = paths
  if (path === undefined || more.length > 0) throw new Error(`${paths.length} datasets, where one should be`)
  return join(folder, dirname(path))
}

async function* examplesOf(folder: string, dataset: string, split: Type.Static<typeof Split>) {
  const padded = (number: number) => String(number).padStart(5, '0')
  let bytes = 0
  for (const [nth, length] of split.shardLengths.entries()) {
    const path = join(
      folder,
      split.filepathTemplate
        .replace('{DATASET}', dataset)
        .replace('{SPLIT}', split.name)
        .replace('{FILEFORMAT}', 'tfrecord')
        .replace('{SHARD_X_OF_Y}', `${padded(nth)}-of-${padded(split.shardLengths.length)}`),
    )
    let read = 0
    for await (const example of readExamples(path)) {
      read += 1
      yield example
    }
    if (read !== Number(length)) throw new Error(`${path}: ${read} examples, not ${length}`)
    bytes += (await stat(path)).size
  }
  if (bytes !== Number(split.numBytes))
    throw new Error(`${split.name}: ${bytes} bytes, not ${split.numBytes}`)
}

function found(
  example: FoundExample,
  split: string,
  labels: readonly string[],
  boxLabels: readonly string[] | undefined,
): ReadPicture {
  const label = labels[oneNumber(example, 'label')]
  const [bytes] = bytesOf(example, 'image')
  const size = bytes && pictureSize(bytes)
  if (!bytes || !size || label === undefined) throw new Error('an example without a picture or its label')
  const read = {
    ...{ label, split, ...size },
    digest: createHash('sha256').update(bytes).digest('hex'),
    bytes: async () => bytes,
  }
  if (!boxLabels) return read
  const edges = numbersOf(example, 'objects/bbox')
  const boxes = numbersOf(example, 'objects/label').map((number, nth) => {
    const [top = 0, left = 0, bottom = 0, right = 0] = edges.slice(4 * nth, 4 * nth + 4)
    const name = boxLabels[number]
    if (name === undefined) throw new Error(`there is no label of number ${number}`)
    return {
      ...{ label: name, x: left * size.width, y: top * size.height },
      ...{ width: (right - left) * size.width, height: (bottom - top) * size.height },
    }
  })
  return { ...read, boxes }
}
