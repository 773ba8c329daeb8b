/**
 * TFRecord files of `tf.train.Example`: with the keys of TensorFlow's own tools, or as TensorFlow Datasets writes them, where
 * keys are names of features and names of classes lie beside.
 */
import { splitOfPath } from '../../exports/readers/found.ts'
import { type FoundExample, readExamples } from '../../exports/readers/tfrecord.ts'
import { factsOf, sizeOf, wholeOf } from './facts.ts'
import { type Names, namesIn } from './labels.ts'
import type { PackedFile, PackedPicture, PackedReader, Texts, Told } from './protocol.ts'

/** Of one record. */
const usualBytes = 128 * 1024 * 1024

const withoutPicture = { say: 'an example without a picture', lost: 'without-picture' } as const

const pictureKeys = ['image/encoded', 'image', 'image_raw', 'image/encoded_image', 'encoded']

/** @throws Error when a record is damaged, or longer than a picture may be */
export async function* readTfrecord(
  { path, place }: PackedFile,
  texts: Texts,
  mostBytes = usualBytes,
): ReturnType<PackedReader> {
  const names: Kinds = {
    labels: namesIn(texts, 'label.labels.txt', 'labels.txt', 'label_map.pbtxt', 'classes.txt'),
    boxes: namesIn(texts, 'objects-label.labels.txt', 'label_map.pbtxt', 'label.labels.txt', 'labels.txt'),
  }
  const split = splitOfPath(path)
  for await (const example of readExamples(place, mostBytes)) {
    yield pictureOf(example, names, split) ?? withoutPicture
  }
}

interface Kinds {
  readonly labels: Names
  readonly boxes: Names
}

function pictureOf(example: FoundExample, names: Kinds, split: Told['split']): PackedPicture | undefined {
  const first = (key: string) => example.get(key)?.[0]
  const bytes = pictureKeys.map(first).find(value => Buffer.isBuffer(value) && value.length > 0)
  if (!Buffer.isBuffer(bytes)) return undefined
  const word = (key: string) => {
    const value = first(key)
    return Buffer.isBuffer(value) ? value.toString() : undefined
  }
  const number = wholeOf(first('image/class/label')) ?? wholeOf(first('label'))
  const label = word('image/class/text') || word('label') || nameOf(number, names.labels)
  const digest = word('image/key/sha256')
  return {
    ...{ bytes, split, labels: label === undefined ? [] : [label] },
    boxes: example.has('image/object/bbox/xmin')
      ? edgesOf(example, names.boxes)
      : quartersOf(example, names.boxes),
    size: sizeOf(first('image/width'), first('image/height')),
    about: { ...factsOf(word), ...(digest && { digest }) },
  }
}

/** Below zero there is none, and 0 is what is in no class where names begin with 1. */
function nameOf(number: number | undefined, names: Names): string | undefined {
  if (number === undefined || number < 0) return undefined
  return names.size === 0 ? String(number) : names.get(number)
}

const listIn = (example: FoundExample, key: string) => example.get(key) ?? []
const numbersIn = (example: FoundExample, key: string) =>
  listIn(example, key).map(value => (typeof value === 'number' ? value : Number.NaN))

/** Four lists of edges, in shares of width and height. */
function edgesOf(example: FoundExample, names: Names): Told['boxes'] {
  const edges = (name: string) => numbersIn(example, `image/object/bbox/${name}`)
  const [left, top, right, bottom] = [edges('xmin'), edges('ymin'), edges('xmax'), edges('ymax')]
  const texts = listIn(example, 'image/object/class/text').map(String)
  const numbers = numbersIn(example, 'image/object/class/label')
  return left.flatMap((x, at) =>
    boxOf([x, top[at], right[at], bottom[at]], texts[at] || nameOf(numbers[at], names)),
  )
}

/** One list of top, left, bottom and right for each. */
function quartersOf(example: FoundExample, names: Names): Told['boxes'] {
  const edges = numbersIn(example, 'objects/bbox')
  return numbersIn(example, 'objects/label').flatMap((number, at) => {
    const [top, left, bottom, right] = edges.slice(4 * at, 4 * at + 4)
    return boxOf([left, top, right, bottom], nameOf(number, names))
  })
}

function boxOf(edges: readonly (number | undefined)[], label: string | undefined): Told['boxes'] {
  const [left = Number.NaN, top = Number.NaN, right = Number.NaN, bottom = Number.NaN] = edges
  const [width, height] = [right - left, bottom - top]
  const isOne = [left, top, width, height].every(Number.isFinite) && width > 0 && height > 0
  if (label === undefined || !isOne) return []
  return [{ label, x: left, y: top, width, height, unit: 'share' }]
}
