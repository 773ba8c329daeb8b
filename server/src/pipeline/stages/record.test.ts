import { defaultSettings } from '@gleaner/shared/dataset'
import type { PerceptualHash } from '@gleaner/shared/hash'
import { expect, test } from 'vitest'
import { clientId, makeBatch, makeImage, openRules, temporaryDataset } from '../../../test/support/samples.ts'
import type { FailpointName } from '../../store/types.ts'
import { openForIngest } from '../open-dataset.ts'
import type { StageContext } from '../stage.ts'
import { record } from './record.ts'
import type { Drawn } from './render.ts'

const hash = 'f0'.repeat(32) as PerceptualHash

/** A picture as it comes to the last stage; all look the same, but are other bytes. */
function drawn(seed: string, mostlySame = hash): Drawn {
  const { original, rendered, ...look } = makeImage(seed)
  const { bytes, digest } = original
  return {
    file: { kind: 'fetched', bytes, digest, finalUrl: '', hops: [], contentType: null, tookMs: 1 },
    picture: { ...look, format: 'png', width: 800, height: 600, perceptualHash: mostlySame },
    rendered: { kind: 'rendered', bytes: rendered.bytes, width: 512, height: 384 },
    nearPairs: [],
  } as unknown as Drawn
}

function setUp(urls: readonly string[] = []) {
  const steps: FailpointName[] = []
  const made = temporaryDataset({ failpoint: name => steps.push(name), groupLimits: { waitMs: 60_000 } })
  const { store } = made
  const dataset = openForIngest(store, {
    signal: new AbortController().signal,
    ready: () => {},
    failed: () => {},
  })
  const take = (url: string, isThumbnail = false): StageContext => {
    store.accept(clientId, makeBatch([url]), openRules)
    const lease = store.lease(new URL(url).hostname, Date.now())
    const [source] = lease?.sources ?? []
    if (!lease || !source) throw new Error('nothing to lease')
    return {
      ...{ dataset, settings: defaultSettings, lease, trip: undefined },
      source: isThumbnail ? { ...source, kind: 'thumbnail' } : source,
      signal: new AbortController().signal,
      atEnd: () => {},
      leaveHost: () => ({ countsAsAttempt: true, restMs: 0 }),
    }
  }
  const contexts = urls.map(url => take(url))
  return { ...made, store, contexts, take, dataset, steps }
}

test('of two pictures alike in one group of commits, one is stored', async () => {
  using made = setUp(['https://a.example/1', 'https://b.example/2'])
  await Promise.all(made.contexts.map((context, n) => record.run(drawn(`copy ${n}`), context)))
  expect(made.steps, 'they were in one group').toContain('group:between')
  expect(made.store.counts()).toMatchObject({ stored: 1, duplicate: 1 })
  expect(
    made.dataset.alike({ perceptualHash: hash, meanChroma: [0, 0], isThumbnail: false }, 0).held,
  ).toHaveLength(1)
})

test('pictures that are near are kept apart as a pair, though both are in one group', async () => {
  using made = setUp(['https://a.example/1', 'https://b.example/2'])
  const near = `${'0'.repeat(20)}${hash.slice(20)}` as PerceptualHash
  await Promise.all([
    record.run(drawn('one'), made.contexts[0] as StageContext),
    record.run(drawn('other', near), made.contexts[1] as StageContext),
  ])
  expect(made.steps).toContain('group:between')
  const { images } = made.store.images(undefined, { limit: 9 })
  expect(images).toHaveLength(2)
  const pairs = images.map(({ id }) => made.store.image(id)?.nearPairs.length)
  expect(pairs).toEqual([1, 1])
})

test('of two better copies of a thumbnail in one group, one replaces it and the other is a duplicate', async () => {
  using made = setUp()
  await record.run(drawn('thumbnail'), made.take('https://a.example/1', true))
  expect(made.store.counts()).toMatchObject({ stored: 1 })
  const contexts = ['https://b.example/2', 'https://c.example/3'].map(url => made.take(url))
  await Promise.all(contexts.map((context, n) => record.run(drawn(`copy ${n}`), context)))
  expect(made.steps, 'they were in one group').toContain('group:between')
  expect(made.store.counts()).toMatchObject({ stored: 1, upgraded: 1, duplicate: 1 })
  const { images } = made.store.images(undefined, { limit: 9 })
  expect(images).toHaveLength(1)
})
