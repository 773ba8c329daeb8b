/** TFRecord shards of `tf.train.Example`, with the keys that TensorFlow's own tools use. */
import { Type } from 'typebox'
import { classesAndBoxes, defineExporter, type ExportPicture } from '../exporter.ts'
import { readTfrecord } from '../readers/tfrecord-set.ts'
import { withBytes } from '../writers/picture-content.ts'
import { hasBoxes, inParts, shardCounts, shardOf, splitOr } from '../writers/shards.ts'
import { type Example, recordsOf } from '../writers/tfrecord.ts'
import { boxLabels, drawnBoxes, numbered } from './boxes.ts'
import { heldTo } from './rules.ts'
import { shardMbOption, tensorflowKinds } from './tensorflow.ts'

const options = Type.Object({ shardMb: shardMbOption }, { additionalProperties: false })

export const tfrecord = defineExporter({
  format: 'tfrecord',
  title: 'TFRecord',
  readBy: 'TensorFlow, Keras, NVIDIA DALI',
  options,
  containers: ['folder', 'tar'],
  keeps: 'bytes',
  marks: classesAndBoxes,
  preflight: set => heldTo(set, [tensorflowKinds()]),
  write: async (set, sink, { shardMb }) => {
    const labels = (await hasBoxes(set)) ? await boxLabels(set) : undefined
    // Numbers of boxes begin at 1, for 0 is the background to object detection.
    const numbers = labels && numbered(labels, 1)
    await sink.write('labels.txt', lines(set.classes.map(({ index, label }) => `${index}:${label}`)))
    if (labels) await sink.write('label_map.pbtxt', labelMap(labels))
    for (const split of set.splits) {
      const chosen = { split, isShuffled: true }
      const counts = await shardCounts(set.pictures(chosen), { mostBytes: shardMb * 1e6 })
      let nth = 0
      for await (const part of inParts(withBytes(set, sink, chosen), counts)) {
        const name = `${splitOr(split)}-${shardOf(nth, counts.length)}.tfrecord`
        const examples = recordsOf(part, ({ picture, bytes }) => exampleOf(picture, bytes, numbers))
        await sink.stream(name, examples)
        nth += 1
      }
    }
  },
  read: readTfrecord,
})

const lines = (all: readonly string[]) => all.map(line => `${line}\n`).join('')

/** What the object detection tools read: text format of protocol buffers. */
const labelMap = (labels: readonly string[]): string =>
  lines(labels.map((label, at) => `item {\n  id: ${at + 1}\n  name: ${JSON.stringify(label)}\n}`))

function exampleOf(
  picture: ExportPicture,
  bytes: Buffer,
  numbers: ReadonlyMap<string, number> | undefined,
): Example {
  const { id, width, height, channels, extension, digest } = picture
  return {
    'image/encoded': { bytes: [bytes] },
    'image/format': { bytes: [extension === 'jpg' ? 'jpeg' : extension] },
    'image/height': { ints: [height] },
    'image/width': { ints: [width] },
    'image/channels': { ints: [channels] },
    'image/colorspace': { bytes: [channels === 1 ? 'Grayscale' : 'RGB'] },
    'image/filename': { bytes: [`${id}.${extension}`] },
    'image/source_id': { bytes: [id] },
    'image/key/sha256': { bytes: [digest] },
    'image/class/label': { ints: [picture.class.index] },
    'image/class/text': { bytes: [picture.class.label] },
    ...(numbers ? objectsOf(picture, numbers) : {}),
  }
}

/** Edges in shares of width and height. */
function objectsOf(picture: ExportPicture, numbers: ReadonlyMap<string, number>): Example {
  const boxes = drawnBoxes(picture, 'background')
  const { width, height } = picture
  return {
    'image/object/bbox/xmin': { floats: boxes.map(({ x }) => x / width) },
    'image/object/bbox/xmax': { floats: boxes.map(box => (box.x + box.width) / width) },
    'image/object/bbox/ymin': { floats: boxes.map(({ y }) => y / height) },
    'image/object/bbox/ymax': { floats: boxes.map(box => (box.y + box.height) / height) },
    'image/object/class/label': { ints: boxes.map(({ label }) => numbers.get(label) ?? 0) },
    'image/object/class/text': { bytes: boxes.map(({ label }) => label) },
  }
}
