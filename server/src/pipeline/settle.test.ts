import type { CandidateSource } from '@gleaner/shared/candidate'
import { defaultSettings } from '@gleaner/shared/dataset'
import type { ErrorCode } from '@gleaner/shared/errors'
import { AppError, catalogue } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type {
  CandidateEnd,
  DatasetStore,
  ImageId,
  LeasedCandidate,
  Postponement,
  TriedWay,
} from '../store/types.ts'
import { createSettle } from './settle.ts'
import type { StageContext } from './stage.ts'
import type { Verdict } from './verdict.ts'

const limits = { maxTries: 5, backOffMs: 10_000, backOffMostMs: 60_000, browserWaitMs: 90_000 }
const nowMs = 1_000_000
const threeWays: CandidateSource[] = [
  { kind: 'original', url: 'https://a.example/1.jpg' },
  { kind: 'mirror', url: 'https://b.example/1.jpg' },
  { kind: 'thumbnail', url: 'https://c.example/1.jpg' },
]

interface Case {
  readonly lease?: Partial<LeasedCandidate>
  readonly takesThumbnails?: boolean
  readonly countsAsAttempt?: boolean
  readonly isHeld?: boolean
  readonly random?: number
  /** Extensions that collected the candidate. */
  readonly clients?: readonly string[]
  readonly isBrowserHere?: boolean
  readonly tried?: readonly TriedWay[]
  /** Of the last answer to this journey. */
  readonly status?: number
  readonly isFromBrowser?: boolean
  readonly sources?: readonly CandidateSource[]
  /** Whether the picture of a duplicate is still known. */
  readonly isKnown?: boolean
}

/** Settles one verdict and tells what the store was asked to do. */
async function settle(verdict: Verdict, options: Case = {}) {
  const { takesThumbnails = true, countsAsAttempt = true, isHeld = true, random = 0.5 } = options
  const { sources = threeWays } = options
  const asked: { finish?: CandidateEnd; postpone?: Postponement; release?: true } = {}
  const store = {
    id: 'birds',
    clientsOf: () => options.clients ?? [],
    triedWays: () => options.tried ?? [],
    release: () => {
      asked.release = true
      return isHeld
    },
    finish: async (_lease, end) => {
      if (options.isKnown === false) throw new AppError('PROTOCOL_NOT_FOUND')
      asked.finish = end
      return isHeld
    },
    postpone: async (_lease, postponement) => {
      asked.postpone = postponement
      return isHeld
    },
  } as Partial<DatasetStore> as DatasetStore
  const lease = {
    ...{ id: 1, token: 1, sources, sourceIndex: 0, host: 'a.example', attempts: 0, lastCode: null },
    ...options.lease,
  } as LeasedCandidate
  const { accept } = defaultSettings
  const context = {
    dataset: { store },
    settings: { ...defaultSettings, accept: { ...accept, thumbnails: takesThumbnails } },
    lease,
    source: sources[lease.sourceIndex] ?? { kind: 'original', url: 'https://a.example/' },
    trip: {
      startedAtMs: nowMs,
      answer: {
        ...{ kind: 'failed', code: 'DOWNLOAD_TIMEOUT', facts: {}, tookMs: 12.3 },
        hops: [{ url: 'https://a.example/', peerIp: null, status: options.status ?? null }],
      },
      advice: { countsAsAttempt, restMs: 0 },
      isFromBrowser: options.isFromBrowser ?? false,
    },
  } as unknown as StageContext
  const decide = createSettle({
    ...{ now: () => nowMs, random: () => random, limits },
    hostKey: url => new URL(url).hostname,
    isBrowserHere: clientIds => options.isBrowserHere === true && clientIds.includes('mine'),
  })
  return { settled: await decide(context, verdict), ...asked }
}

const noWay = (code: ErrorCode, waitMs?: number): Verdict =>
  waitMs === undefined ? { kind: 'no-way', code, facts: {} } : { kind: 'no-way', code, facts: {}, waitMs }

