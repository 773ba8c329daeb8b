/**
 * How many copies are found, and what else is taken for one: on the shared corpus' near-duplicates and on copies made of its
 * photos, through the index and the verification the ingest uses.
 */
import { writeFileSync } from 'node:fs'
import { sharedFolder } from '../../../scripts/shared-folder.ts'
import { createDecoders } from '../../src/imaging/decoders.ts'
import type { Hit } from '../../src/look/fingerprint.ts'
import type { Comparison } from '../../src/look/likeness.ts'
import { createLookIndex } from '../../src/look/look-index.ts'
import { verify } from '../../src/look/verify.ts'
import type { Result } from '../figure.ts'
import type { Measure } from './figure.ts'
import { pageOf, type Shown } from './recall-page.ts'
import {
  corpusMaterial,
  corpusPhotos,
  type Material,
  pairName,
  photoMaterial,
  type Sight,
} from './recall-pictures.ts'

/** Two pictures as the index and the verification see them. */
interface Judged {
  readonly a: Sight
  readonly b: Sight
  readonly comparison: Comparison
  readonly distanceBits: number
}

/** What the issue wants to reach, by edit. */
const wanted: Readonly<Record<string, number>> = {
  ...{ q30: 0.99, q60: 0.99, q90: 0.99, webp60: 0.99, avif50: 0.99, png8: 0.99 },
  ...{ half: 0.99, quarter: 0.99, up150: 0.99, squash: 0.99 },
  ...{ grey: 0.99, bright: 0.99, dark: 0.99, contrast: 0.99, saturate: 0.99, hue30: 0.99 },
  ...{ blur: 0.99, sharpen: 0.99, noise: 0.99, watermark: 0.99, flip: 0.99 },
  ...{ crop02: 0.9, crop05: 0.9, crop10: 0.9, border05: 0.9, letterbox: 0.9, caption: 0.9 },
  ...{ crop20: 0.7, rot3: 0.7, rot90: 0.7, real: 0.85 },
}

export const measureRecall: Measure = async bench => {
  const folder = sharedFolder('corpus/near-dup')
  const photos = corpusPhotos()
  if (!folder || !photos)
    return { figures: { recallLeast: null }, lines: ['The shared corpus is not there.'] }
  const decoders = createDecoders()
  try {
    const corpus = judge(await corpusMaterial(decoders, folder), bench.say)
    const every = bench.isQuick ? 24 : 4
    const sampled = photos.filter((_, at) => at % every === 1)
    const made = judge(await photoMaterial(decoders, sampled, bench.say), bench.say)
    if (bench.page) writeFileSync(bench.page, pageOf(misses([corpus, made]), nearest([corpus, made])))
    return report(corpus, made)
  } finally {
    await decoders.close()
  }
}

interface Trial extends Judged {
  readonly row: string
}

interface Outcome {
  readonly trials: readonly Trial[]
  /** Strangers that came near enough to be looked at. */
  readonly strangers: readonly Judged[]
  readonly nonMatching: number
  readonly negatives: readonly Judged[]
}

/** Every picture is held, and every one is looked up. */
function judge(material: Material, say: (line: string) => void): Outcome {
  const { sights, pairs, negatives, related } = material
  const index = createLookIndex()
  for (const [at, { fingerprint }] of sights.entries()) index.put(at + 1, fingerprint.heldForms)
  const judged = new Map<Sight, Map<Sight, Judged>>()
  for (const [at, sight] of sights.entries()) {
    judged.set(sight, alike(sight, at + 1, sights, index))
    if (at % 50 === 0) say(`recall: ${at} of ${sights.length} looked up`)
  }
  const find = (a: Sight, b: Sight) => judged.get(a)?.get(b) ?? missing(a, b)
  const strangers = [...judged.values()].flatMap(matches =>
    [...matches.values()].filter(({ a, b }) => a.family !== b.family && !related.has(pairName(a, b))),
  )
  const sizes = Map.groupBy(sights, ({ family }) => family)
  const ofOwnFamily = [...sizes.values()].reduce((sum, { length }) => sum + length * length, 0)
  return {
    trials: pairs.flatMap(({ row, original, copy }) => [
      { row, ...find(copy, original) },
      { row, ...find(original, copy) },
    ]),
    strangers,
    nonMatching: sights.length ** 2 - ofOwnFamily,
    negatives: negatives.flatMap(([a, b]) => [find(a, b), find(b, a)]),
  }
}

const missing = (a: Sight, b: Sight): Judged => ({
  ...{ a, b, distanceBits: Number.POSITIVE_INFINITY },
  comparison: { kind: 'stranger', isDuplicate: false, confidence: 0 },
})

