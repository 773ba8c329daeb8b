import { defaultSettings } from '@gleaner/shared/dataset'
import { type Command, InvalidArgumentError } from 'commander'
import { transforms } from '../../../imaging/transforms.ts'
import { contextOf } from '../../context.ts'
import {
  type Curve,
  curveOf,
  type Evaluated,
  evaluate,
  proposedBits,
  recallOf,
} from '../../duplicates/evaluate.ts'
import { type Source, sourceOf } from '../../duplicates/source.ts'
import { count, printable } from '../../duplicates/words.ts'
import { table } from '../../output.ts'
import { widestBits, withTools } from './work.ts'

interface EvaluateOptions {
  readonly pictures: number
  readonly among: number
}

/** `duplicates evaluate`: how much is found among one's own pictures, and at which threshold. */
export function addEvaluateCommand(duplicates: Command): void {
  duplicates
    .command('evaluate <source>')
    .description(
      'measure on your own pictures: makes edited copies of some of a dataset or folder, in memory, and looks how many are found again; changes nothing',
    )
    .option('--pictures <number>', 'how many pictures copies are made of', readNumber, 40)
    .option('--among <number>', 'how many pictures they are looked for among', readNumber, 2_000)
    .action(async (given: string, { pictures, among }: EvaluateOptions, command: Command) => {
      const { config, output } = contextOf(command)
      const source = sourceOf(config.home, given)
      await withTools(output, async tools => {
        const onTrial = (done: number, total: number) => tools.onProgress(done, total, 'pictures tried')
        const options = { ...tools, samples: pictures, among, maxBits: widestBits, onTrial }
        const result = summaryOf(source, await evaluate(source.folder, options))
        output.result(result, () => linesOf(result))
      })
    })
}

function readNumber(given: string): number {
  const number = Number(given)
  if (!/^\d+$/.test(given) || number < 1 || number > 1_000_000)
    throw new InvalidArgumentError('A whole number from 1.')
  return number
}

type Summary = ReturnType<typeof summaryOf>

function summaryOf({ kind, name }: Source, { seen, trials }: Evaluated) {
  const curve = curveOf(trials, widestBits)
  const decideBits = proposedBits(curve, widestBits)
  const proposed = { decideBits, proposeBits: Math.max(decideBits, widestFound(curve)) }
  const pathOf = (number: number) => seen.pictures[number]?.path ?? ''
  return {
    source: { kind, name },
    heldPictures: seen.pictures.length,
    sampledPictures: new Set(trials.map(({ original }) => original)).size,
    copies: trials.length,
    transforms: transforms.map(transform => ({
      name: transform.name,
      title: transform.title,
      recallAtDefault: recallOf(trials, transform, defaultSettings.nearDuplicates.decideBits),
      recallAtProposed: recallOf(trials, transform, proposed.decideBits),
      recall: recallOf(trials, transform, widestBits),
    })),
    thresholds: curve,
    proposed,
    mistakes: trials.flatMap(({ transform, original, mistaken }) =>
      mistaken.map(({ number, distanceBits }) => {
        return { copyOf: pathOf(original), transform, takenFor: pathOf(number), distanceBits }
      }),
    ),
    unusable: seen.unusable,
  }
}

/** The least distance within which everything lies that is found at all. */
function widestFound(curve: readonly Curve[]): number {
  const most = curve.at(-1)?.recall ?? 0
  return curve.find(({ recall }) => recall >= most)?.bits ?? 0
}

const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`)

function linesOf(summary: Summary): string[] {
  const { heldPictures, sampledPictures, copies, proposed, thresholds, mistakes } = summary
  if (copies === 0) return ['There is no picture to make copies of.']
  const { decideBits } = defaultSettings.nearDuplicates
  const rows = summary.transforms.map(({ title, recallAtDefault, recallAtProposed, recall }) => {
    return [title, percent(recallAtDefault), percent(recallAtProposed), percent(recall)]
  })
  const at = (bits: number) => thresholds[bits]
  const shown = [decideBits, proposed.decideBits, widestBits].map(at)
  const row = (title: string, cell: (share: (typeof shown)[number]) => string) => [title, ...shown.map(cell)]
  return [
    ...table(
      ['copies', `at ${decideBits} bits`, `at ${proposed.decideBits} bits`, 'at any distance'],
      [
        ...rows,
        row('all', share => percent(share?.recall ?? Number.NaN)),
        row('precision', share => percent(share?.precision ?? Number.NaN)),
      ],
    ),
    '',
    ...mistakes.slice(0, 20).map(({ copyOf, transform, takenFor, distanceBits }) => {
      return `taken for another: ${printable(copyOf)} (${transform}) for ${printable(takenFor)}, ${distanceBits} bits`
    }),
    ...(mistakes.length > 20 ? [`… and ${mistakes.length - 20} more (--json has all).`] : []),
    `${count(copies, 'copy', 'copies')} of ${count(sampledPictures, 'picture')}, looked for among ${count(heldPictures, 'picture')}.`,
    `Proposed for the settings: duplicates at ${proposed.decideBits} bits, compared up to ${proposed.proposeBits} bits.`,
  ]
}
