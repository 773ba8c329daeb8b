import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pace, PaceLimits } from './pace.ts'
import { createPace, defaultPaceLimits } from './pace.ts'
import type { PaceResult } from './pace-result.ts'

const answered: PaceResult = { kind: 'answered' }
const unreachable: PaceResult = { kind: 'failed', code: 'DOWNLOAD_CONNECT' }
const noName: PaceResult = { kind: 'failed', code: 'DOWNLOAD_DNS' }
const broken: PaceResult = { kind: 'failed', code: 'DOWNLOAD_SERVER_ERROR' }
const limited = (retryAfterMs?: number): PaceResult => ({
  kind: 'failed',
  code: 'DOWNLOAD_RATE_LIMITED',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

/** A linear congruential generator: random enough, and the same in every run. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

function createWorld(limits: Partial<PaceLimits> = {}, random: () => number = () => 0.5) {
  const clock = { nowMs: 1_000 }
  const pace = createPace({ now: () => clock.nowMs, random, ...limits })
  return {
    pace,
    clock,
    wait: (ms: number) => {
      clock.nowMs += ms
    },
    /** Starts when allowed, and ends at once. */
    request: (host: string, result: PaceResult) => {
      const waitMs = pace.mayStart(host)
      if (waitMs !== 'now') clock.nowMs += waitMs
      expect(pace.mayStart(host)).toBe('now')
      pace.started(host)
      return pace.ended(host, result)
    },
  }
}