/** What the index proposes for one picture, verified. Of its own family only what is asked for is worth the time. */
function alike(
  a: Sight,
  seq: number,
  sights: readonly Sight[],
  index: ReturnType<typeof createLookIndex>,
): Map<Sight, Judged> {
  const hits = new Map<Sight, Hit[]>()
  const [proposals = []] = index.within([a.queryForms])
  for (const { seq: other, form, heldKind, distanceBits } of proposals) {
    const [b, query] = [sights[other - 1], a.queryForms[form]]
    const isAsked = b && (b.family !== a.family || isOriginal(a) || isOriginal(b))
    if (!query || !isAsked || other === seq) continue
    hits.set(b, [...(hits.get(b) ?? []), { query, heldKind, distanceBits }])
  }
  return new Map(
    [...hits].map(([b, near]) => {
      const comparison = verify(a.fingerprint, b.fingerprint, near)
      return [b, { a, b, comparison, distanceBits: near[0]?.distanceBits ?? 0 }]
    }),
  )
}

/** The first of a family in the corpus, or a photo itself. */
const isOriginal = ({ name }: Sight) => /orig|^real|^suite/.test(name)

const share = (trials: readonly Trial[]) =>
  trials.filter(({ comparison }) => comparison.isDuplicate).length / Math.max(1, trials.length)

const kindsOf = (trials: readonly Trial[]) =>
  [...Map.groupBy(trials, ({ comparison }) => comparison.kind)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([kind, { length }]) => `${kind} ${length}`)
    .join(', ')

function report(corpus: Outcome, made: Outcome): Result {
  const lines: string[] = []
  const figures: Record<string, number> = {}
  const rows = new Set([...corpus.trials, ...made.trials].map(({ row }) => row))
  let leastMargin = 1
  for (const row of rows) {
    const [ofCorpus, ofMade] = [corpus, made].map(({ trials }) => trials.filter(trial => trial.row === row))
    const found = share([...(ofCorpus ?? []), ...(ofMade ?? [])])
    const least = Math.min(
      ...[ofCorpus, ofMade].filter(trials => trials?.length).map(trials => share(trials ?? [])),
    )
    const want = wanted[row]
    if (want !== undefined) leastMargin = Math.min(leastMargin, least - want)
    figures[`recall_${row}`] = found
    const told = [ofCorpus, ofMade].map(trials =>
      trials?.length ? `${percent(share(trials))} of ${trials.length}` : '–',
    )
    lines.push(
      `${row.padEnd(10)} ${told.map(text => text.padEnd(18)).join('')} ${want === undefined ? '' : `at least ${percent(want)}`}`.padEnd(
        66,
      ) + kindsOf([...(ofCorpus ?? []), ...(ofMade ?? [])]),
    )
  }
  const taken = [corpus, made].flatMap(({ strangers }) =>
    strangers.filter(({ comparison }) => comparison.isDuplicate),
  )
  const found = [corpus, made].flatMap(({ trials }) =>
    trials.filter(({ comparison }) => comparison.isDuplicate),
  )
  const negatives = corpus.negatives.filter(({ comparison }) => comparison.isDuplicate)
  const bursts = [corpus, made].flatMap(({ strangers }) =>
    strangers.filter(({ comparison }) => comparison.kind === 'burst'),
  )
  const nonMatching = corpus.nonMatching + made.nonMatching
  lines.push(
    `${nonMatching} non-matching pairs, each both ways; ${corpus.strangers.length + made.strangers.length} proposed`,
  )
  for (const { a, b, distanceBits } of taken.slice(0, 10))
    lines.push(`taken for one: ${a.name}, ${b.name}, ${distanceBits} bits`)
  return {
    figures: {
      ...figures,
      recallAboveWanted: leastMargin,
      precision: found.length / Math.max(1, found.length + taken.length),
      falsePairs: taken.length,
      negativesTaken: negatives.length,
      burstsAmongStrangers: bursts.length,
      nonMatchingPairs: nonMatching,
    },
    lines,
  }
}

const percent = (part: number) => `${(part * 100).toFixed(1)} %`

const shown = ({ a, b, comparison, distanceBits }: Judged, title: string): Shown => ({
  title,
  pictures: [a, b],
  told: `${comparison.kind}, agreement ${comparison.confidence.toFixed(3)}, ${Number.isFinite(distanceBits) ? `${distanceBits} bits` : 'not proposed'}`,
})

/** Copies that were not found, those that came nearest last; then those found with least agreement. */
const misses = (outcomes: readonly Outcome[]): Shown[] =>
  outcomes
    .flatMap(({ trials }) => trials)
    .toSorted(
      (p, q) =>
        Number(p.comparison.isDuplicate) - Number(q.comparison.isDuplicate) ||
        p.comparison.confidence - q.comparison.confidence,
    )
    .filter(
      (trial, at, all) =>
        all.findIndex(other => pairName(other.a, other.b) === pairName(trial.a, trial.b)) === at,
    )
    .slice(0, 10)
    .map(trial => shown(trial, trial.row))

/** Strangers that agree most, one pair of families once. */
const nearest = (outcomes: readonly Outcome[]): Shown[] =>
  outcomes
    .flatMap(({ strangers, negatives }) => [...strangers, ...negatives])
    .toSorted((p, q) => q.comparison.confidence - p.comparison.confidence)
    .filter((pair, at, all) => all.findIndex(other => familiesOf(other) === familiesOf(pair)) === at)
    .slice(0, 10)
    .map(pair => shown(pair, 'different things'))

const familiesOf = ({ a, b }: Judged) => [a.family, b.family].toSorted().join(' ')
