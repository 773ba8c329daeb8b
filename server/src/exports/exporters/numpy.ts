/** NumPy arrays of pixels and labels: `x_train`, `y_train` and so on, in one archive or in files that can be mapped. */
import type { SplitName } from '@gleaner/shared/splits'
import { Type } from 'typebox'
import { defineExporter, type ExportSet, type ExportSink, onlyClasses, type PlannedSet } from '../exporter.ts'
import { finding } from '../finding.ts'
import { readNumpy } from '../readers/numpy.ts'
import { chunked } from '../writers/chunks.ts'
import { type NpyFile, npyOf, npzOf, textArray } from '../writers/npy.ts'
import { withPixels } from '../writers/picture-content.ts'
import { splitOr } from '../writers/shards.ts'
import { expectSize, fitOption, planesOf, sideOption, squares } from './squares.ts'

const options = Type.Object(
  {
    files: Type.Enum(['npz', 'npy'], {
      title: 'Files',
      description:
        '"npz" is one archive of all arrays, "npy" a file an array, which can be mapped into memory.',
      default: 'npz',
    }),
    sidePx: sideOption(64),
    fit: fitOption,
    isGrey: Type.Boolean({
      title: 'Grey pictures',
      description: 'Arrays of three dimensions instead of four.',
      default: false,
    }),
    channels: Type.Enum(['last', 'first'], {
      title: 'Channels',
      description: '"last" as TensorFlow and Pillow have them, "first" as PyTorch does.',
      default: 'last',
    }),
  },
  { additionalProperties: false },
)

/** More than this in one array asks for a machine of its own. */
const muchMemoryBytes = 8e9

export const numpy = defineExporter({
  format: 'numpy',
  title: 'NumPy',
  readBy: 'numpy.load, Keras, scikit-learn',
  options,
  containers: ['folder', 'tar', 'zip'],
  keeps: 'pixels',
  marks: onlyClasses,
  render: ({ sidePx, fit, isGrey }) => ({ ...squares({ sidePx, fit }), isGrey }),
  preflight: (set, given) => memoryFindings(set, given),
  write: async (set, sink, { files, sidePx, isGrey, channels }) => {
    const shape = { sidePx, channels: isGrey ? (1 as const) : (3 as const), isPlanar: channels === 'first' }
    const arrays = [
      textArray(
        'classes',
        set.classes.map(({ label }) => label),
      ),
    ]
    for (const split of set.splits) arrays.push(...(await arraysOf(set, sink, split, shape)))
    if (files === 'npz') await sink.stream('dataset.npz', chunked(npzOf(arrays)))
    else for (const array of arrays) await sink.stream(`${array.name}.npy`, chunked(npyOf(array)))
  },
  read: readNumpy,
})

interface Shape {
  readonly sidePx: number
  readonly channels: 1 | 3
  readonly isPlanar: boolean
}

async function arraysOf(
  set: ExportSet,
  sink: ExportSink,
  split: SplitName | null,
  { sidePx, channels, isPlanar }: Shape,
): Promise<readonly NpyFile[]> {
  const name = splitOr(split)
  const count = set.countIn(split)
  const chosen = { split, isShuffled: true }
  const labels: bigint[] = []
  const ids: string[] = []
  for await (const picture of set.pictures(chosen)) {
    labels.push(BigInt(picture.class.index))
    ids.push(picture.id)
  }
  const square = [sidePx, sidePx]
  const dimensions = channels === 1 ? square : isPlanar ? [channels, ...square] : [...square, channels]
  return [
    {
      name: `x_${name}`,
      array: { type: '|u1', shape: [count, ...dimensions] },
      content: async function* () {
        for await (const { picture, bytes } of withPixels(set, sink, chosen)) {
          expectSize(picture, bytes, sidePx, channels)
          yield isPlanar ? planesOf(bytes, channels) : bytes
        }
      },
    },
    { name: `y_${name}`, array: { type: '<i8', shape: [count] }, content: () => [bytesOf(labels)] },
    textArray(`id_${name}`, ids),
  ]
}

/** Of 64 bits each, the lowest byte first, whatever this machine does. */
function bytesOf(numbers: readonly bigint[]): Uint8Array {
  const bytes = Buffer.alloc(8 * numbers.length)
  for (const [at, number] of numbers.entries()) bytes.writeBigInt64LE(number, 8 * at)
  return bytes
}

function memoryFindings(
  set: PlannedSet,
  given: { readonly files: string; readonly sidePx: number; readonly isGrey: boolean },
) {
  const { files, sidePx, isGrey } = given
  const most = Math.max(0, ...set.splits.map(split => set.countIn(split)))
  return files === 'npz' && most * sidePx * sidePx * (isGrey ? 1 : 3) > muchMemoryBytes
    ? [
        finding({
          ...{ code: 'EXPORT_MUCH_MEMORY', weight: 'lost', count: set.count },
          fix: { options: { ...given, files: 'npy' } },
        }),
      ]
    : []
}