test('a passing failure is tried again after a pause, which counts as a try', async () => {
  const { settled, postpone } = await settle(noWay('DOWNLOAD_TIMEOUT'), { lease: { attempts: 2 } })
  expect(settled).toEqual({ kind: 'waiting', host: 'a.example', dueAtMs: nowMs + 20_000 })
  expect(postpone).toMatchObject({ sourceIndex: 0, countsAsAttempt: true, code: 'DOWNLOAD_TIMEOUT' })
  expect(postpone?.attempts).toMatchObject([{ code: 'DOWNLOAD_TIMEOUT', tookMs: 12, sourceKind: 'original' }])
})

test('the pause is anything up to a bound that doubles with each try, and has an upper limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 3 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (attempts, random) => {
        const { postpone } = await settle(noWay('DOWNLOAD_CONNECT'), { lease: { attempts }, random })
        const pauseMs = (postpone?.dueAtMs ?? 0) - nowMs
        expect(pauseMs).toBeGreaterThanOrEqual(0)
        expect(pauseMs).toBeLessThanOrEqual(Math.min(60_000, 10_000 * 2 ** attempts))
      },
    ),
  )
})

test('the fifth failed try gives the way up', async () => {
  const { postpone } = await settle(noWay('DOWNLOAD_TIMEOUT'), { lease: { attempts: 4 } })
  expect(postpone).toMatchObject({ sourceIndex: 1, host: 'b.example', dueAtMs: nowMs })
})

test('a pause the host asked for is kept, and costs no try however many there were', async () => {
  const options = { lease: { attempts: 4 }, countsAsAttempt: false }
  const { postpone } = await settle(noWay('DOWNLOAD_RATE_LIMITED', 90_000), options)
  expect(postpone).toMatchObject({ sourceIndex: 0, dueAtMs: nowMs + 90_000, countsAsAttempt: false })
})

test('a lasting failure leads to the next way at once', async () => {
  const { postpone } = await settle(noWay('DOWNLOAD_NOT_FOUND'))
  expect(postpone).toMatchObject({ sourceIndex: 1, host: 'b.example', dueAtMs: nowMs })
})

test('thumbnails are skipped where the dataset takes none', async () => {
  const { postpone, finish } = await settle(noWay('DOWNLOAD_NOT_FOUND'), {
    ...{ lease: { sourceIndex: 1, lastCode: 'DOWNLOAD_FORBIDDEN' }, takesThumbnails: false },
  })
  expect(postpone).toBeUndefined()
  expect(finish).toMatchObject({ state: 'failed', code: 'DOWNLOAD_FORBIDDEN' })
  expect(finish?.explanation).toBe('The host refused to give the picture; both addresses were tried.')
})

test.each<[ErrorCode, CandidateEnd['state']]>([
  ['DOWNLOAD_NOT_FOUND', 'failed'],
  ['DOWNLOAD_FORBIDDEN', 'failed'],
  ['DOWNLOAD_TOO_LARGE', 'rejected'],
  ['DOWNLOAD_PRIVATE_ADDRESS', 'rejected'],
  ['DOWNLOAD_URL_REFUSED', 'rejected'],
  ['DOWNLOAD_OPTED_OUT', 'opted_out'],
  ['IMAGE_CORRUPT', 'rejected'],
  ['IMAGE_DECODER_CRASH', 'rejected'],
])('with no way left, %s means %s', async (code, state) => {
  const { finish } = await settle(noWay(code), { lease: { sources: threeWays.slice(0, 1) } })
  expect(finish).toMatchObject({ state, code, explanation: catalogue[code].say })
})

