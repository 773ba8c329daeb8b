/**
 * What it costs to look a picture up among many, by all the forms it is looked up by; to put one in; to hold them, and to
 * load them at a start. Held are synthetic pictures of random forms and, among them, real ones; looked up are edited copies of
 * the real ones, and random pictures.
 */
import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import { heldFormBytes, type QueryForm } from '../../src/look/fingerprint.ts'
import { createLookIndex, type LookIndex } from '../../src/look/look-index.ts'
import { bestMs, cpuMsOf, quantile, type Result } from '../figure.ts'
import { fixed, line, median } from '../ingest/statistics.ts'
import type { Measure } from './figure.ts'
import { measureMillion } from './million.ts'
import { type NearForms, nearForms } from './near-forms.ts'

const million = 1_000_000
/** Look-ups at each size: half of them of copies of what is held. */
const lookups = { 10000: 400, 100000: 400, 1000000: 200, 10000000: 40 } as const
type Size = keyof typeof lookups

interface Row {
  readonly size: number
  readonly forms: number
  /** CPU of a look-up. */
  readonly cpuMs: number
  /** As the clock tells, best of three tries. */
  readonly medianMs: number
  readonly p99Ms: number
  /** CPU of comparing one wanted form with a million held ones. */
  readonly perFormMs: number
  readonly putUs: number
  readonly bytesPerForm: number
}

export const measureLookup: Measure = async bench => {
  bench.say('look-up: making edited copies of photos')
  const near = await nearForms(join(bench.folder, 'lookup-photos'), bench.isQuick ? 10 : 40)
  const sizes: readonly Size[] = bench.isQuick
    ? [10_000, 100_000, million]
    : [10_000, 100_000, million, 10_000_000]
  const rows: Row[] = []
  let atMillion: Result | undefined
  for (const size of sizes) {
    bench.say(`look-up: among ${size}`)
    const { index, putUs } = filled(size, near)
    rows.push({ ...measureAt(size, index, near), putUs })
    if (size === million) atMillion = await measureMillion(bench, index, near)
  }
  const costOf = (size: number) => rows.find(row => row.size === size)?.cpuMs
  const growth = (costOf(million) ?? Number.NaN) / (costOf(100_000) ?? Number.NaN)
  return {
    figures: {
      lookupGrowth1m: Number(growth.toFixed(3)),
      ...atMillion?.figures,
      bytesPerForm: rows.find(row => row.size === million)?.bytesPerForm ?? null,
    },
    lines: [
      near.source,
      `a query has ${wantedForms(near)} forms, a picture ${fixed(formsEach(near))}; a form is compared with those of the kinds it names`,
      'CPU of a look-up in long runs, and what the clock tells of single ones (best of three tries each)',
      line('held', 'forms', 'CPU ms', 'median ms', 'p99 ms', 'CPU ms/1M', 'put us', 'bytes/form'),
      ...rows.map(({ size, forms, cpuMs, medianMs, p99Ms, perFormMs, putUs, bytesPerForm }) =>
        line(
          size,
          forms,
          fixed(cpuMs, 3),
          fixed(medianMs, 3),
          fixed(p99Ms, 3),
          fixed(perFormMs, 3),
          fixed(putUs),
          bytesPerForm,
        ),
      ),
      ...(atMillion?.lines ?? []),
    ],
  }
}

const formsEach = ({ originals }: NearForms) =>
  originals.reduce((sum, { length }) => sum + length / heldFormBytes, 0) / originals.length
const wantedForms = ({ copies }: NearForms) => median(copies.map(({ query }) => query.length))

const pool = randomFillSync(new Uint8Array(16 * million))

/** Real pictures at even distances among synthetic ones, which have forms of the same kinds. */
function filled(size: number, { originals }: NearForms) {
  const index = createLookIndex()
  const every = Math.floor(size / originals.length)
  const patterns = originals.map(kindsOf)
  const formsOf = (seq: number) =>
    (seq % every === 0 ? originals[seq / every - 1] : undefined) ??
    synthetic(patterns[seq % patterns.length] ?? [0], seq)
  const puts: number[] = []
  for (let from = 1; from <= size; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, size - from + 1) }, (_, at) => formsOf(from + at))
    const startedAt = performance.now()
    for (const [at, forms] of some.entries()) index.put(from + at, forms)
    puts.push((performance.now() - startedAt) / some.length)
  }
  return { index, putUs: median(puts) * 1_000 }
}

const kindsOf = (forms: Uint8Array) =>
  Array.from({ length: forms.length / heldFormBytes }, (_, at) => forms[at * heldFormBytes] ?? 0)

/** Random bits, cut out of a pool at a place of its own for each picture. */
function synthetic(kinds: readonly number[], seq: number): Uint8Array {
  const length = kinds.length * heldFormBytes
  const from = (seq * 1_009) % (pool.length - length)
  const forms = pool.slice(from, from + length)
  for (const [at, kind] of kinds.entries()) forms[at * heldFormBytes] = kind
  return forms
}

/** Looked up are copies of held pictures and random ones in turn. */
function queriesOf({ copies }: NearForms, count: number): readonly (readonly QueryForm[])[] {
  return Array.from({ length: count }, (_, at) => {
    const { query = [] } = copies[Math.floor((at * copies.length) / count)] ?? {}
    if (at % 2 === 0) return query
    return query.map(form => ({ ...form, bits: randomFillSync(new Uint8Array(32)) }))
  })
}

/** Comparisons of a query with all held forms. */
const comparisons = (index: LookIndex, query: readonly QueryForm[]) =>
  query.reduce(
    (sum, { among }) => sum + among.reduce((held, kind) => held + index.inside.places.countOf(kind), 0),
    0,
  )

function measureAt(size: Size, index: LookIndex, near: NearForms): Omit<Row, 'putUs'> {
  const queries = queriesOf(near, lookups[size])
  for (const query of queries.slice(0, 20)) index.within([query])
  const alone = queries.map(query => bestMs(() => index.within([query])))
  const blocks = Array.from({ length: 7 }, (_, block) => {
    let compared = 0
    let asked = 0
    const ms = cpuMsOf(time => {
      const query = queries[(block + time * 7) % queries.length] ?? []
      compared += comparisons(index, query)
      asked += 1
      index.within([query])
    })
    return { ms, perForm: (ms * asked * million) / compared }
  })
  return {
    size,
    forms: index.forms,
    cpuMs: median(blocks.map(({ ms }) => ms)),
    medianMs: median(alone),
    p99Ms: quantile(alone, 0.99),
    perFormMs: median(blocks.map(({ perForm }) => perForm)),
    bytesPerForm: Math.round(index.sizeBytes / index.forms),
  }
}
