/** TFRecord shards with what TensorFlow Datasets wants to know of them: `tfds.load`, without a line of code. */
import { Type } from 'typebox'
import { classesAndBoxes, defineExporter, type ExportPicture, type ExportSet } from '../exporter.ts'
import { readTfds } from '../readers/tfds.ts'
import { withBytes } from '../writers/picture-content.ts'
import { hasBoxes, inParts, shardCounts, shardOf, splitOr } from '../writers/shards.ts'
import { type Example, recordsOf } from '../writers/tfrecord.ts'
import { boxLabels, drawnBoxes, numbered } from './boxes.ts'
import { heldTo, kindsRule } from './rules.ts'
import { shardMbOption } from './tensorflow.ts'
import { tfdsFeatures } from './tfds-features.ts'

const options = Type.Object(
  {
    name: Type.String({
      title: 'Name of the dataset',
      description:
        'As in tfds.load("name"): lower-case letters, digits and "_". Empty: made from the name of the dataset.',
      pattern: '^([a-z][a-z0-9_]{0,60})?$',
      default: '',
    }),
    version: Type.String({
      title: 'Version',
      description: 'Three numbers, as TensorFlow Datasets counts versions.',
      pattern: '^\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$',
      default: '1.0.0',
    }),
    shardMb: shardMbOption,
  },
  { additionalProperties: false },
)

export const tfds = defineExporter({
  format: 'tfds',
  title: 'TensorFlow Datasets',
  readBy: 'tensorflow_datasets (tfds.load and builder_from_directory)',
  options,
  containers: ['folder', 'tar'],
  keeps: 'bytes',
  marks: classesAndBoxes,
  preflight: set => heldTo(set, [kindsRule(['jpg', 'png'])]),
  write: async (set, sink, { name, version, shardMb }) => {
    const dataset = name === '' ? datasetName(set.header.dataset) : name
    const folder = `${dataset}/${version}`
    const labels = (await hasBoxes(set)) ? await boxLabels(set) : undefined
    const numbers = labels && numbered(labels, 0)
    const extensions = new Set<string>()
    const splits = []
    for (const split of set.splits) {
      const chosen = { split, isShuffled: true }
      const counts = await shardCounts(set.pictures(chosen), { mostBytes: shardMb * 1e6 })
      let numBytes = 0
      let nth = 0
      for await (const part of inParts(withBytes(set, sink, chosen), counts)) {
        const examples = recordsOf(part, ({ picture, bytes }) => {
          extensions.add(picture.extension)
          return exampleOf(picture, bytes, numbers)
        })
        const shard = `${dataset}-${splitOr(split)}.tfrecord-${shardOf(nth, counts.length)}`
        numBytes += await sink.stream(`${folder}/${shard}`, examples)
        nth += 1
      }
      splits.push({
        name: splitOr(split),
        shardLengths: counts.map(String),
        numBytes: String(numBytes),
        filepathTemplate,
      })
    }
    const text = (all: readonly string[]) => all.map(line => `${line}\n`).join('')
    const names = set.classes.map(({ label }) => label)
    const encoding =
      extensions.size === 1 ? [...extensions].map(e => (e === 'jpg' ? 'jpeg' : e))[0] : undefined
    const channels = set.render.isGrey ? 1 : 3
    const features = tfdsFeatures({ classes: names.length, boxLabels: labels?.length, encoding, channels })
    await sink.write(`${folder}/features.json`, json(features))
    await sink.write(`${folder}/label.labels.txt`, text(names))
    if (labels) await sink.write(`${folder}/objects-label.labels.txt`, text(labels))
    await sink.write(`${folder}/dataset_info.json`, json(infoOf(set, { name: dataset, version, splits })))
  },
  read: readTfds,
})

const filepathTemplate = '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}'
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** A name of Python's: `Red pandas (2026)` becomes `red_pandas_2026`. */
function datasetName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
  const trimmed = plain.replace(/^[_0-9]+|_+$/g, '').slice(0, 60)
  return trimmed === '' ? 'dataset' : trimmed
}

const infoOf = (
  { header, version }: ExportSet,
  more: { readonly name: string; readonly version: string; readonly splits: readonly unknown[] },
) => ({
  ...more,
  description: `${header.dataset}, ${version.name}. ${version.description}`.trim(),
  fileFormat: 'tfrecord',
  releaseNotes: { [more.version]: `Digest ${version.digest}` },
})

/** Keys are names of features; those of a sequence have its name before them. */
function exampleOf(
  picture: ExportPicture,
  bytes: Buffer,
  numbers: ReadonlyMap<string, number> | undefined,
): Example {
  const { id, width, height, from } = picture
  const boxes = numbers ? drawnBoxes(picture, 'background') : []
  const edges = boxes.flatMap(({ x, y, width: w, height: h }) => [
    ...[y / height, x / width],
    ...[(y + h) / height, (x + w) / width],
  ])
  return {
    image: { bytes: [bytes] },
    label: { ints: [picture.class.index] },
    id: { bytes: [id] },
    source_url: { bytes: [from.sourceUrl ?? ''] },
    license: { bytes: [from.license?.name ?? ''] },
    ...(numbers
      ? {
          'objects/bbox': { floats: edges },
          'objects/label': { ints: boxes.map(({ label }) => numbers.get(label) ?? 0) },
        }
      : {}),
  }
}
