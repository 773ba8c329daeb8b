import { expect, test } from 'vitest'
import { clientId, makeBatch, openRules, temporaryDataset } from '../../test/support/samples.ts'
import type { DatasetStore, ImportItem } from './types.ts'

/** Two addresses, of which the first is said twice in one part. */
async function bringTwo(store: DatasetStore): Promise<number> {
  const id = store.imports.begin({ source: '/list.csv', request: { dataset: 'Birds' }, by: 'test' })
  const items = ['https://i.example/1', 'https://i.example/2'].map((url): ImportItem => {
    const candidate = { sources: [{ kind: 'original' as const, url }] }
    return { candidate, file: undefined, split: null, boxes: [], crop: null, size: null, author: 'test' }
  })
  store.imports.plan(id, { format: 'table', total: 3, skipped: {} })
  const groups = [{ label: 'robin', origin: { engine: 'import' }, items }]
  await store.imports.take(id, { from: 0, to: 9, items: 3, again: 1, groups, skipped: new Map() }, openRules)
  return id
}

function latelyOf(store: DatasetStore, id: number) {
  const row = store.imports.byId(id)
  if (!row) throw new Error('no import')
  const { fares, isCounted, staleForMs } = store.imports.faresLately(row)
  const { queued, cancelled } = fares.counts
  return { queued, cancelled, isCounted, isStale: staleForMs > 0 }
}

test('what is the same twice in a part counts as known', async () => {
  using made = temporaryDataset()
  const id = await bringTwo(made.store)
  expect(made.store.imports.byId(id)).toMatchObject({ done: 3, accepted: 2, known: 1, refused: 0 })
})

test('what is under way is counted at most once a second, and only after something was written', async () => {
  let atMs = 1_000_000
  using made = temporaryDataset({ now: () => atMs })
  const { store } = made
  const id = await bringTwo(store)
  const first = { queued: 2, cancelled: 0, isCounted: true, isStale: false }
  expect(latelyOf(store, id)).toEqual(first)
  atMs += 60_000
  expect(latelyOf(store, id), 'nothing was written').toEqual({ ...first, isCounted: false })
  atMs -= 60_000
  store.cancelQueued()
  atMs += 900
  expect(latelyOf(store, id)).toEqual({ ...first, isCounted: false, isStale: true })
  atMs += 200
  expect(latelyOf(store, id)).toEqual({ queued: 0, cancelled: 2, isCounted: true, isStale: false })
})

test('what is at rest is counted again only when an outcome was taken back', async () => {
  let atMs = 1_000_000
  using made = temporaryDataset({ now: () => atMs })
  const { store } = made
  const id = await bringTwo(store)
  store.imports.end(id, { state: 'done' })
  store.cancelQueued()
  const atRest = { queued: 0, cancelled: 2, isCounted: true, isStale: false }
  expect(latelyOf(store, id)).toEqual(atRest)
  store.accept(clientId, makeBatch(['https://a.example/1']), openRules)
  store.cancelQueued()
  atMs += 3_600_000
  expect(latelyOf(store, id)).toEqual({ ...atRest, isCounted: false })
  expect(store.retry({ code: 'CANCELLED' }, openRules)).toBe(3)
  atMs += 3_600_000
  expect(latelyOf(store, id)).toEqual({ queued: 2, cancelled: 0, isCounted: true, isStale: false })
})