test('a candidate that holds its thumbnail does not fetch it again', async () => {
  const lease = { sourceIndex: 1, lastCode: 'DOWNLOAD_FORBIDDEN', heldImageId: 'a' as ImageId } as const
  const { postpone, finish } = await settle(noWay('DOWNLOAD_NOT_FOUND'), { lease })
  expect(postpone).toBeUndefined()
  expect(finish).toMatchObject({ state: 'failed', code: 'DOWNLOAD_FORBIDDEN' })
})

test('an opt-out ends the candidate though there are other ways', async () => {
  const { finish } = await settle(noWay('DOWNLOAD_OPTED_OUT'), {
    lease: { sourceIndex: 1, lastCode: 'DOWNLOAD_FORBIDDEN' },
  })
  expect(finish).toMatchObject({ state: 'opted_out', code: 'DOWNLOAD_OPTED_OUT', sourceIndex: 1 })
})

test('whatever goes wrong, a candidate ends after a bounded number of journeys', async () => {
  const codes = Object.keys(catalogue).filter(code => /^(DOWNLOAD|IMAGE)_/.test(code)) as ErrorCode[]
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.constantFrom(...codes)), async stream => {
      let lease: Partial<LeasedCandidate> = {}
      for (const [journey, code] of [...stream.take(16)].entries()) {
        const { finish, postpone } = await settle(noWay(code), { lease })
        if (finish) return
        expect(journey).toBeLessThan(15)
        const isSameWay = postpone?.sourceIndex === (lease.sourceIndex ?? 0)
        lease = {
          sourceIndex: postpone?.sourceIndex ?? 0,
          attempts: isSameWay ? (lease.attempts ?? 0) + 1 : 0,
          lastCode: postpone?.code ?? null,
        }
      }
      throw new Error('never ended')
    }),
  )
})

const blocked: Verdict = { kind: 'blocked', imageId: 'removed' as ImageId, explanation: 'Gone.' }

test('what is blocked tells by which picture, and begins anew when that one came back', async () => {
  expect((await settle(blocked)).finish).toMatchObject({ state: 'blocked', imageId: 'removed' })
  const { settled, release } = await settle(blocked, { isKnown: false })
  expect([settled.kind, release]).toEqual(['waiting', true])
})

test('a lease that was lost is noticed', async () => {
  expect((await settle(noWay('DOWNLOAD_TIMEOUT'), { isHeld: false })).settled).toEqual({ kind: 'lost' })
  expect((await settle(blocked, { isHeld: false })).settled).toEqual({ kind: 'lost' })
})

const afterMirror = { lease: { sourceIndex: 1, lastCode: 'DOWNLOAD_FORBIDDEN' } } as const
const refusedBefore = { position: 0, code: 'DOWNLOAD_FORBIDDEN', status: 403 } as const

test('with nothing but the thumbnail left, the browser is asked for the best way that was refused', async () => {
  const { postpone } = await settle(noWay('DOWNLOAD_NOT_FOUND'), {
    ...afterMirror,
    ...{ clients: ['mine'], tried: [refusedBefore] },
  })
  expect(postpone).toMatchObject({
    ...{ sourceIndex: 2, dueAtMs: nowMs, code: 'DOWNLOAD_FORBIDDEN' },
    browser: {
      position: 0,
      url: 'https://a.example/1.jpg',
      pacingKey: 'a.example',
      code: 'DOWNLOAD_FORBIDDEN',
    },
  })
})

test('the thumbnail waits only for a browser that is there', async () => {
  const given = { ...afterMirror, tried: [refusedBefore], isBrowserHere: true }
  const dueAtMs = async (more: Case) =>
    (await settle(noWay('DOWNLOAD_FORBIDDEN'), { ...given, ...more })).postpone?.dueAtMs
  expect(await dueAtMs({ clients: ['mine'] })).toBe(nowMs + limits.browserWaitMs)
  expect(await dueAtMs({ clients: ['mine'], isBrowserHere: false })).toBe(nowMs)
  expect(await dueAtMs({ clients: ['yours'] })).toBe(nowMs)
})

