/** Every answer is what looking at each picture by itself gives, whatever changed in between. */
import { join } from 'node:path'
import {
  type GalleryFilter,
  type GalleryOrder,
  type GalleryPage,
  type GallerySplit,
  galleryFacets,
  gallerySorts,
  gallerySplits,
  licenseFamilies,
  newestFirst,
  reviewMarks,
} from '@gleaner/shared/gallery'
import { type QualityScores, qualityMeasures } from '@gleaner/shared/quality'
import BetterSqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { naiveFacet, naiveHistogram, naiveList } from '../../../test/support/gallery-model.ts'
import { createGalleryRows, type MadePicture } from '../../../test/support/gallery-rows.ts'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { openDatabase } from '../database.ts'
import { type Answers, createAnswers } from './answers.ts'
import type { GalleryWindow } from './questions.ts'

const labels = ['wren', 'Robin', 'auk']
const batches = [
  { engine: 'bing', query: 'small bird' },
  { engine: 'bing', query: 'robin' },
  { engine: 'page', query: null },
  { engine: 'flickr', query: 'auk' },
  { engine: 'google', query: 'great auk' },
] as const
const hosts = ['a.example', 'b.example', '']
const words = ['Red', 'robin', 'Rotkehlchen', 'été', 'a-b', '42']

const score = fc.integer({ min: 0, max: 100 })
const scores = fc.record(
  Object.fromEntries(qualityMeasures.map(measure => [measure, score])),
) as fc.Arbitrary<QualityScores>
const sentence = fc.array(fc.constantFrom(...words), { maxLength: 3 }).map(some => some.join(' '))
const side = fc.oneof(fc.constantFrom(300, 400, 1000), fc.integer({ min: 1, max: 3000 }))
const anyPicture: fc.Arbitrary<MadePicture> = fc.record({
  classId: fc.integer({ min: 1, max: labels.length }),
  place: fc.constantFrom('held' as const, 'held' as const, 'trash' as const),
  mark: fc.constantFrom(...reviewMarks),
  isThumbnail: fc.boolean(),
  isUpgraded: fc.boolean(),
  width: side,
  height: side,
  bytes: fc.integer({ min: 1, max: 2_000_000_000 }),
  storedAtMs: fc.integer({ min: 0, max: 100 }),
  title: fc.option(sentence),
  url: fc.constantFrom(...words).map(word => `https://www.a.example/${encodeURIComponent(word)}.jpg`),
  landingUrl: fc.option(sentence.map(text => `https://blog.example/${encodeURIComponent(text)}`)),
  host: fc.constantFrom(...hosts),
  batches: fc.subarray([1, 2, 3, 4, 5]),
  license: fc.option(
    fc.constantFrom('CC0', 'CC BY 4.0', 'mine').map(name => ({ name, basis: 'picture' as const })),
  ),
  scores: fc.option(scores),
})

const range = (number: fc.Arbitrary<number>) => fc.record({ min: number, max: number }, { requiredKeys: [] })
const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 })
const anyFilter = fc.record(
  {
    place: fc.constantFrom('held' as const, 'trash' as const),
    classIds: some([1, 2, 3, 9_000_000_000]),
    marks: some(reviewMarks),
    splits: some(gallerySplits),
    origins: some(['original', 'upgraded', 'thumbnail'] as const),
    engines: some(['bing', 'page', 'google', 'nobody']),
    queries: some(['robin', 'small bird', 'auk', 'great auk']),
    hosts: some(['a.example', 'b.example', 'c.example']),
    licenses: some(licenseFamilies),
    sidePx: range(fc.integer({ min: 1, max: 3000 })),
    aspect: range(fc.constantFrom(0.5, 0.75, 1, 4 / 3, 1.5, 10 / 3)),
    storedAtMs: range(fc.integer({ min: 0, max: 100 })),
    scores: fc.record({ sharpness: range(score), text: range(score) }, { requiredKeys: [] }),
    text: fc.constantFrom('rob', 'red robin', 'ETE', '4', 'a-b', 'blog', '!', 'kehl example'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<GalleryFilter>
/** Mostly of one or two parts, so that something is left. */
const fewParts = fc
  .tuple(anyFilter, fc.array(fc.integer({ min: 0, max: 13 }), { maxLength: 2 }))
  .map(([filter, keep]) => Object.fromEntries(Object.entries(filter).filter((_, at) => keep.includes(at))))
const anyOrder = fc.record({ by: fc.constantFrom(...gallerySorts), isDescending: fc.boolean() })

type Change =
  | { readonly kind: 'add'; readonly picture: MadePicture }
  | {
      readonly kind: 'move' | 'mark' | 'toss' | 'forget' | 'unscore'
      readonly at: number
      readonly to: number
    }
  | { readonly kind: 'label'; readonly at: number; readonly to: string }
  /** Whoever is at one of the places gets into a split by a layer of its own. */
  | { readonly kind: 'split'; readonly at: readonly number[]; readonly to: GallerySplit }
  | { readonly kind: 'imported'; readonly at: number; readonly to: 'train' | 'test' }
  /** Is lost; and whatever is lost is stored anew. */
  | { readonly kind: 'lose'; readonly at: number }
  | { readonly kind: 'return' }
  /** Takes a layer back, or lets it count again. */
  | { readonly kind: 'turn'; readonly at: number }
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), picture: anyPicture }),
  fc.record({
    kind: fc.constantFrom('move', 'mark', 'toss', 'forget', 'unscore'),
    at: fc.nat({ max: 99 }),
    to: fc.nat({ max: 2 }),
  }),
  fc.record({
    kind: fc.constant('label' as const),
    at: fc.nat({ max: 2 }),
    to: fc.constantFrom('Zoo', 'b', 'ab'),
  }),
  fc.record({
    kind: fc.constant('split' as const),
    at: fc.array(fc.nat({ max: 99 }), { maxLength: 6 }),
    to: fc.constantFrom(...gallerySplits),
  }),
  fc.record({
    kind: fc.constant('imported' as const),
    at: fc.nat({ max: 99 }),
    to: fc.constantFrom('train', 'test'),
  }),
  fc.record({ kind: fc.constantFrom('turn' as const, 'lose' as const), at: fc.nat({ max: 99 }) }),
  fc.constant({ kind: 'return' as const }),
)