describe('politeness', () => {
  test('gives a host two requests at a time, 300 ms apart', () => {
    const { pace, wait } = createWorld()
    expect(pace.mayStart('a.example')).toBe('now')
    pace.started('a.example')
    expect(pace.mayStart('a.example')).toBe(300)
    wait(299)
    expect(pace.mayStart('a.example')).toBe(1)
    wait(1)
    expect(pace.mayStart('a.example')).toBe('now')
    pace.started('a.example')
    wait(1_000)
    expect(pace.mayStart('a.example')).toBe(Number.POSITIVE_INFINITY)
    expect(pace.mayStart('b.example')).toBe('now')
    pace.ended('a.example', answered)
    expect(pace.mayStart('a.example')).toBe('now')
  })

  test('gives all hosts together sixteen', () => {
    const { pace } = createWorld()
    for (let index = 0; index < 16; index++) pace.started(`${index}.example`)
    expect(pace.mayStart('more.example')).toBe(Number.POSITIVE_INFINITY)
    pace.ended('3.example', answered)
    expect(pace.mayStart('more.example')).toBe('now')
  })

  test('counts hosts met at one network address as one', () => {
    const { pace, request, wait } = createWorld()
    for (const host of ['a.example', 'b.example', 'c.example'])
      request(host, { ...answered, peerIp: '93.184.215.14' })
    request('d.example', { ...answered, peerIp: '93.184.215.15' })
    wait(1_000)
    pace.started('a.example')
    expect(pace.mayStart('b.example')).toBe(300)
    expect(pace.mayStart('d.example')).toBe('now')
    wait(300)
    pace.started('b.example')
    wait(300)
    expect(pace.mayStart('c.example')).toBe(Number.POSITIVE_INFINITY)
    pace.ended('b.example', { ...answered, peerIp: '93.184.215.99' })
    pace.ended('a.example', answered)
    pace.started('b.example')
    expect(pace.mayStart('c.example'), 'b has moved away').toBe('now')
  })

  test('sums hosts up by where each was met last, however they move', () => {
    const step = fc.record({
      host: fc.nat(3),
      waitMs: fc.integer({ min: 0, max: 200 }),
      peer: fc.oneof(fc.nat(1), fc.constant(undefined)),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), steps => {
        const { pace, clock, wait } = createWorld({ perHost: 3 })
        const hosts = [0, 1, 2, 3].map(number => ({
          number,
          inHand: 0,
          lastMs: Number.NEGATIVE_INFINITY,
          peer: -1 - number,
        }))
        for (const { host: number, waitMs, peer } of steps) {
          const host = hosts[number]
          if (!host) continue
          const key = `${number}.example`
          wait(waitMs)
          if (host.inHand > 0 && peer !== undefined) {
            pace.ended(key, { ...answered, peerIp: `93.184.215.${peer}` })
            Object.assign(host, { inHand: host.inHand - 1, peer })
          } else {
            pace.started(key)
            Object.assign(host, { inHand: host.inHand + 1, lastMs: clock.nowMs })
          }
          for (const { number: asked, peer: place } of hosts) {
            const near = hosts.filter(other => other.peer === place)
            const isFull = near.reduce((sum, { inHand }) => sum + inHand, 0) >= 3
            const waitsMs = Math.max(...near.map(({ lastMs }) => lastMs)) + 300 - clock.nowMs
            const isAnyFull = hosts.reduce((sum, { inHand }) => sum + inHand, 0) >= 16
            const expected = isFull || isAnyFull ? Number.POSITIVE_INFINITY : waitsMs > 0 ? waitsMs : 'now'
            expect(pace.mayStart(`${asked}.example`)).toBe(expected)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('keeps its limits whatever order things happen in', () => {
    const step = fc.record({
      host: fc.constantFrom('a', 'b', 'c', 'd'),
      waitMs: fc.integer({ min: 0, max: 400 }),
      endsFirst: fc.boolean(),
      result: fc.constantFrom(answered, unreachable, broken, limited(500), limited(), {
        kind: 'aborted',
      } as const),
    })
    fc.assert(
      fc.property(fc.array(step, { size: 'max', maxLength: 300 }), steps => {
        const { pace, clock } = createWorld({ overall: 5 })
        const inHand: string[] = []
        const lastStart = new Map<string, number>()
        for (const { host, waitMs, endsFirst, result } of steps) {
          clock.nowMs += waitMs
          const ending = endsFirst ? inHand.shift() : undefined
          if (ending !== undefined) pace.ended(ending, result)
          if (pace.mayStart(host) !== 'now') continue
          expect(clock.nowMs - (lastStart.get(host) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(300)
          lastStart.set(host, clock.nowMs)
          pace.started(host)
          inHand.push(host)
          expect(inHand.length).toBeLessThanOrEqual(5)
          expect(inHand.filter(other => other === host).length).toBeLessThanOrEqual(2)
        }
      }),
    )
  })
})

describe('back-off', () => {
  test('rests as long as the host asks, and that costs no try', () => {
    const { pace, request, wait } = createWorld({}, () => 0)
    expect(request('a.example', limited(60_000))).toEqual({ countsAsAttempt: false, restMs: 60_000 })
    wait(59_999)
    expect(pace.mayStart('a.example')).toBe(1)
    wait(1)
    expect(pace.mayStart('a.example')).toBe('now')
  })

  test('a plea without a time costs a try and backs off', () => {
    const { request } = createWorld()
    expect(request('a.example', limited())).toEqual({ countsAsAttempt: true, restMs: 500 })
  })

  test('a host that asks for ever does not keep a candidate for ever', () => {
    const { request } = createWorld()
    const advice = Array.from({ length: 9 }, () => request('a.example', limited(1_000)).countsAsAttempt)
    expect(advice).toEqual([...Array(8).fill(false), true])
  })

  test('a shorter plea does not cut a longer one short', () => {
    const { pace } = createWorld({}, () => 0)
    pace.started('a.example')
    pace.started('a.example')
    pace.ended('a.example', limited(60_000))
    expect(pace.ended('a.example', limited(1_000)).restMs).toBe(60_000)
  })

  test('doubles its bound up to ten minutes, with full jitter below it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), seed => {
        const { request } = createWorld({ breakerAfter: 100 }, seededRandom(seed))
        for (let failures = 1; failures <= 20; failures++) {
          const { restMs } = request('a.example', broken)
          expect(restMs).toBeGreaterThanOrEqual(0)
          expect(restMs).toBeLessThanOrEqual(Math.min(600_000, 1_000 * 2 ** (failures - 1)))
        }
      }),
    )
    const most = createWorld({ breakerAfter: 100 }, () => 0.999_999)
    const rests = Array.from({ length: 12 }, () => most.request('a.example', broken).restMs)
    expect(rests.slice(0, 4).map(Math.round)).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(Math.round(rests.at(-1) ?? 0)).toBe(599_999)
  })

  test('an answer, even a 404, starts it anew', () => {
    const { request } = createWorld()
    for (let index = 0; index < 5; index++) request('a.example', broken)
    request('a.example', { kind: 'failed', code: 'DOWNLOAD_NOT_FOUND' })
    expect(request('a.example', broken).restMs).toBe(500)
  })

  test('what never reached the host says nothing about it', () => {
    const { request } = createWorld()
    for (const result of [
      { kind: 'aborted' },
      { kind: 'failed', code: 'DOWNLOAD_PRIVATE_ADDRESS' },
    ] as const) {
      request('a.example', broken)
      expect(request('a.example', result).restMs).toBe(0)
    }
    expect(request('a.example', broken).restMs, 'the third failure in a row').toBe(2_000)
    expect(request('b.example', { kind: 'aborted' }).countsAsAttempt).toBe(false)
  })

  test('a hundred hosts that say the same do not come back in step', () => {
    const { pace, clock } = createWorld({ overall: 1_000 }, seededRandom(7))
    const hosts = Array.from({ length: 100 }, (_, index) => `${index}.example`)
    for (const host of hosts) pace.started(host)
    for (const host of hosts) pace.ended(host, limited(10_000))
    const backAtMs = hosts.map(host => {
      const waitMs = pace.mayStart(host)
      return waitMs === 'now' ? clock.nowMs : clock.nowMs + waitMs
    })
    expect(Math.min(...backAtMs)).toBeGreaterThanOrEqual(clock.nowMs + 10_000)
    const perTenth = Map.groupBy(backAtMs, atMs => Math.floor(atMs / 100))
    expect(perTenth.size).toBeGreaterThanOrEqual(8)
    for (const together of perTenth.values()) expect(together.length).toBeLessThan(25)
  })
})

describe('breaker of a host', () => {
  test('opens after eight straight failures and lets one probe through at a time', () => {
    const { pace, request, wait } = createWorld({}, () => 0)
    for (let index = 0; index < 7; index++) request('a.example', broken)
    expect(request('a.example', broken).restMs, 'at least half of the bound').toBe(64_000)
    wait(64_000)
    pace.started('a.example')
    wait(1_000)
    expect(pace.mayStart('a.example')).toBe(Number.POSITIVE_INFINITY)
    expect(pace.ended('a.example', broken).restMs).toBe(128_000)
    wait(128_000)
    request('a.example', answered)
    wait(300)
    pace.started('a.example')
    wait(300)
    expect(pace.mayStart('a.example'), 'closed again: two at a time').toBe('now')
  })
})

/** Runs a queue of candidates until all are done or `untilMs`. Each has five tries, as in the pipeline. */
function runQueue(
  pace: Pace,
  clock: { nowMs: number },
  candidates: readonly { readonly host: string; triesLeft: number }[],
  answer: (host: string) => PaceResult,
  untilMs: number,
) {
  let waiting = [...candidates]
  const done: string[] = []
  const failed: string[] = []
  let requests = 0
  while (waiting.length > 0 && clock.nowMs < untilMs) {
    const next = waiting.find(candidate => pace.mayStart(candidate.host) === 'now')
    if (!next) {
      clock.nowMs += 100
      continue
    }
    const isHopeless = pace.givenUp(next.host) !== undefined
    pace.started(next.host)
    clock.nowMs += 20
    if (!isHopeless) requests++
    const result: PaceResult = isHopeless ? { kind: 'aborted' } : answer(next.host)
    const advice = pace.ended(next.host, result)
    const countsAsAttempt = isHopeless || advice.countsAsAttempt
    waiting = waiting.filter(candidate => candidate !== next)
    if (result.kind === 'answered') done.push(next.host)
    else if (countsAsAttempt && --next.triesLeft === 0) failed.push(next.host)
    else waiting.push(next)
  }
  return { done, failed, waiting, requests }
}

describe('a host that is dead for long', () => {
  const dead = () => Array.from({ length: 300 }, () => ({ host: 'dead.example', triesLeft: 5 }))
  const living = Array.from({ length: 40 }, (_, index) => ({ host: `${index}.example`, triesLeft: 5 }))
  const answer = (host: string) => (host === 'dead.example' ? broken : answered)

  test('does not keep its candidates for days: between two probes they end without a request', () => {
    const { pace, clock } = createWorld({}, seededRandom(11))
    const startMs = clock.nowMs
    const { failed, waiting, requests } = runQueue(
      pace,
      clock,
      [...dead(), ...living],
      answer,
      clock.nowMs + 12 * 3_600_000,
    )
    expect({ failed: failed.length, waiting }).toEqual({ failed: 300, waiting: [] })
    expect(clock.nowMs - startMs).toBeLessThan(2 * 3_600_000)
    expect(requests).toBeLessThan(40 + 30)
  })

  test('is asked again after its rest, and forgiven with its first answer', () => {
    const { pace, wait, request } = createWorld({}, () => 0.5)
    for (let index = 0; index < 8; index++) request('a.example', broken)
    expect(pace.givenUp('a.example'), 'not for minutes').toBeUndefined()
    while (!pace.givenUp('a.example')) request('a.example', broken)
    const { code, forMs } = pace.givenUp('a.example') ?? {}
    expect(code).toBe('DOWNLOAD_SERVER_ERROR')
    expect(forMs).toBeGreaterThanOrEqual(3_600_000)
    expect(pace.mayStart('a.example'), 'to be told so').toBe('now')
    pace.started('a.example')
    expect(pace.about('a.example').inHand, 'no request').toBe(0)
    pace.ended('a.example', { kind: 'aborted' })
    wait(pace.about('a.example').waitMs ?? 0)
    expect(pace.givenUp('a.example'), 'time for a probe').toBeUndefined()
    request('a.example', broken)
    expect(pace.givenUp('a.example')).toBeDefined()
    wait(pace.about('a.example').waitMs ?? 0)
    request('a.example', answered)
    request('a.example', broken)
    expect(pace.givenUp('a.example')).toBeUndefined()
  })

  test('is not given up for what the line may be to blame for', () => {
    const { pace, wait, request } = createWorld({}, () => 0.5)
    const others = ['b.example', 'c.example', 'd.example', 'e.example']
    for (const host of others) request(host, answered)
    while (!pace.givenUp('a.example')) request('a.example', broken)
    wait(pace.about('a.example').waitMs ?? 0)
    request('a.example', noName)
    expect(pace.givenUp('a.example'), 'this time it could not be reached').toBeUndefined()
    request('b.example', answered)
    wait(pace.about('a.example').waitMs ?? 0)
    request('a.example', broken)
    expect(pace.givenUp('a.example')).toBeDefined()
    for (const host of others) request(host, unreachable)
    expect(pace.isNetworkDown()).toBe(true)
    expect(pace.givenUp('a.example'), 'nobody can be asked now').toBeUndefined()
  })
})

test('when all has ended nothing is in hand, whatever became of the hosts between start and end', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const), host: fc.nat(3) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        which: fc.nat(20),
        result: fc.constantFrom<PaceResult>(
          { kind: 'aborted' },
          answered,
          broken,
          broken,
          unreachable,
          noName,
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 300, 2_000, 60_000),
      }),
    },
  )
  const limits = { overall: 6, breakerAfter: 2, giveUpAfterMs: 1_000, networkDownAfter: 3 }
  let unplaced = 0
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), steps => {
      const { pace, wait } = createWorld(limits)
      /** The host of every place under way. */
      const places: string[] = []
      for (const next of steps) {
        if (next.kind === 'wait') wait(next.ms)
        if (next.kind === 'end') {
          const [host] = places.splice(next.which % Math.max(1, places.length), 1)
          if (host !== undefined) pace.ended(host, next.result)
        }
        if (next.kind !== 'start') continue
        const host = `${next.host}.example`
        if (pace.mayStart(host) !== 'now') continue
        const isGivenUp = pace.givenUp(host) !== undefined
        expect(pace.started(host), 'a place unless it is given up').toBe(!isGivenUp)
        if (isGivenUp) unplaced++
        else places.push(host)
        const ofHost = places.filter(other => other === host)
        expect(pace.about(host).inHand).toBe(ofHost.length)
      }
      for (const host of places) pace.ended(host, { kind: 'aborted' })

      expect(pace.snapshot().filter(({ inHand }) => inHand > 0)).toEqual([])
      wait(10_000_000)
      const hosts = Array.from({ length: limits.overall }, (_, index) => `fresh${index}.example`)
      // What ends as it should clears the line, so that only the numbers under way are left to hold anybody back.
      expect(pace.mayStart('well.example'), 'the next probe, when the line is down').toBe('now')
      pace.started('well.example')
      pace.ended('well.example', answered)
      for (const host of hosts) {
        expect(pace.mayStart(host), 'room for as many as ever').toBe('now')
        pace.started(host)
      }
      expect(pace.mayStart('more.example'), 'and for no more').toBe(Number.POSITIVE_INFINITY)
      for (const host of hosts) pace.ended(host, unreachable)
      expect(pace.isNetworkDown()).toBe(true)
      expect(pace.mayStart('more.example'), 'a dead line is probed again').toBeLessThan(
        Number.POSITIVE_INFINITY,
      )
    }),
    { numRuns: 300 },
  )
  expect(unplaced, 'hosts were given up').toBeGreaterThan(0)
})

