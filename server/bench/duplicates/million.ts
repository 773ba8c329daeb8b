/** What is measured among a million pictures alone. */
import { randomFillSync } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { QueryForm } from '../../src/look/fingerprint.ts'
import { createLookIndex, type LookIndex, lookIndexLimits } from '../../src/look/look-index.ts'
import { chunkForms } from '../../src/look/scan.ts'
import { readSideFile, type Source, writeSideFile } from '../../src/look/side-file.ts'
import { cpuMsOf, type Result } from '../figure.ts'
import { fixed, line, medianOf } from '../ingest/statistics.ts'
import type { Bench } from './figure.ts'
import { type NearForms, seqOf } from './near-forms.ts'
import { createReading } from './read-memory.ts'

const million = 1_000_000
/** The hashes of a million pictures in one form each. */
const readBytes = 32 * million
const pairedRounds = 9
/** As many as a pipeline has in hand. */
const inFlight = 16

/** @param index - of a million pictures */
export async function measureMillion(bench: Bench, index: LookIndex, near: NearForms): Promise<Result> {
  const paired = await measurePaired(index, near)
  bench.say('look-up: loading a million')
  const loads = await measureLoad(bench, index)
  bench.say('look-up: comparing with brute force')
  const exact = await measureExactness(bench, index, near)
  return {
    figures: { ...paired.figures, ...loads.figures, ...exact.figures },
    lines: [...paired.lines, ...loads.lines, ...exact.lines],
  }
}

/** One form, all forms of a picture, and those of sixteen pictures, each beside reading the memory of one form once. */
async function measurePaired(index: LookIndex, { copies }: NearForms): Promise<Result> {
  const read = await createReading(readBytes)
  const [first] = copies
  const whole = first?.query[0]
  if (!first || !whole) throw new Error('no copies to look up')
  const queries = Array.from(
    { length: inFlight },
    (_, at) => copies[at % copies.length]?.query ?? first.query,
  )
  const comparisons = millionsCompared(index, first.query)
  const rounds = Array.from({ length: pairedRounds }, () => ({
    read: cpuMsOf(read),
    one: cpuMsOf(() => index.within([[{ ...whole, among: [0] }]])),
    all: cpuMsOf(() => index.within([first.query])) / comparisons,
    many: cpuMsOf(() => index.within(queries)) / millionsCompared(index, queries.flat()),
  })).slice(1)
  const to = (of: (round: (typeof rounds)[number]) => number) =>
    medianOf(rounds.map(round => of(round) / round.read))
  const ms = (of: (round: (typeof rounds)[number]) => number) =>
    fixed(medianOf(rounds.map(of)) ?? undefined, 3)
  return {
    figures: {
      oneFormToRead: to(({ one }) => one),
      perFormToRead: to(({ all }) => all),
      perFormInFlightToRead: to(({ many }) => many),
    },
    lines: [
      '',
      `among a million, CPU ms, median of ${rounds.length} rounds, beside reading 32 MB once in WebAssembly`,
      line('', 'ms', 'to reading'),
      line(
        'reading',
        ms(({ read }) => read),
        1,
      ),
      line(
        'one form',
        ms(({ one }) => one),
        to(({ one }) => one) ?? undefined,
      ),
      line(
        'each of all',
        ms(({ all }) => all),
        to(({ all }) => all) ?? undefined,
      ),
      line(
        `of ${inFlight} at once`,
        ms(({ many }) => many),
        to(({ many }) => many) ?? undefined,
      ),
    ],
  }
}

/** Pairs of a wanted and a held form that are compared, in millions. */
const millionsCompared = (index: LookIndex, query: readonly QueryForm[]) =>
  query.reduce(
    (sum, { among }) => sum + among.reduce((held, kind) => held + index.inside.places.countOf(kind), 0),
    0,
  ) / million