interface Held {
  readonly seq: number
  readonly picture: MadePicture
}

/** Splits of pictures by their ids: the first one those of imports, later ones go before earlier ones. */
interface Layer {
  readonly places: Map<string, GallerySplit>
  isInForce: boolean
}

/** An index, the same as plain objects, and how both are changed. */
function createWorld(empty: Buffer, gap: number) {
  const db = new BetterSqlite(empty)
  const rows = createGalleryRows(db)
  const names = [...labels]
  for (const [index, label] of names.entries()) rows.addClass(index + 1, label)
  for (const [index, { engine, query }] of batches.entries()) rows.addBatch(index + 1, 1, engine, query)
  let held: Held[] = []
  let lost: Held[] = []
  let seq = 0
  const layers: Layer[] = [{ places: new Map(), isInForce: true }]
  // Numbers that are gone lie between: pictures come to lie in several stretches.
  const nextSeq = () => (seq += seq % 4 === 3 ? gap : 1)

  const put = (one: Held, patch: Partial<MadePicture>) => {
    held = held.map(other =>
      other.seq === one.seq ? { seq: one.seq, picture: { ...one.picture, ...patch } } : other,
    )
  }
  const toss = (one: Held) => {
    if (one.picture.place === 'held') rows.toTrash(one.seq)
    else rows.restore(one.seq)
    put(one, { place: one.picture.place === 'held' ? 'trash' : 'held' })
  }
  const run = (change: Change) => {
    if (change.kind === 'add') {
      nextSeq()
      rows.addPicture(seq, change.picture)
      held.push({ seq, picture: change.picture })
      return
    }
    if (change.kind === 'label') {
      const label = `${change.to} ${change.at}`
      db.prepare('UPDATE class SET label = ? WHERE id = ?').run(label, change.at + 1)
      names[change.at] = label
      return
    }
    if (change.kind === 'split') {
      const picked = held.filter((_, at) => change.at.some(place => place % held.length === at))
      rows.addLayer(layers.length, new Map(picked.map(one => [one.seq, change.to])))
      const places = new Map(picked.map(one => [rows.idOf(one.seq), change.to]))
      layers.push({ places, isInForce: true })
      return
    }
    if (change.kind === 'return') {
      for (const one of lost) {
        rows.storeAnew(one.seq, nextSeq(), one.picture)
        held.push({ seq, picture: one.picture })
      }
      lost = []
      return
    }
    if (change.kind === 'turn') {
      const id = change.at % layers.length
      const layer = layers[id]
      if (!layer || id === 0) return
      layer.isInForce = !layer.isInForce
      rows.setInForce(id, layer.isInForce)
      return
    }
    const one = held[change.at % Math.max(1, held.length)]
    if (!one) return
    if (change.kind === 'imported') {
      rows.addImportedSplit(one.seq, change.to)
      layers[0]?.places.set(rows.idOf(one.seq), change.to)
      return
    }
    if (change.kind === 'lose') {
      if (one.picture.place !== 'held') return
      rows.lose(one.seq)
      lost.push(one)
      held = held.filter(({ seq: other }) => other !== one.seq)
      return
    }
    const mark = reviewMarks[change.to] ?? 'none'
    switch (change.kind) {
      case 'move':
        db.prepare('UPDATE image SET class_id = ? WHERE seq = ?').run(change.to + 1, one.seq)
        return put(one, { classId: change.to + 1 })
      case 'mark':
        db.prepare('UPDATE image SET mark = ? WHERE seq = ?').run(mark, one.seq)
        return put(one, { mark })
      case 'unscore':
        db.prepare('DELETE FROM quality WHERE image_seq = ?').run(one.seq)
        return put(one, { scores: null })
      case 'toss':
        return toss(one)
      case 'forget': {
        // Gone for good: a tombstone stays.
        if (one.picture.place === 'held') rows.toTrash(one.seq)
        db.prepare(`UPDATE image SET state = 'removed' WHERE seq = ?`).run(one.seq)
        db.prepare('DELETE FROM set_aside WHERE image_seq = ?').run(one.seq)
        held = held.filter(({ seq: other }) => other !== one.seq)
      }
    }
  }
  return {
    db,
    run,
    idOf: rows.idOf,
    model: () => ({
      held: held.map(one => ({
        ...one,
        split:
          layers
            .findLast(({ places, isInForce }) => isInForce && places.has(rows.idOf(one.seq)))
            ?.places.get(rows.idOf(one.seq)) ?? 'none',
      })),
      labelOf: (classId: number) => names[classId - 1] ?? '',
      batches,
    }),
    [Symbol.dispose]: () => void db.close(),
  }
}
type World = ReturnType<typeof createWorld>

