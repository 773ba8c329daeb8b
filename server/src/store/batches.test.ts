import type { Batch } from '@gleaner/shared/collect'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryDataset,
} from '../../test/support/samples.ts'
import { bodyDigest } from './batches.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('a batch sent again gets the same receipt and changes nothing', () => {
  using made = temporaryDataset()
  const { store } = made
  const batch = makeBatch(['https://a.example/1', 'https://a.example/2', 'https://a.example/1#again'])
  const receipt = store.accept(clientId, batch, openRules)
  expect(receipt).toMatchObject({ accepted: 2, known: 1 })
  expect(store.accept(clientId, batch, openRules)).toEqual(receipt)
  expect(store.counts()).toMatchObject({ queued: 2 })
  expect(store.hasBatch(clientId, batch.batchId)).toBe(true)
  expect(store.hasBatch('somebody else', batch.batchId)).toBe(false)
})

test('the same batch id with another body is refused', () => {
  using made = temporaryDataset()
  const { store } = made
  const batch = makeBatch(['https://a.example/1'])
  store.accept(clientId, batch, openRules)
  const other = { ...makeBatch(['https://a.example/2']), batchId: batch.batchId }
  expect(() => store.accept(clientId, other, openRules)).toThrow(code('PROTOCOL_CONFLICT'))
  expect(store.counts()).toMatchObject({ queued: 1 })
  expect(store.accept('d'.repeat(32), other, openRules)).toMatchObject({ accepted: 1 })
})

test('refused addresses are recorded with their reason', () => {
  using made = temporaryDataset()
  const { store } = made
  const rules = {
    ...openRules,
    judge: (url: string) => (url.includes('10.0.0.1') ? ('DOWNLOAD_PRIVATE_ADDRESS' as const) : null),
  }
  const urls = ['https://a.example/1', 'http://10.0.0.1/x', 'http://user:secret@a.example/y']
  expect(store.accept(clientId, makeBatch(urls), rules)).toMatchObject({ accepted: 1, refused: 2 })
  const { candidates } = store.candidates({ state: 'rejected' }, { limit: 10 })
  expect(candidates.map(row => row.code).sort()).toEqual(['DOWNLOAD_PRIVATE_ADDRESS', 'DOWNLOAD_URL_REFUSED'])
})

test('a candidate is refused only when all its addresses are; else it begins with the first that may be fetched', () => {
  using made = temporaryDataset()
  const { store } = made
  const rules = {
    ...openRules,
    judge: (url: string) => (url.includes('10.0.0.1') ? ('DOWNLOAD_PRIVATE_ADDRESS' as const) : null),
  }
  const bad = 'http://10.0.0.1/x'
  const batch = makeBatch([
    [bad, 'ftp://a.example/x', 'https://b.example/good', 'https://c.example/good'],
    ['data:image/png;base64,', bad],
  ])
  expect(store.accept(clientId, batch, rules)).toMatchObject({ accepted: 1, refused: 1 })
  expect(store.lookup([bad])).toMatchObject([{ state: 'queued' }])
  const lease = store.lease('b.example', Date.now())
  expect(lease).toMatchObject({ sourceIndex: 2, host: 'b.example', attempts: 0, lastCode: null })
  expect(lease?.sources).toHaveLength(4)
  const { candidates } = store.candidates({ state: 'rejected' }, { limit: 10 })
  expect(candidates).toMatchObject([{ code: 'DOWNLOAD_URL_REFUSED' }])
})

test('progress counts the candidates of the batches, also those known before', () => {
  using made = temporaryDataset()
  const { store } = made
  const first = makeBatch(['https://a.example/1', 'https://a.example/2'])
  const second = makeBatch(['https://a.example/2', 'https://a.example/3'], { class: 'wren' })
  store.accept(clientId, first, openRules)
  expect(store.accept(clientId, second, openRules)).toMatchObject({ accepted: 1, known: 1 })
  expect(store.progress(clientId, [second.batchId])).toMatchObject({ queued: 2 })
  expect(store.progress(clientId, [first.batchId, second.batchId])).toMatchObject({ queued: 3 })
  expect(store.progress('somebody else', [first.batchId])).toMatchObject({ queued: 0 })
})