test('it is not asked while other ways are left', async () => {
  const { postpone } = await settle(noWay('DOWNLOAD_FORBIDDEN'), { clients: ['mine'], isBrowserHere: true })
  expect(postpone).toMatchObject({ sourceIndex: 1, dueAtMs: nowMs })
  expect(postpone?.browser).toBeUndefined()
})

test('it is asked, too, where there is no thumbnail to go on to', async () => {
  const options = { clients: ['mine'], sources: threeWays.slice(0, 1) }
  const { finish } = await settle(noWay('DOWNLOAD_FORBIDDEN'), options)
  expect(finish).toMatchObject({ state: 'failed', browser: { position: 0, code: 'DOWNLOAD_FORBIDDEN' } })
})

test('nobody is asked for what no extension collected', async () => {
  expect((await settle(noWay('DOWNLOAD_FORBIDDEN'), afterMirror)).postpone?.browser).toBeUndefined()
})

const onlyWay = { clients: ['mine'], sources: threeWays.slice(0, 1), lease: { attempts: 4 } }
test.each<[ErrorCode, number | undefined, boolean]>([
  ['DOWNLOAD_FORBIDDEN', 403, true],
  ['DOWNLOAD_RATE_LIMITED', 429, true],
  ['DOWNLOAD_SERVER_ERROR', 500, true],
  ['DOWNLOAD_CONNECT', undefined, true],
  ['DOWNLOAD_TIMEOUT', undefined, true],
  ['DOWNLOAD_STATUS', 418, true],
  ['DOWNLOAD_STATUS', 204, false],
  ['DOWNLOAD_STATUS', undefined, false],
  ['DOWNLOAD_NOT_FOUND', 404, false],
  ['DOWNLOAD_PRIVATE_ADDRESS', undefined, false],
  ['DOWNLOAD_URL_REFUSED', undefined, false],
  ['DOWNLOAD_OPTED_OUT', 200, false],
  ['DOWNLOAD_DNS', undefined, false],
  ['DOWNLOAD_TOO_LARGE', 200, false],
  ['IMAGE_NOT_AN_IMAGE', 200, false],
])('a browser may get what ended as %s (%s): %s', async (code, status, isAsked) => {
  const { finish } = await settle(noWay(code), { ...onlyWay, ...(status === undefined ? {} : { status }) })
  expect(finish?.browser !== undefined).toBe(isAsked)
})

test('what the browser brought and is no good leads to the thumbnail, and is not asked for again', async () => {
  const options = { clients: ['mine'], isBrowserHere: true, isFromBrowser: true }
  const { postpone } = await settle(noWay('IMAGE_NOT_AN_IMAGE'), options)
  expect(postpone).toMatchObject({ sourceIndex: 2, dueAtMs: nowMs, attempts: [{ isFromBrowser: true }] })
  expect(postpone?.browser).toBeUndefined()
  const { finish } = await settle(noWay('IMAGE_NOT_AN_IMAGE'), { ...options, sources: threeWays.slice(0, 2) })
  expect(finish).toMatchObject({ state: 'rejected', code: 'IMAGE_NOT_AN_IMAGE' })
  expect(finish?.browser).toBeUndefined()
})

test('a copy of a picture whose collect was undone meanwhile begins anew', async () => {
  const imageId = '0'.repeat(20) as ImageId
  const digest = '0'.repeat(64) as Digest
  const end = { imageId, distanceBits: 3, digest, facts: { level: 'look' }, explanation: 'Alike.' } as const
  const verdict = { kind: 'duplicate', code: 'DUPLICATE_LOOK', ...end } as const
  const { settled, release, finish } = await settle(verdict, { isKnown: false })
  expect([settled, release, finish]).toEqual([
    { kind: 'waiting', host: 'a.example', dueAtMs: nowMs },
    true,
    undefined,
  ])
  expect((await settle(verdict)).finish).toMatchObject({ state: 'duplicate', imageId })
})
