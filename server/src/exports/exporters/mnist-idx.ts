/** The four files of MNIST: grey pictures of one size and their labels, as torchvision reads them from `MNIST/raw`. */
import { Type } from 'typebox'
import { defineExporter, type ExportSet, type ExportSink, onlyClasses } from '../exporter.ts'
import { readMnistIdx } from '../readers/mnist-idx.ts'
import { chunked } from '../writers/chunks.ts'
import { gzipOf } from '../writers/gzip.ts'
import { withPixels } from '../writers/picture-content.ts'
import { classCount } from './rules.ts'
import { expectSize, fitOption, sideOption, squares } from './squares.ts'
import { setOfSplit, trainAndTest } from './train-and-test.ts'

const options = Type.Object(
  {
    sidePx: sideOption(28),
    fit: fitOption,
    folder: Type.Enum(['MNIST', 'FashionMNIST'], {
      title: 'Read as',
      description: 'The class of torchvision that is to read it; both look for the same files.',
      default: 'MNIST',
    }),
    gzip: Type.Boolean({
      title: 'Compressed copies besides',
      description: 'As the files are usually passed on; torchvision does not read them.',
      default: false,
    }),
  },
  { additionalProperties: false },
)

/** What the files of each set are called. */
const prefixes = { train: 'train', test: 't10k', validation: 'validation' } as const

export const mnistIdx = defineExporter({
  format: 'mnist-idx',
  title: 'MNIST (IDX files)',
  readBy: 'torchvision MNIST and FashionMNIST, whatever reads the original',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'pixels',
  marks: onlyClasses,
  render: ({ sidePx, fit }) => ({ ...squares({ sidePx, fit }), isGrey: true }),
  preflight: set => [...classCount(set, { least: 1, most: 256 }), ...trainAndTest(set)],
  write: async (set, sink, { sidePx, folder, gzip }) => {
    for (const split of ['train', 'validation', 'test'] as const) {
      const own = setOfSplit(set, split)
      // Train and test are looked for even where they are empty.
      if (own === undefined && split === 'validation') continue
      const count = own === undefined ? 0 : set.countIn(own)
      const path = (kind: string) => `${folder}/raw/${prefixes[split]}-${kind}-ubyte`
      const put = async (name: string, bytes: (to: ExportSink) => AsyncIterable<Uint8Array>) => {
        await sink.stream(name, chunked(bytes(sink)))
        const uncounted = { ...sink, step: () => undefined }
        if (gzip) await sink.stream(`${name}.gz`, gzipOf(chunked(bytes(uncounted)), false))
      }
      const labels: number[] = []
      if (own !== undefined)
        for await (const { class: of } of set.pictures({ split: own, isShuffled: true }))
          labels.push(of.index)
      await put(path('images-idx3'), to => images(set, to, { own, count, sidePx }))
      await put(path('labels-idx1'), async function* () {
        yield header([count])
        yield Uint8Array.from(labels)
      })
    }
    await sink.write('labels.txt', set.classes.map(({ label }) => `${label}\n`).join(''))
  },
  read: readMnistIdx,
})

/** `00 00`, unsigned bytes, so many dimensions; then the dimensions. */
function header(dimensions: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * dimensions.length)
  bytes.writeUInt32BE(0x0800 + dimensions.length, 0)
  for (const [nth, dimension] of dimensions.entries()) bytes.writeUInt32BE(dimension, 4 + 4 * nth)
  return bytes
}

interface Wanted {
  readonly own: ReturnType<typeof setOfSplit>
  readonly count: number
  readonly sidePx: number
}

async function* images(
  set: ExportSet,
  sink: ExportSink,
  { own, count, sidePx }: Wanted,
): AsyncGenerator<Uint8Array> {
  yield header([count, sidePx, sidePx])
  if (own === undefined) return
  for await (const { picture, bytes } of withPixels(set, sink, { split: own, isShuffled: true })) {
    expectSize(picture, bytes, sidePx, 1)
    yield bytes
  }
}