test('a hundred hosts that break at once do not come back in step', () => {
  const { pace, clock } = createWorld({ overall: 1_000 }, seededRandom(9))
  const hosts = Array.from({ length: 100 }, (_, index) => `${index}.example`)
  const starts: number[][] = hosts.map(() => [])
  for (let round = 0; round < 6; round++) {
    for (const host of hosts) pace.started(host)
    for (const host of hosts) pace.ended(host, broken)
    for (const [index, host] of hosts.entries()) starts[index]?.push(pace.about(host).waitMs ?? 0)
    clock.nowMs += 700_000
  }
  for (let round = 2; round < 6; round++) {
    const boundMs = 1_000 * 2 ** round
    const waits = starts.map(of => of[round] ?? 0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(boundMs)
    const tenths = Map.groupBy(waits, waitMs => Math.floor((waitMs * 10) / boundMs))
    expect(tenths.size, 'all over the time there is').toBeGreaterThanOrEqual(9)
    for (const together of tenths.values()) expect(together.length).toBeLessThan(30)
  }
})

describe('the line', () => {
  const queueOf = (hosts: readonly string[]) => hosts.map(host => ({ host, triesLeft: 5 }))
  const manyHosts = Array.from({ length: 60 }, (_, index) => `${index % 20}.example`)

  test('an outage burns no try, is noticed, and is over with the first answer', () => {
    const { pace, clock } = createWorld({}, seededRandom(3))
    const candidates = queueOf(manyHosts)
    const before = runQueue(pace, clock, candidates.slice(0, 20), () => answered, clock.nowMs + 60_000)
    expect(before.done).toHaveLength(20)

    const during = runQueue(pace, clock, candidates.slice(20), () => noName, clock.nowMs + 600_000)
    expect(pace.isNetworkDown()).toBe(true)
    expect(during.failed).toEqual([])
    expect(candidates.every(candidate => candidate.triesLeft === 5)).toBe(true)
    expect(during.requests, 'one probe a minute in the end').toBeLessThan(40)

    const after = runQueue(pace, clock, during.waiting, () => answered, clock.nowMs + 120_000)
    expect(pace.isNetworkDown()).toBe(false)
    expect(after.done).toHaveLength(40)
    expect(after.failed).toEqual([])
  })

  test('all hosts gone for a minute in the middle of the work: nothing fails for good', () => {
    const { pace, clock } = createWorld({}, seededRandom(10))
    const candidates = queueOf(Array.from({ length: 400 }, (_, index) => `${index % 40}.example`))
    const goneFromMs = clock.nowMs + 5_000
    const isGone = () => clock.nowMs >= goneFromMs && clock.nowMs < goneFromMs + 60_000
    const seen = { refused: 0 }
    const answer = (): PaceResult => {
      if (!isGone()) return answered
      seen.refused++
      return seen.refused % 2 === 0 ? unreachable : noName
    }
    const { done, failed, waiting } = runQueue(pace, clock, candidates, answer, clock.nowMs + 900_000)
    expect(seen.refused).toBeGreaterThan(4)
    expect({ done: done.length, failed, waiting }).toEqual({ done: 400, failed: [], waiting: [] })
    expect(candidates.every(({ triesLeft }) => triesLeft === 5)).toBe(true)
  })

  test('a dead host among living ones uses up its tries', () => {
    const { pace, clock } = createWorld({}, seededRandom(4))
    const hosts = ['dead.example', 'gone.example', ...manyHosts]
    const answer = (host: string) => (/dead|gone/.test(host) ? noName : answered)
    const { done, failed, waiting } = runQueue(pace, clock, queueOf(hosts), answer, clock.nowMs + 600_000)
    expect({ done: done.length, failed: failed.toSorted(), waiting }).toEqual({
      done: 60,
      failed: ['dead.example', 'gone.example'],
      waiting: [],
    })
  })

  test('dead hosts at the end of a queue use up theirs within minutes', () => {
    const { pace, clock } = createWorld({}, seededRandom(6))
    const hosts = [...manyHosts, 'dead.example', 'gone.example']
    const answer = (host: string) => (/dead|gone/.test(host) ? noName : answered)
    const { done, failed } = runQueue(pace, clock, queueOf(hosts), answer, clock.nowMs + 900_000)
    expect(done).toHaveLength(60)
    expect(failed.toSorted()).toEqual(['dead.example', 'gone.example'])
    expect(pace.isNetworkDown()).toBe(false)
  })

  test('an outage at the end of a queue burns no try of hosts that answered before', () => {
    const { pace, clock } = createWorld({}, seededRandom(8))
    runQueue(pace, clock, queueOf(manyHosts), () => answered, clock.nowMs + 60_000)
    const last = queueOf(['1.example', '2.example'])
    runQueue(pace, clock, last, () => unreachable, clock.nowMs + 600_000)
    expect(last.map(candidate => candidate.triesLeft)).toEqual([5, 5])
    expect(pace.isNetworkDown()).toBe(true)
  })

  test('dead hosts alone in a queue end too, once patience is over', () => {
    const { pace, clock } = createWorld({ outagePatienceMs: 60_000 }, seededRandom(5))
    const hosts = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example']
    const { failed, waiting } = runQueue(
      pace,
      clock,
      queueOf(hosts),
      () => unreachable,
      clock.nowMs + 7_200_000,
    )
    expect(failed.toSorted()).toEqual(hosts)
    expect(waiting).toEqual([])
  })

  test('requests that were under way when it went down are no probes', () => {
    const { pace, clock, wait } = createWorld({}, () => 0.5)
    for (let index = 0; index < 16; index++) pace.started(`${index}.example`)
    for (let index = 0; index < 16; index++) pace.ended(`${index}.example`, unreachable)
    expect(pace.mayStart('new.example')).toBe(750)
    wait(750)
    expect(pace.mayStart('new.example')).toBe('now')
    pace.started('new.example')
    expect(pace.mayStart('other.example'), 'one probe at a time').toBe(Number.POSITIVE_INFINITY)
    clock.nowMs += 10
    pace.ended('new.example', unreachable)
    expect(pace.mayStart('other.example')).toBe(1_500)
  })

  test('a host that asked for rest is not probed, nor forgotten when the line is back', () => {
    const { pace, wait, request } = createWorld({}, () => 0)
    request('busy.example', limited(600_000))
    for (const host of ['a.example', 'b.example', 'c.example', 'd.example']) request(host, unreachable)
    expect(pace.isNetworkDown()).toBe(true)
    wait(60_000)
    expect(pace.mayStart('busy.example')).toBeGreaterThan(500_000)
    request('a.example', answered)
    expect(pace.isNetworkDown()).toBe(false)
    expect(pace.mayStart('busy.example')).toBeGreaterThan(500_000)
  })
})

test('what an outage did to hosts is forgotten when it is over', () => {
  const { request } = createWorld()
  for (const host of ['a.example', 'b.example', 'c.example', 'd.example']) request(host, unreachable)
  request('a.example', answered)
  expect(request('b.example', broken).restMs, 'a first failure').toBe(500)
})

test('the snapshot lists hosts at work, at rest or failing', () => {
  const { pace, request } = createWorld({}, () => 0)
  request('done.example', answered)
  request('busy.example', limited(5_000))
  request('ill.example', broken)
  pace.started('here.example')
  const manners = { spacingMs: 300, atOnce: 2, receivedBytes: 0 }
  const busy = { waitMs: 5_000, straightFailures: 1, reason: 'retry-after', code: 'DOWNLOAD_RATE_LIMITED' }
  const ill = { waitMs: 300, straightFailures: 1, reason: 'spacing', code: 'DOWNLOAD_SERVER_ERROR' }
  const here = { waitMs: 300, straightFailures: 0, reason: 'spacing', code: null }
  expect(pace.snapshot()).toEqual([
    { host: 'busy.example', inHand: 0, ...busy, ...manners },
    { host: 'ill.example', inHand: 0, ...ill, ...manners },
    { host: 'here.example', inHand: 1, ...here, ...manners },
  ])
})

describe('what is said of a host', () => {
  test('one that nobody knows may be asked', () => {
    const { pace } = createWorld()
    expect(pace.about('a.example')).toEqual({
      ...{ host: 'a.example', inHand: 0, waitMs: 0, reason: null, code: null, straightFailures: 0 },
      ...{ spacingMs: 300, atOnce: 2, receivedBytes: 0 },
    })
    expect(pace.snapshot(), 'asking does not make it known').toEqual([])
  })

  test('why it waits: back-off, the open breaker, the probe, the line', () => {
    const { pace, wait, request } = createWorld({}, () => 0.5)
    request('a.example', broken)
    expect(pace.about('a.example')).toMatchObject({ waitMs: 500, reason: 'back-off' })
    for (let index = 0; index < 7; index++) request('a.example', broken)
    expect(pace.about('a.example')).toMatchObject({ waitMs: 96_000, reason: 'breaker-open', atOnce: 1 })
    wait(96_000)
    pace.started('a.example')
    wait(1_000)
    expect(pace.about('a.example')).toMatchObject({ waitMs: null, reason: 'probing', inHand: 1 })
    pace.ended('a.example', answered)
    expect(pace.about('a.example')).toMatchObject({ reason: null, code: null, atOnce: 2 })
    for (const host of ['b.example', 'c.example', 'd.example', 'e.example']) request(host, unreachable)
    expect(pace.about('a.example')).toMatchObject({ reason: 'network-down' })
  })

  test('a rest has its time while others at the address have all places', () => {
    const { pace, wait, request } = createWorld({}, () => 0)
    const peerIp = '192.0.2.7'
    const pause: PaceResult = { kind: 'failed', code: 'DOWNLOAD_RATE_LIMITED', retryAfterMs: 9_000, peerIp }
    request('busy.example', pause)
    request('slow.example', { kind: 'answered', peerIp })
    for (let index = 0; index < 2; index++) {
      wait(300)
      pace.started('slow.example')
    }
    wait(300)
    expect(pace.about('busy.example')).toMatchObject({ waitMs: 8_100, reason: 'retry-after' })
    wait(8_100)
    expect(pace.about('busy.example')).toMatchObject({ waitMs: null, reason: 'spacing' })
  })

  test('counts what came from it', () => {
    const { pace, request } = createWorld()
    request('a.example', { ...answered, receivedBytes: 1_000 })
    request('a.example', { kind: 'failed', code: 'DOWNLOAD_CUT_SHORT', receivedBytes: 24 })
    expect(pace.about('a.example').receivedBytes).toBe(1_024)
  })

  test('one that wants to see a person rests from a minute on, longer each time', () => {
    const { pace, request } = createWorld({}, () => 0)
    const challenge: PaceResult = { kind: 'failed', code: 'DOWNLOAD_CHALLENGE' }
    expect(request('a.example', challenge).restMs).toBe(30_000)
    expect(pace.about('a.example')).toMatchObject({ reason: 'challenge', code: 'DOWNLOAD_CHALLENGE' })
    expect(request('a.example', challenge).restMs).toBe(60_000)
    request('a.example', answered)
    expect(request('a.example', challenge).restMs).toBe(30_000)
  })

  test('one may ask for more time between two requests, within bounds', () => {
    const { pace, wait } = createWorld()
    pace.slowDown('a.example', 5_000)
    pace.slowDown('b.example', 3_600_000)
    pace.slowDown('c.example', 1)
    for (const host of ['a.example', 'b.example', 'c.example']) pace.started(host)
    wait(300)
    expect(['a', 'b', 'c'].map(name => pace.mayStart(`${name}.example`))).toEqual([4_700, 9_700, 'now'])
    expect(pace.about('a.example')).toMatchObject({ reason: 'robots', spacingMs: 5_000 })
  })
})

test('the limits are those that were promised', () => {
  expect(defaultPaceLimits).toMatchObject({
    perHost: 2,
    spacingMs: 300,
    overall: 16,
    longestBackoffMs: 600_000,
    breakerAfter: 8,
  })
})
