/** YOLO detection as Ultralytics reads it: a text file of rows beside each picture, and a description of the set. */
import type { SplitName } from '@gleaner/shared/splits'
import { type Static, Type } from 'typebox'
import { stringify } from 'yaml'
import { defineExporter, type PlannedImage, type PlannedSet } from '../exporter.ts'
import { createTally, finding } from '../finding.ts'
import { proved } from '../readers/proved.ts'
import { readYolo } from '../readers/yolo.ts'
import {
  boxLabels,
  boxRules,
  drawnBoxes,
  fileIn,
  numbered,
  onlyBoxes,
  takesBoxed,
  type Unboxed,
  unboxedOption,
} from './boxes.ts'
import { heldTo, type Rule, tooSmallRule } from './rules.ts'

const options = Type.Object(
  {
    unboxed: unboxedOption,
    standIn: Type.Enum(['none', 'test', 'train'], {
      title: 'Where there are no validation pictures',
      description:
        'Ultralytics does not train without any: those of test, or of train, can stand in for them.',
      default: 'none',
    }),
  },
  { additionalProperties: false },
)
type Options = Static<typeof options>

const folders: Readonly<Record<SplitName, string>> = { train: 'train', validation: 'val', test: 'test' }
const folderOf = (split: SplitName | null) => (split === null ? 'all' : folders[split])

/** A side below this is refused, and the picture left out. */
const leastPx = 10

export const yolo = defineExporter({
  format: 'yolo',
  title: 'YOLO detection',
  readBy: 'Ultralytics YOLO, and whatever reads its folders',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: given => ({ ...onlyBoxes(given), boxes: 'distinct' }),
  takes: takesBoxed,
  preflight: async (set, given) => [
    ...missingSplit(set, given),
    finding({ code: 'EXPORT_LABELS_UNSAID', weight: 'note', count: set.count }),
    ...(await heldTo(set, [
      ...boxRules(set, given),
      tooSmallRule(leastPx, 'lost'),
      doubledRule(given.unboxed),
    ])),
  ],
  write: async (set, sink, { unboxed, standIn }) => {
    const labels = await boxLabels(set)
    const classes = numbered(labels, 0)
    for await (const picture of set.pictures()) {
      const folder = folderOf(picture.split)
      await sink.place(fileIn(`images/${folder}`, picture), picture)
      await sink.write(`labels/${folder}/${picture.id}.txt`, rowsOf(picture, classes, unboxed).join(''))
      sink.step()
    }
    await sink.write('data.yaml', describe(set.splits, labels, standIn))
  },
  read: folder => proved(folder, readYolo),
})

/** Train and validation, or what stands in for them. */
function usedSplits(
  splits: readonly (SplitName | null)[],
  standIn: Options['standIn'],
): { readonly train: SplitName | null | undefined; readonly validation: SplitName | null | undefined } {
  const train = splits.find(split => split === 'train' || split === null)
  const substitute = standIn === 'train' ? train : splits.find(split => split === standIn)
  return { train, validation: splits.includes('validation') ? 'validation' : substitute }
}

function missingSplit({ splits }: PlannedSet, given: Options) {
  const { train, validation } = usedSplits(splits, given.standIn)
  if (train !== undefined && validation !== undefined) return []
  const standIn = splits.includes('test') ? 'test' : 'train'
  const fix = train === undefined ? null : { options: { ...given, standIn } }
  const examples = train === undefined ? ['train'] : ['validation']
  return [finding({ code: 'EXPORT_SPLIT_MISSING', weight: 'refused', count: 1, examples, fix })]
}

/** `class cx cy w h` as shares. Twice the same row would be taken out by the reader, with a warning. */
function rowsOf(
  picture: Pick<PlannedImage, 'boxes' | 'width' | 'height' | 'class'>,
  classes: ReadonlyMap<string, number>,
  unboxed: Unboxed,
): readonly string[] {
  const { width, height } = picture
  const rows = drawnBoxes(picture, unboxed).map(box => {
    const shares = [
      (box.x + box.width / 2) / width,
      (box.y + box.height / 2) / height,
      box.width / width,
      box.height / height,
    ]
    return `${classes.get(box.label)} ${shares.map(share => share.toFixed(8)).join(' ')}\n`
  })
  return [...new Set(rows)]
}

function doubledRule(unboxed: Unboxed): Rule {
  const doubled = createTally()
  return {
    see: image => {
      const drawn = drawnBoxes(image, unboxed)
      const own = new Map(drawn.map(({ label }, at) => [label, at]))
      if (rowsOf(image, own, unboxed).length < drawn.length) doubled.add(image.id)
    },
    found: () => doubled.found({ code: 'EXPORT_BOX_DOUBLED', weight: 'note' }),
  }
}

/**
 * Paths are relative to the file, and `path` is left out: where it names no folder of the machine, Ultralytics looks for it among
 * its own data sets.
 */
function describe(
  splits: readonly (SplitName | null)[],
  labels: readonly string[],
  standIn: Options['standIn'],
): string {
  const { train = null, validation = train } = usedSplits(splits, standIn)
  const test = splits.includes('test') ? { test: `images/${folders.test}` } : {}
  const places = { train: `images/${folderOf(train)}`, val: `images/${folderOf(validation)}`, ...test }
  const names = Object.fromEntries(labels.map((label, at) => [at, label]))
  // A name may be "yes", "1.0" or hold a colon.
  const quoted = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 } as const
  return stringify({ ...places, nc: labels.length, names }, quoted)
}