test('a batch that cannot be taken whole is not taken at all', () => {
  using made = temporaryDataset()
  const { store } = made
  const batch = makeBatch(['https://a.example/1', 'https://a.example/2'])
  let calls = 0
  const failing = {
    ...openRules,
    hostOf: (url: string) => {
      calls += 1
      if (calls === 2) throw new Error('broken')
      return url
    },
  }
  expect(() => store.accept(clientId, batch, failing)).toThrow('broken')
  expect(store.hasBatch(clientId, batch.batchId)).toBe(false)
  expect(store.counts()).toMatchObject({ queued: 0 })
  expect(store.accept(clientId, batch, openRules)).toMatchObject({ accepted: 2 })
})

test('the digest of a body does not depend on the order of its keys', () => {
  const batch = makeBatch(['https://a.example/1'])
  const turned = Object.fromEntries(Object.entries(batch).reverse()) as unknown as Batch
  expect(bodyDigest(turned)).toBe(bodyDigest(batch))
  expect(bodyDigest({ ...batch, class: 'other' })).not.toBe(bodyDigest(batch))
})

test('repeated and reordered posts: same receipts, same rows', () => {
  const anyBatch = fc
    .tuple(fc.array(fc.nat(15), { minLength: 1, maxLength: 6 }), fc.constantFrom('robin', 'wren', 'test'))
    .map(([numbers, label]) =>
      makeBatch(
        numbers.map(n => `https://a.example/${n}`),
        { class: label },
      ),
    )
  const posts = fc
    .array(anyBatch, { minLength: 1, maxLength: 6 })
    .chain(batches =>
      fc.array(fc.nat(batches.length - 1), { maxLength: 12 }).map(again => ({ batches, again })),
    )
  fc.assert(
    fc.property(posts, ({ batches, again }) => {
      using made = temporaryDataset()
      const { store } = made
      const sent = [...batches, ...again.flatMap(index => batches[index] ?? [])]
      const receipts = new Map<string, unknown>()
      for (const batch of sent) {
        const receipt = store.accept(clientId, batch, openRules)
        expect(receipts.get(batch.batchId) ?? receipt).toEqual(receipt)
        receipts.set(batch.batchId, receipt)
        expect(receipt.accepted + receipt.known + receipt.refused).toBe(batch.candidates.length)
      }
      const urls = new Set(batches.flatMap(({ candidates }) => candidates.map(c => c.sources[0]?.url)))
      expect(store.counts()).toMatchObject({ queued: urls.size })
    }),
    { numRuns: 30 },
  )
})

test('licence claims and search filters are kept with the sighting, as claims and as text', async () => {
  using made = temporaryDataset()
  const { store } = made
  const license = {
    name: 'CC BY-SA 4.0\u202e',
    url: 'https://creativecommons.org/licenses/by-sa/4.0/#deed',
    creator: ' A.  Person ',
    creatorUrl: 'https://user:secret@a.example/',
    basis: 'picture',
  } as const
  const [plain] = makeBatch(['https://a.example/1']).candidates
  const origin = { engine: 'page', filters: { size: 'large', rights: ' \u200b ', time: 'past\nweek' } }
  const first = makeBatch([], { origin, candidates: [{ sources: plain?.sources ?? [], license }] })
  const nothing = {
    ...first.candidates[0],
    sources: plain?.sources ?? [],
    license: { name: '\u200b', basis: 'filter' as const },
  }
  store.accept(clientId, first, openRules)
  store.accept(
    clientId,
    makeBatch([], { origin: { engine: 'page', filters: {} }, candidates: [nothing] }),
    openRules,
  )
  const lease = store.lease('a.example', Date.now())
  if (!lease) throw new Error('nothing to lease')
  const result = await store.recordImage(lease, makeImage('1'), makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  const [one, other] = store.image(result.imageId)?.sightings ?? []
  expect(one?.license).toEqual({
    ...{ name: 'CC BY-SA 4.0', url: 'https://creativecommons.org/licenses/by-sa/4.0/', creator: 'A. Person' },
    basis: 'picture',
  })
  expect(one?.filters).toEqual({ size: 'large', time: 'past week' })
  expect(other).toMatchObject({ license: null, filters: null })
})

test('the same batch with another claim is another batch', () => {
  using made = temporaryDataset()
  const { store } = made
  const batch = makeBatch(['https://a.example/1'])
  store.accept(clientId, batch, openRules)
  const [candidate] = batch.candidates
  const license = { name: 'CC0', basis: 'picture' } as const
  const other = { ...batch, candidates: [{ ...candidate, sources: candidate?.sources ?? [], license }] }
  expect(() => store.accept(clientId, other, openRules)).toThrow(code('PROTOCOL_CONFLICT'))
})