function compare(answers: Answers, world: World, filter: GalleryFilter, order: GalleryOrder) {
  const model = world.model()
  const expected = naiveList(model, filter, order)
  const ids = expected.map(({ seq }) => world.idOf(seq))
  const whole = answers.answer('page', { filter, order, window: { offset: 0 }, limit: 500 })
  expect(whole.images.map(({ id }) => id)).toEqual(ids)
  expect(whole.total).toBe(ids.length)
  expect(answers.answer('count', { filter })).toBe(ids.length)
  comparePages(answers, ids, filter, order)
  for (const facet of galleryFacets) {
    expect(answers.answer('facet', { filter, facet, limit: 2 })).toEqual(naiveFacet(model, filter, facet, 2))
  }
  for (const measure of ['side', 'aspect', 'sharpness'] as const) {
    const asked = { filter, measure, steps: 7 }
    expect(answers.answer('histogram', asked)).toEqual(naiveHistogram(model, filter, measure, 7))
  }
  // Asked again each time, so that what was worked out before is at hand.
  for (const split of gallerySplits) {
    const inSplit = naiveList(model, { splits: [split] }, newestFirst)
    expect(answers.answer('count', { filter: { splits: [split] } }), split).toBe(inSplit.length)
  }
  const { bytes } = answers.answer('aspects', { filter, order })
  expect([...bytes]).toEqual(
    expected.map(({ picture: { width, height } }) =>
      Math.max(0, Math.min(255, Math.round(128 + 32 * Math.log2(width / height)))),
    ),
  )
  const except = ids.slice(0, 1)
  const ascending = expected.map(({ seq }) => seq).sort((a, b) => a - b)
  expect([...answers.answer('seqs', { filter, except })]).toEqual(
    ascending.filter(seq => !except.includes(world.idOf(seq))),
  )
}

/** By places, and from one page to the next. */
function comparePages(answers: Answers, ids: readonly string[], filter: GalleryFilter, order: GalleryOrder) {
  const limit = 3
  let after: string[] = []
  let cursor: string | null = null
  for (let offset = 0; offset < ids.length; offset += limit) {
    const window: GalleryWindow = cursor === null ? { offset: 0 } : { cursor }
    const page: GalleryPage = answers.answer('page', { filter, order, window, limit })
    const same = answers.answer('page', { filter, order, window: { offset }, limit })
    expect(page).toEqual(same)
    after = [...after, ...page.images.map(({ id }) => id)]
    cursor = page.cursor
  }
  expect(after).toEqual(ids)
  expect(cursor).toBeNull()
  const [around] = ids.slice(-1)
  if (around === undefined) return
  const page = answers.answer('page', { filter, order, window: { around }, limit: 500 })
  expect(page.images.map(({ id }) => id)).toContain(around)
}

/** An index without a row. */
function emptyIndex(): Buffer {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'gleaner.db'))
  db.pragma('journal_mode = DELETE') // memory keeps no log
  const bytes = db.serialize()
  db.close()
  return bytes
}

test('answers are those of looking at every picture, after any changes', () => {
  const empty = emptyIndex()
  const anyRound = fc.record({
    changes: fc.array(anyChange, { maxLength: 6 }),
    filter: fewParts,
    order: anyOrder,
  })
  fc.assert(
    fc.property(
      fc.array(anyPicture, { maxLength: 25, size: 'max' }),
      fc.array(anyRound, { minLength: 1, maxLength: 6, size: 'max' }),
      fc.tuple(fc.array(anyChange, { maxLength: 8 }), fc.array(anyChange, { maxLength: 4 })),
      fc.constantFrom(1, 1, 1000, 7_001),
      fc.constantFrom(undefined, 3, 12),
      (pictures, rounds, [before, during], gap, placeRows) => {
        using world = createWorld(empty, gap)
        for (const picture of pictures) world.run({ kind: 'add', picture })
        for (const change of before) world.run(change)
        const answers = createAnswers(world.db, '1', placeRows)
        for (const change of during) {
          answers.readSlice()
          world.run(change)
        }
        while (!answers.readSlice());
        for (const { changes, filter, order } of rounds) {
          for (const change of changes) world.run(change)
          compare(answers, world, filter, order)
        }
      },
    ),
    { numRuns: 60, endOnFailure: true },
  )
})