/** A start: of all forms, and of a million pictures in one form each. */
async function measureLoad({ folder }: Bench, index: LookIndex): Promise<Result> {
  const wholeOnly = createLookIndex()
  const { memory, places } = index.inside
  for (const { chunks, count: held } of places.rowsOf(0)) {
    for (let from = 0; from < held; from += chunkForms) {
      const chunk = chunks[from / chunkForms] ?? 0
      const count = Math.min(held - from, chunkForms)
      const bits = memory.bitsOf(chunk, count)
      for (const [place, seq] of places.seqsOf(chunk, count).entries()) {
        wholeOnly.put(seq, Uint8Array.of(0, ...bits.subarray(place * 32, place * 32 + 32)))
      }
    }
  }
  const of = async (loaded: LookIndex, name: string) => {
    const path = join(folder, name)
    await withFile(path, 'w', file => writeSideFile(loaded, sideFileOf, (at, bytes) => put(file, at, bytes)))
    const times: number[] = []
    for (let round = 0; round < 5; round++) {
      const startedAt = performance.now()
      const again = await loadFrom(path, createLookIndex())
      times.push(performance.now() - startedAt)
      if (again.forms !== loaded.forms) throw new Error('not all of it was loaded')
    }
    return Number(Math.min(...times).toFixed(1))
  }
  const figures = { loadMs: await of(wholeOnly, 'whole.looks'), loadAllFormsMs: await of(index, 'all.looks') }
  return {
    figures,
    lines: [
      '',
      `loaded from the side file: ${wholeOnly.forms} forms in ${fixed(figures.loadMs, 0)} ms, ` +
        `${index.forms} in ${fixed(figures.loadAllFormsMs, 0)} ms (file in the cache, best of five)`,
    ],
  }
}

const sideFileOf = { token: '0'.repeat(32), changeNo: million }

async function put(file: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  await file.write(bytes, 0, bytes.length, at)
}

const asSource = async (file: FileHandle): Promise<Source> => ({
  sizeBytes: (await file.stat()).size,
  read: async (at, into) => {
    await file.read(into, 0, into.length, at)
  },
})

async function loadFrom(path: string, index: LookIndex): Promise<LookIndex> {
  await withFile(path, 'r', async file => {
    if (!(await readSideFile(index, await asSource(file), () => true)))
      throw new Error('the file is not whole')
  })
  return index
}

async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

/** What full comparison with every held form finds, for edited copies and random pictures in turn, by all their forms. */
async function measureExactness(
  bench: Bench,
  index: LookIndex,
  { copies, originals }: NearForms,
): Promise<Result> {
  const count = bench.isQuick ? 400 : 10_000
  const asked = Array.from({ length: count }, (_, at): (typeof copies)[number] => {
    const copy = copies[(at * 7_919) % copies.length] as (typeof copies)[number]
    if (at % 2 === 0) return copy
    return { of: -1, query: copy.query.map(form => ({ ...form, bits: randomFillSync(new Uint8Array(32)) })) }
  })
  const brute = await loadFrom(
    join(bench.folder, 'all.looks'),
    createLookIndex({ ...lookIndexLimits, sketchFrom: Number.POSITIVE_INFINITY }),
  )
  const sums = { forms: 0, formsMissed: 0, copies: 0, copiesMissed: 0, unequal: 0 }
  for (let from = 0; from < count; from += inFlight) {
    const queries = asked.slice(from, from + inFlight).map(({ query }) => query)
    const found = index.within(queries)
    for (const [at, expected] of brute.within(queries).entries()) {
      const known = new Set((found[at] ?? []).map(({ seq }) => seq))
      const wanted = new Set(expected.map(({ seq }) => seq))
      const original = seqOf(originals.length, million, asked[from + at]?.of ?? -1)
      sums.forms += expected.length
      sums.formsMissed += expected.length - (found[at]?.length ?? 0)
      sums.copies += wanted.has(original) ? 1 : 0
      sums.copiesMissed += wanted.has(original) && !known.has(original) ? 1 : 0
      sums.unequal += known.size === wanted.size && [...wanted].every(seq => known.has(seq)) ? 0 : 1
    }
  }
  const { forms, formsMissed, unequal, copiesMissed } = sums
  return {
    figures: { unequalToBruteForce: unequal, copiesMissed, bruteForceQueries: count },
    lines: [
      `the same pictures as comparing every form with every held one in full: ${count - unequal} of ${count} queries ` +
        `(${sums.copies} copies, ${copiesMissed} missed; of ${forms} near forms ${formsMissed} missed, some of them of strangers near by chance)`,
    ],
  }
}
