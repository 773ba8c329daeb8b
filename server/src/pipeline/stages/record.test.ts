import { defaultSettings, type NearDuplicatePolicy } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { lookOf } from '../../../test/support/look-alikes.ts'
import { clientId, makeBatch, makeImage, openRules, temporaryDataset } from '../../../test/support/samples.ts'
import { queryForms } from '../../look/forms.ts'
import type { FailpointName, ImageId } from '../../store/types.ts'
import { openForIngest } from '../open-dataset.ts'
import type { StageContext } from '../stage.ts'
import { reserve } from './dedupe.ts'
import { record } from './record.ts'
import type { Drawn } from './render.ts'

/** A picture as it comes to the last stage; all show the same, unless told otherwise, but are other bytes. */
function drawn(seed: string, sidePx = 500, scene = 1): Drawn {
  const { original, rendered, ...look } = makeImage(seed)
  const { bytes, digest } = original
  const fingerprint = lookOf(scene, { resolvedSidePx: sidePx, measuredSidePx: sidePx })
  const shape = { format: 'png', width: sidePx, height: sidePx * 0.75 }
  return {
    file: { kind: 'fetched', bytes, digest, finalUrl: '', hops: [], contentType: null, tookMs: 1 },
    picture: { ...look, ...shape, fingerprint, queryForms: queryForms(fingerprint) },
    rendered: { kind: 'rendered', bytes: rendered.bytes, width: 512, height: 384 },
    pairs: [],
  } as unknown as Drawn
}

function setUp(urls: readonly string[] = [], policy: NearDuplicatePolicy = 'drop') {
  const nearDuplicates = { ...defaultSettings.nearDuplicates, policy }
  const settings = { ...defaultSettings, nearDuplicates }
  const steps: FailpointName[] = []
  const made = temporaryDataset({
    failpoint: name => steps.push(name),
    groupLimits: { waitMs: 60_000, turnMs: 60_000 },
  })
  const { store } = made
  const dataset = openForIngest(store, {
    signal: new AbortController().signal,
    ready: () => {},
    failed: () => {},
  })
  const ends = new Map<StageContext, (() => void)[]>()
  const take = (url: string, isThumbnail = false): StageContext => {
    store.accept(clientId, makeBatch([url]), openRules)
    const lease = store.lease(new URL(url).hostname, Date.now())
    const [source] = lease?.sources ?? []
    if (!lease || !source) throw new Error('nothing to lease')
    const cleanUps: (() => void)[] = []
    const context: StageContext = {
      ...{ dataset, settings, lease, trip: undefined },
      source: isThumbnail ? { ...source, kind: 'thumbnail' } : source,
      signal: new AbortController().signal,
      atEnd: cleanUp => void cleanUps.push(cleanUp),
      leaveHost: () => ({ countsAsAttempt: true, restMs: 0 }),
    }
    ends.set(context, cleanUps)
    return context
  }
  /** As a hand does it. */
  const carry = async (input: Drawn, context: StageContext) => {
    await record.run(input, context)
    for (const cleanUp of ends.get(context) ?? []) cleanUp()
  }
  const contexts = urls.map(url => take(url))
  return { ...made, store, contexts, take, carry, dataset, steps }
}

test('of two pictures alike in one group of commits, one is stored', async () => {
  using made = setUp(['https://a.example/1', 'https://b.example/2'])
  await Promise.all(made.contexts.map((context, n) => made.carry(drawn(`copy ${n}`), context)))
  expect(made.steps, 'they were in one group').toContain('group:between')
  expect(made.store.counts()).toMatchObject({ stored: 1, duplicate: 1 })
  expect(made.dataset.proposals(queryForms(lookOf(1))).held).toHaveLength(1)
})

test('of two copies in one group the better one is held', async () => {
  using made = setUp(['https://a.example/1', 'https://b.example/2'])
  const [one, other] = made.contexts as [StageContext, StageContext]
  await Promise.all([made.carry(drawn('small', 200), one), made.carry(drawn('large', 500), other)])
  expect(made.steps, 'they were in one group').toContain('group:between')
  const [image, ...others] = made.store.images(undefined, { limit: 9 }).images
  expect(others).toEqual([])
  expect(made.store.image(image?.id ?? '')?.original.width).toBe(500)
})

test('strangers in one group are both stored, and no pair', async () => {
  using made = setUp(['https://a.example/1', 'https://b.example/2'])
  await Promise.all(made.contexts.map((context, n) => made.carry(drawn(`copy ${n}`, 500, n), context)))
  expect(made.store.counts()).toMatchObject({ stored: 2 })
  expect(made.store.duplicates.isUngrouped()).toBe(false)
})

test('copies that are kept are a pair, though both are in one group', async () => {
  using made = setUp(['https://a.example/1', 'https://b.example/2'], 'keep')
  await Promise.all(made.contexts.map((context, n) => made.carry(drawn(`copy ${n}`), context)))
  expect(made.steps).toContain('group:between')
  expect(made.store.counts()).toMatchObject({ stored: 2 })
  const [seq = 0] = made.store.duplicates.due(1)
  expect(made.store.duplicates.component(seq, 10).pairs).toMatchObject([
    { a: 1, b: 2, kind: 'same', level: 'look', distanceBits: 0 },
  ])
})

test('of two better copies of a thumbnail in one group, one replaces it and the other waits and is a duplicate', async () => {
  using made = setUp()
  await made.carry(drawn('thumbnail', 200), made.take('https://a.example/1', true))
  expect(made.store.counts()).toMatchObject({ stored: 1 })
  const contexts = ['https://b.example/2', 'https://c.example/3'].map(url => made.take(url))
  await Promise.all(contexts.map((context, n) => made.carry(drawn(`copy ${n}`), context)))
  expect(made.steps, 'they were in one group').toContain('group:between')
  expect(made.store.counts()).toMatchObject({ stored: 1, upgraded: 1, duplicate: 1 })
  const { images } = made.store.images(undefined, { limit: 9 })
  expect(images).toHaveLength(1)
})

test('a place that was taken in vain is left to others before the picture is filed beside it', async () => {
  using made = setUp(['https://a.example/1'])
  const [context] = made.contexts as [StageContext]
  const forgotten = '7'.repeat(20) as ImageId
  const release = reserve(forgotten, context)
  const waiting = made.dataset.upgrading.get(forgotten)
  await record.run({ ...drawn('better'), upgradeOf: { imageId: forgotten, reasons: [], release } }, context)
  expect(made.store.counts()).toMatchObject({ stored: 1, upgraded: 0 })
  expect(made.dataset.upgrading.size, 'though the journey has not ended').toBe(0)
  await waiting
  const next = reserve(forgotten, context)
  release()
  expect(made.dataset.upgrading.size, 'what another hand took since').toBe(1)
  next()
})
