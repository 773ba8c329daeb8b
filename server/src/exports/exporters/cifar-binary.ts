/** The binary files of CIFAR-10 and CIFAR-100: label bytes, then a red, a green and a blue plane, nothing else. */
import { Type } from 'typebox'
import {
  defineExporter,
  type ExportClass,
  type ExportSet,
  type ExportSink,
  onlyClasses,
  type PlannedSet,
} from '../exporter.ts'
import { finding } from '../finding.ts'
import { readCifarBinary } from '../readers/cifar-binary.ts'
import { chunked } from '../writers/chunks.ts'
import { withPixels } from '../writers/picture-content.ts'
import { inParts } from '../writers/shards.ts'
import { classCount } from './rules.ts'
import { expectSize, fitOption, planesOf, sideOption, squares } from './squares.ts'
import { setOfSplit, trainAndTest } from './train-and-test.ts'

const options = Type.Object(
  {
    layout: Type.Enum(['cifar-10', 'cifar-100'], {
      title: 'Layout',
      description:
        '"cifar-10" has one label a picture and five files of train, "cifar-100" a superclass besides.',
      default: 'cifar-10',
    }),
    sidePx: sideOption(32),
    fit: fitOption,
  },
  { additionalProperties: false },
)

/** Where each layout has its files, as the original archives unpack. */
const layouts = {
  'cifar-10': {
    folder: 'cifar-10-batches-bin',
    files: {
      train: [1, 2, 3, 4, 5].map(nth => `data_batch_${nth}.bin`),
      validation: ['validation_batch.bin'],
      test: ['test_batch.bin'],
    },
    names: 'batches.meta.txt',
  },
  'cifar-100': {
    folder: 'cifar-100-binary',
    files: { train: ['train.bin'], validation: ['validation.bin'], test: ['test.bin'] },
    names: 'fine_label_names.txt',
  },
} as const

const usualSidePx = 32

export const cifarBinary = defineExporter({
  format: 'cifar-binary',
  title: 'CIFAR (binary)',
  readBy:
    'readers of the binary CIFAR-10 and CIFAR-100, Datumaro; not torchvision, which knows the originals by checksum',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'pixels',
  marks: onlyClasses,
  render: ({ sidePx, fit }) => ({ ...squares({ sidePx, fit }), isGrey: false }),
  preflight: (set, { layout, sidePx }) => [
    ...classCount(set, { least: 1, most: 256 }),
    ...trainAndTest(set),
    ...(layout === 'cifar-100' ? superclassFindings(set) : []),
    ...(sidePx === usualSidePx
      ? []
      : [
          finding({
            ...{ code: 'EXPORT_SIZE_BY_AGREEMENT', weight: 'lost', count: set.count },
            fix: { options: { layout, sidePx: usualSidePx } },
          }),
        ]),
  ],
  write: async (set, sink, { layout, sidePx }) => {
    const { folder, files, names } = layouts[layout]
    const coarse = layout === 'cifar-100' ? coarseLabels(set) : undefined
    for (const split of ['train', 'validation', 'test'] as const) {
      const own = setOfSplit(set, split)
      if (own === undefined && split === 'validation') continue
      const count = own === undefined ? 0 : set.countIn(own)
      // Files hold pictures of all classes in any order, as those of the original do.
      const rows = own === undefined ? noRows() : rowsOf(set, sink, { own, sidePx, coarse })
      let nth = 0
      for await (const part of inParts(rows, evenly(count, files[split].length))) {
        await sink.stream(`${folder}/${files[split][nth]}`, chunked(part))
        nth += 1
      }
    }
    await sink.write(`${folder}/${names}`, lines(set.classes.map(({ label }) => label)))
    if (coarse) await sink.write(`${folder}/coarse_label_names.txt`, lines(coarse.labels))
    await sink.write(`${folder}/FORMAT.txt`, formatText(sidePx, coarse !== undefined))
  },
  read: readCifarBinary,
})

const lines = (all: readonly string[]) => all.map(line => `${line}\n`).join('')

async function* noRows(): AsyncGenerator<Uint8Array> {}

interface Rows {
  readonly own: Exclude<ReturnType<typeof setOfSplit>, undefined>
  readonly sidePx: number
  readonly coarse: Coarse | undefined
}

async function* rowsOf(
  set: ExportSet,
  sink: ExportSink,
  { own, sidePx, coarse }: Rows,
): AsyncGenerator<Uint8Array> {
  for await (const { picture, bytes } of withPixels(set, sink, { split: own, isShuffled: true })) {
    expectSize(picture, bytes, sidePx, 3)
    const numbers = [...(coarse ? [coarse.of(picture.class)] : []), picture.class.index]
    yield Buffer.concat([Uint8Array.from(numbers), planesOf(bytes, 3)])
  }
}

interface Coarse {
  readonly labels: readonly string[]
  readonly of: (one: ExportClass) => number
}

/** Superclasses by their number; a class without one stands for itself, after them. */
function coarseLabels({ classes, superclasses }: Pick<ExportSet, 'classes' | 'superclasses'>): Coarse {
  const alone = classes.filter(({ superIndex }) => superIndex === null)
  return {
    labels: [...superclasses, ...alone].map(({ label }) => label),
    of: one => one.superIndex ?? superclasses.length + alone.indexOf(one),
  }
}

function superclassFindings(set: PlannedSet) {
  const { labels } = coarseLabels(set)
  if (set.superclasses.length === 0)
    return [
      finding({
        ...{ code: 'EXPORT_NO_SUPERCLASSES', weight: 'lost', count: set.classes.length },
        fix: { options: { layout: 'cifar-10' } },
      }),
    ]
  return labels.length > 256
    ? [finding({ code: 'EXPORT_TOO_MANY_CLASSES', weight: 'refused', count: labels.length })]
    : []
}

/** @returns so many whole numbers, none more than one larger than another */
const evenly = (count: number, parts: number): readonly number[] =>
  Array.from(
    { length: parts },
    (_, nth) => Math.floor(((nth + 1) * count) / parts) - Math.floor((nth * count) / parts),
  )

const formatText = (sidePx: number, hasCoarse: boolean) =>
  `Each file is a row of records without a header. A record is ${hasCoarse ? 'two bytes, the coarse and the fine label' : 'one byte, the label'},
then ${3 * sidePx * sidePx} bytes of pixels: ${sidePx} x ${sidePx} red ones row by row, as many green ones, as many blue ones.
Labels count from 0 in the order of the lines of the files of names.
`
