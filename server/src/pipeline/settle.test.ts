import type { CandidateSource } from '@gleaner/shared/candidate'
import { defaultSettings } from '@gleaner/shared/dataset'
import type { ErrorCode } from '@gleaner/shared/errors'
import { catalogue } from '@gleaner/shared/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CandidateEnd, DatasetStore, ImageId, LeasedCandidate, Postponement } from '../store/types.ts'
import { createSettle } from './settle.ts'
import type { StageContext } from './stage.ts'
import type { Verdict } from './verdict.ts'

const limits = { maxTries: 5, backOffMs: 10_000, backOffMostMs: 60_000 }
const nowMs = 1_000_000
const sources: CandidateSource[] = [
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
}

/** Settles one verdict and tells what the store was asked to do. */
function settle(verdict: Verdict, options: Case = {}) {
  const { takesThumbnails = true, countsAsAttempt = true, isHeld = true, random = 0.5 } = options
  const asked: { finish?: CandidateEnd; postpone?: Postponement } = {}
  const store = {
    id: 'birds',
    finish: (_lease, end) => {
      asked.finish = end
      return isHeld
    },
    postpone: (_lease, postponement) => {
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
      answer: { kind: 'failed', code: 'DOWNLOAD_TIMEOUT', facts: {}, hops: [], tookMs: 12.3 },
      advice: { countsAsAttempt, restMs: 0 },
    },
  } as unknown as StageContext
  const decide = createSettle({
    ...{ now: () => nowMs, random: () => random, limits },
    hostKey: url => new URL(url).hostname,
  })
  return { settled: decide(context, verdict), ...asked }
}

const noWay = (code: ErrorCode, waitMs?: number): Verdict =>
  waitMs === undefined ? { kind: 'no-way', code, facts: {} } : { kind: 'no-way', code, facts: {}, waitMs }

test('a passing failure is tried again after a pause, which counts as a try', () => {
  const { settled, postpone } = settle(noWay('DOWNLOAD_TIMEOUT'), { lease: { attempts: 2 } })
  expect(settled).toEqual({ kind: 'waiting', host: 'a.example', dueAtMs: nowMs + 20_000 })
  expect(postpone).toMatchObject({ sourceIndex: 0, countsAsAttempt: true, code: 'DOWNLOAD_TIMEOUT' })
  expect(postpone?.attempts).toMatchObject([{ code: 'DOWNLOAD_TIMEOUT', tookMs: 12, sourceKind: 'original' }])
})

test('the pause is anything up to a bound that doubles with each try, and has an upper limit', () => {
  fc.assert(
    fc.property(fc.nat({ max: 3 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, random) => {
      const { postpone } = settle(noWay('DOWNLOAD_CONNECT'), { lease: { attempts }, random })
      const pauseMs = (postpone?.dueAtMs ?? 0) - nowMs
      expect(pauseMs).toBeGreaterThanOrEqual(0)
      expect(pauseMs).toBeLessThanOrEqual(Math.min(60_000, 10_000 * 2 ** attempts))
    }),
  )
})

test('the fifth failed try gives the way up', () => {
  const { postpone } = settle(noWay('DOWNLOAD_TIMEOUT'), { lease: { attempts: 4 } })
  expect(postpone).toMatchObject({ sourceIndex: 1, host: 'b.example', dueAtMs: nowMs })
})

test('a pause the host asked for is kept, and costs no try however many there were', () => {
  const options = { lease: { attempts: 4 }, countsAsAttempt: false }
  const { postpone } = settle(noWay('DOWNLOAD_RATE_LIMITED', 90_000), options)
  expect(postpone).toMatchObject({ sourceIndex: 0, dueAtMs: nowMs + 90_000, countsAsAttempt: false })
})

test('a lasting failure leads to the next way at once', () => {
  const { postpone } = settle(noWay('DOWNLOAD_NOT_FOUND'))
  expect(postpone).toMatchObject({ sourceIndex: 1, host: 'b.example', dueAtMs: nowMs })
})

test('thumbnails are skipped where the dataset takes none', () => {
  const { postpone, finish } = settle(noWay('DOWNLOAD_NOT_FOUND'), {
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
])('with no way left, %s means %s', (code, state) => {
  const { finish } = settle(noWay(code), { lease: { sources: sources.slice(0, 1) } })
  expect(finish).toMatchObject({ state, code, explanation: catalogue[code].say })
})

test('a candidate that holds its thumbnail does not fetch it again', () => {
  const lease = { sourceIndex: 1, lastCode: 'DOWNLOAD_FORBIDDEN', heldImageId: 'a' as ImageId } as const
  const { postpone, finish } = settle(noWay('DOWNLOAD_NOT_FOUND'), { lease })
  expect(postpone).toBeUndefined()
  expect(finish).toMatchObject({ state: 'failed', code: 'DOWNLOAD_FORBIDDEN' })
})

test('an opt-out ends the candidate though there are other ways', () => {
  const { finish } = settle(noWay('DOWNLOAD_OPTED_OUT'), {
    lease: { sourceIndex: 1, lastCode: 'DOWNLOAD_FORBIDDEN' },
  })
  expect(finish).toMatchObject({ state: 'opted_out', code: 'DOWNLOAD_OPTED_OUT', sourceIndex: 1 })
})

test('whatever goes wrong, a candidate ends after a bounded number of journeys', () => {
  const codes = Object.keys(catalogue).filter(code => /^(DOWNLOAD|IMAGE)_/.test(code)) as ErrorCode[]
  fc.assert(
    fc.property(fc.infiniteStream(fc.constantFrom(...codes)), stream => {
      let lease: Partial<LeasedCandidate> = {}
      for (const [journey, code] of [...stream.take(16)].entries()) {
        const { finish, postpone } = settle(noWay(code), { lease })
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

test('a lease that was lost is noticed', () => {
  expect(settle(noWay('DOWNLOAD_TIMEOUT'), { isHeld: false }).settled).toEqual({ kind: 'lost' })
  expect(settle({ kind: 'blocked' }, { isHeld: false }).settled).toEqual({ kind: 'lost' })
})
