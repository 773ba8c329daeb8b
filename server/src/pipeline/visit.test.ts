import { Buffer } from 'node:buffer'
import type { Digest } from '@gleaner/shared/hash'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hostKey } from '../net/judge.ts'
import { createPace, type PaceLimits } from '../net/pace.ts'
import type { PaceResult } from '../net/pace-result.ts'
import type { FetchJob, FetchResult } from '../work/work.ts'
import { createRobots, robotsLimits } from './robots.ts'
import { createVisit } from './visit.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** What stands at an address: a redirect, a status, or a body; 404 where there is nothing. */
type Web = Record<string, { readonly to: string } | { readonly text: string } | number>

interface Options {
  readonly pace?: Partial<PaceLimits>
  readonly tookMs?: number
  /** Instead, for requests for robots.txt at hosts called slow. */
  readonly slowMs?: number
  /** Of hosts that are looked up. */
  readonly addresses?: Record<string, string>
}

const plain = { maxBytes: 1_000, honourOptOut: true } as const

function createWorld(
  web: Web,
  { pace: limits = {}, tookMs = 100, slowMs = tookMs, addresses }: Options = {},
) {
  const now = () => performance.now()
  const pace = createPace({ now, random: () => 0.5, ...limits })
  const robots = createRobots({ now })
  const asked: { url: string; atMs: number; inHand: number }[] = []

  const answerOf = ({ url, trail }: FetchJob): FetchResult => {
    const there = web[url] ?? 404
    const status = typeof there === 'number' ? there : 'to' in there ? 302 : 200
    const hops = [...(trail?.hops ?? []), { url, peerIp: null, status }]
    if (typeof there === 'number') {
      const code = status >= 500 ? 'DOWNLOAD_SERVER_ERROR' : 'DOWNLOAD_NOT_FOUND'
      return { kind: 'failed', code, facts: { status }, hops, tookMs }
    }
    if ('to' in there) return { kind: 'moved', to: there.to, hops, tookMs }
    const bytes = Buffer.from(there.text)
    return { kind: 'fetched', bytes, digest: '' as Digest, finalUrl: url, contentType: null, hops, tookMs }
  }
  const workshop = {
    ...(addresses && { locate: async (url: string) => addresses[new URL(url).host] }),
    fetch: async (job: FetchJob) => {
      asked.push({ url: job.url, atMs: now(), inHand: pace.about(hostKey(job.url)).inHand })
      const isSlow = job.as === 'robots' && job.url.includes('slow')
      await new Promise(resolve => setTimeout(resolve, isSlow ? slowMs : tookMs))
      return answerOf(job)
    },
  }
  const visit = createVisit({ workshop, pace, robots })
  /** As the drain does: once the host may be asked. */
  const go = async (url: string, honourRobots = false, host = hostKey(url)) => {
    for (let waitMs = pace.mayStart(host); waitMs !== 'now'; waitMs = pace.mayStart(host))
      await new Promise(resolve => setTimeout(resolve, Math.min(50, Number(waitMs))))
    return begin(url, honourRobots, host)()
  }
  /** Takes what place there is; the journey begins when the result is called. */
  const begin = (url: string, honourRobots: boolean, host: string) => {
    const isPlaced = pace.started(host)
    const { signal } = new AbortController()
    const leave = isPlaced ? (result: PaceResult) => pace.ended(host, result) : undefined
    return () => visit({ ...plain, url }, { signal, startedFor: host, leave, honourRobots })
  }
  /** Comes back as often as it is sent to a queue. */
  const goOn = async (url: string) => {
    let end = await go(url, true)
    while (end.kind === 'queue') {
      const { host, waitMs } = end
      await new Promise(resolve => setTimeout(resolve, waitMs))
      end = await go(url, true, host)
    }
    return end
  }
  return {
    pace,
    robots,
    asked,
    go,
    goOn,
    begin,
    at: (part: string) => asked.filter(({ url }) => url.includes(part)),
  }
}

const gapsOf = (requests: readonly { readonly atMs: number }[]) =>
  requests.slice(1).map(({ atMs }, index) => atMs - (requests[index]?.atMs ?? 0))

/** Lets everything happen. */
async function settle<T>(work: Promise<T>): Promise<T> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) await vi.advanceTimersByTimeAsync(10)
  return done
}

describe('redirects', () => {
  test('the host they lead to keeps its limits, whoever leads there', async () => {
    const web: Web = { 'https://cdn.example/p': { text: 'picture' } }
    const starts = Array.from({ length: 6 }, (_, index) => `https://s${index}.example/p`)
    for (const start of starts) web[start] = { to: 'https://cdn.example/p' }
    const { go, at, pace } = createWorld(web, { tookMs: 500 })
    const ends = await settle(Promise.all(starts.map(start => go(start))))
    const atCdn = at('cdn.example')
    expect(Math.min(...gapsOf(atCdn))).toBeGreaterThanOrEqual(300)
    expect(Math.max(...atCdn.map(({ inHand }) => inHand))).toBe(2)
    // Three had a place, or stood in line for one; for the others it was not worth keeping a hand.
    expect(ends.map(end => (end.kind === 'queue' ? end.host : end.answer.kind)).toSorted()).toEqual([
      ...['cdn.example', 'cdn.example', 'cdn.example'],
      ...['fetched', 'fetched', 'fetched'],
    ])
    expect(pace.snapshot().filter(({ inHand }) => inHand > 0)).toEqual([])
  })

  test('back to the same host keep their distance, too', async () => {
    const web: Web = {
      'https://a.example/1': { to: 'https://www.a.example/2' },
      'https://www.a.example/2': { to: 'https://a.example/3' },
      'https://a.example/3': { text: 'picture' },
    }
    const { go, asked } = createWorld(web, { tookMs: 10 })
    const end = await settle(go('https://a.example/1'))
    expect(gapsOf(asked).map(Math.round)).toEqual([300, 300])
    expect(end).toMatchObject({ kind: 'answered', answer: { kind: 'fetched', hops: { length: 3 } } })
  })

  test('to a host that rests for long end in its queue, and cost no try', async () => {
    const { go, pace, at } = createWorld({ 'https://a.example/p': { to: 'https://busy.example/p' } })
    pace.started('busy.example')
    pace.ended('busy.example', { kind: 'failed', code: 'DOWNLOAD_RATE_LIMITED', retryAfterMs: 60_000 })
    const end = await settle(go('https://a.example/p'))
    expect(end).toMatchObject({ kind: 'queue', host: 'busy.example' })
    expect(end.kind === 'queue' && end.waitMs).toBeGreaterThan(59_000)
    expect(at('busy.example')).toEqual([])
    expect(pace.about('a.example')).toMatchObject({ inHand: 0, straightFailures: 0 })
  })

  test('what the last host did is told to it alone', async () => {
    const { go, pace } = createWorld({
      'https://a.example/p': { to: 'https://ill.example/p' },
      'https://ill.example/p': 500,
    })
    await settle(go('https://a.example/p'))
    expect(pace.about('ill.example')).toMatchObject({ straightFailures: 1, code: 'DOWNLOAD_SERVER_ERROR' })
    expect(pace.about('a.example')).toMatchObject({ straightFailures: 0, code: null })
  })
})

test('hosts at one network address share its limits from their first request on', async () => {
  const names = ['one', 'two', 'three', 'four']
  const web: Web = { 'https://else.example/p': { text: 'picture' } }
  for (const name of names) web[`https://${name}.example/p`] = { text: 'picture' }
  const addresses = Object.fromEntries(names.map(name => [`${name}.example`, '192.0.2.1']))
  const { go, asked, pace } = createWorld(web, { addresses: { ...addresses, 'else.example': '192.0.2.2' } })
  const all = [...names, 'else'].map(name => go(`https://${name}.example/p`))
  const ends = await settle(Promise.all(all))
  expect(asked.map(({ url }) => url)).toEqual(['https://one.example/p', 'https://else.example/p'])
  expect(ends.filter(end => end.kind === 'queue').map(end => end.kind === 'queue' && end.host)).toEqual(
    names.slice(1).map(name => `${name}.example`),
  )
  // From now on they wait for one another before they begin.
  await settle(Promise.all(names.slice(1).map(name => go(`https://${name}.example/p`))))
  const shared = asked.filter(({ url }) => !url.includes('else'))
  expect(shared).toHaveLength(4)
  expect(Math.min(...gapsOf(shared))).toBeGreaterThanOrEqual(300)
  expect(pace.snapshot()).toEqual([])
})

test('a host that is given up is not asked, wherever a journey comes from', async () => {
  const { go, pace, asked } = createWorld(
    { 'https://a.example/p': { to: 'https://dead.example/p' } },
    { pace: { giveUpAfterMs: 60_000 } },
  )
  while (!pace.givenUp('dead.example')) {
    pace.started('dead.example')
    pace.ended('dead.example', { kind: 'failed', code: 'DOWNLOAD_TIMEOUT' })
    await vi.advanceTimersByTimeAsync(10_000)
  }
  const failed = { code: 'DOWNLOAD_TIMEOUT', facts: { host: 'dead.example' } }
  expect(await settle(go('https://a.example/p', true))).toMatchObject({
    answer: { ...failed, hops: [{ url: 'https://a.example/p' }] },
    advice: { countsAsAttempt: true },
  })
  expect(await settle(go('https://dead.example/p', true))).toMatchObject({ answer: { ...failed, hops: [] } })
  expect(asked.map(({ url }) => new URL(url).host)).toEqual(['a.example', 'a.example'])
  expect(pace.about('dead.example').inHand).toBe(0)
})

test('journeys that began when their host was given up share its probe when its rest ends before they ask', async () => {
  const web: Web = { 'https://dead.example/p': 500 }
  const { begin, pace, asked } = createWorld(web, { pace: { giveUpAfterMs: 60_000 } })
  pace.started('well.example')
  pace.ended('well.example', { kind: 'answered' })
  while (!pace.givenUp('dead.example')) {
    pace.started('dead.example')
    pace.ended('dead.example', { kind: 'failed', code: 'DOWNLOAD_TIMEOUT' })
    await vi.advanceTimersByTimeAsync(10_000)
  }
  const journeys = Array.from({ length: 5 }, () => begin('https://dead.example/p', false, 'dead.example'))
  await vi.advanceTimersByTimeAsync(pace.about('dead.example').waitMs ?? 0)
  const ends = await settle(Promise.all(journeys.map(go => go())))
  expect(asked.map(({ inHand }) => inHand)).toEqual([1])
  const answers = ends.map(end => (end.kind === 'answered' ? end.answer.kind : end.kind))
  expect(answers.toSorted()).toEqual(['failed', 'queue', 'queue', 'queue', 'queue'])

  await vi.advanceTimersByTimeAsync(10_000_000)
  pace.started('dead.example')
  pace.ended('dead.example', { kind: 'answered' })
  for (let round = 0; round < 5; round++) {
    await vi.advanceTimersByTimeAsync(1_000)
    expect(pace.mayStart('dead.example')).toBe('now')
    pace.started('dead.example')
    pace.ended('dead.example', { kind: 'aborted' })
    expect(pace.about('dead.example').inHand).toBe(0)
  }
})

describe('robots.txt', () => {
  const rules = 'User-agent: *\nDisallow: /secret/\nCrawl-delay: 2'

  test('is read once, before the first picture, at the pace of the host', async () => {
    const web: Web = { 'https://a.example/robots.txt': { text: rules }, 'https://a.example/p': { text: 'x' } }
    const { goOn, asked, pace } = createWorld(web)
    const ends = await settle(Promise.all([1, 2, 3].map(() => goOn('https://a.example/p'))))
    expect(ends).toMatchObject(Array(3).fill({ kind: 'answered', answer: { kind: 'fetched' } }))
    expect(asked.map(({ url }) => new URL(url).pathname)).toEqual(['/robots.txt', '/p', '/p', '/p'])
    expect(Math.min(...gapsOf(asked)), 'the spacing of everybody').toBeGreaterThanOrEqual(300)
    expect(Math.min(...gapsOf(asked.slice(1))), 'the spacing it asks for').toBeGreaterThanOrEqual(2_000)
    expect(pace.about('a.example').inHand).toBe(0)
  })

  test('a rule is named, and the address never asked for', async () => {
    const { go, asked } = createWorld({ 'https://a.example/robots.txt': { text: rules } })
    const end = await settle(go('https://a.example/secret/p.jpg', true))
    const facts = { rule: '/secret/', line: 2, robots: 'https://a.example/robots.txt' }
    expect(end).toMatchObject({ kind: 'answered', answer: { code: 'DOWNLOAD_ROBOTS', facts } })
    expect(asked.map(({ url }) => url)).toEqual(['https://a.example/robots.txt'])
  })

  test('holds for every host on the way, by scheme, name and port', async () => {
    const { go, asked } = createWorld({
      'https://a.example/p': { to: 'https://b.example:8443/p' },
      'https://b.example/robots.txt': { text: 'User-agent: *\nDisallow:' },
      'https://b.example:8443/robots.txt': { text: 'User-agent: *\nDisallow: /' },
      'https://b.example/p': { text: 'picture' },
    })
    expect(await settle(go('https://b.example/p', true))).toMatchObject({ answer: { kind: 'fetched' } })
    expect(await settle(go('https://a.example/p', true))).toMatchObject({
      answer: { code: 'DOWNLOAD_ROBOTS', hops: [{ url: 'https://a.example/p' }] },
    })
    expect(asked.filter(({ url }) => url.endsWith('8443/p'))).toEqual([])
  })

  test('is not read where the dataset does not ask for it', async () => {
    const { go, asked } = createWorld({
      'https://a.example/robots.txt': { text: rules },
      'https://a.example/secret/p': { text: 'picture' },
    })
    expect(await settle(go('https://a.example/secret/p'))).toMatchObject({ answer: { kind: 'fetched' } })
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['is not there', { 'https://a.example/robots.txt': 404 }, 'fetched'],
    ['is forbidden', { 'https://a.example/robots.txt': 403 }, 'fetched'],
    ['is a page', { 'https://a.example/robots.txt': { text: '<html>Disallow: /</html>' } }, 'fetched'],
    ['cannot be given now', { 'https://a.example/robots.txt': 503 }, 'failed'],
    [
      'has moved to another host',
      {
        'https://a.example/robots.txt': { to: 'https://b.example/robots.txt' },
        'https://b.example/robots.txt': { text: 'User-agent: *\nDisallow: /p' },
      },
      'failed',
    ],
  ] as const)('that %s', async (_, robots, kind) => {
    const { go, pace } = createWorld({ ...robots, 'https://a.example/p': { text: 'picture' } })
    const end = await settle(go('https://a.example/p', true))
    expect(end).toMatchObject({ kind: 'answered', answer: { kind } })
    expect(pace.about('a.example').inHand).toBe(0)
  })

  test('that cannot be given rests the host, and an old copy is better than none', async () => {
    const web: Web = { 'https://a.example/robots.txt': 503, 'https://a.example/p': { text: 'picture' } }
    const { go, pace } = createWorld(web)
    expect(await settle(go('https://a.example/p', true))).toMatchObject({
      answer: { code: 'DOWNLOAD_ROBOTS_UNREADABLE', facts: { status: 503 } },
      advice: { countsAsAttempt: true },
    })
    expect(pace.about('a.example')).toMatchObject({ straightFailures: 1, reason: 'robots' })
    web['https://a.example/robots.txt'] = { text: 'User-agent: *\nDisallow: /other' }
    expect(await settle(go('https://a.example/p', true))).toMatchObject({ answer: { kind: 'fetched' } })
    await vi.advanceTimersByTimeAsync(robotsLimits.freshMs)
    web['https://a.example/robots.txt'] = 503
    expect(await settle(go('https://a.example/p', true))).toMatchObject({ answer: { kind: 'fetched' } })
  })

  test('is read again after a day', async () => {
    const web: Web = {
      'https://a.example/robots.txt': { text: 'User-agent: *\nDisallow:' },
      'https://a.example/p': { text: 'picture' },
    }
    const { go, at } = createWorld(web)
    await settle(go('https://a.example/p', true))
    await vi.advanceTimersByTimeAsync(robotsLimits.freshMs - 10_000)
    await settle(go('https://a.example/p', true))
    expect(at('robots.txt')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(10_000)
    await settle(go('https://a.example/p', true))
    expect(at('robots.txt')).toHaveLength(2)
  })

  test('whoever waits for a reading keeps no place from whoever reads', async () => {
    const web: Web = { 'https://a.example/robots.txt': { text: '' }, 'https://a.example/p': { text: 'x' } }
    const { goOn, pace } = createWorld(web, { tookMs: 1_000 })
    const both = Promise.all([goOn('https://a.example/p'), goOn('https://a.example/p')])
    await vi.advanceTimersByTimeAsync(600)
    expect(pace.about('a.example')).toMatchObject({ inHand: 1, waitMs: 0 })
    expect(await settle(both)).toMatchObject(Array(2).fill({ answer: { kind: 'fetched' } }))
    expect(pace.about('a.example').inHand).toBe(0)
  })
})

describe('a robots.txt that is slow', () => {
  const slowFile = 'https://slow.example/robots.txt'

  test('keeps one hand of sixteen; all that wait for it end when it has come', async () => {
    const good = Array.from({ length: 40 }, (_, index) => `good${index}.example`)
    const web: Web = { [slowFile]: { text: 'User-agent: *\nDisallow: /p1.jpg' } }
    for (let index = 0; index < 30; index++) web[`https://slow.example/p${index}.jpg`] = { text: 'x' }
    const { begin, pace, at } = createWorld(web, { slowMs: 30_000 })
    /** What the slow host's candidates wait for: their time, and a turn. */
    let queue = Array.from({ length: 30 }, (_, index) => ({ path: `/p${index}.jpg`, dueAtMs: 0 }))
    const ended: string[] = []
    let hands = 0
    let atSlow = 0
    let mostAtSlow = 0
    let leases = 0
    let goodEnds = 0
    const turn = (host: string): boolean => {
      const isSlow = host === 'slow.example'
      const mine = queue.find(({ dueAtMs }) => dueAtMs <= performance.now())
      if (pace.mayStart(host) !== 'now' || (isSlow && !mine)) return false
      const path = isSlow && mine ? mine.path : '/p.jpg'
      if (isSlow) queue = queue.filter(other => other !== mine)
      hands++
      if (isSlow) atSlow++
      if (isSlow) leases++
      const journey = begin(`https://${host}${path}`, true, host)()
      void journey.then(end => {
        hands--
        if (!isSlow) goodEnds++
        else if (end.kind === 'queue') queue.push({ path, dueAtMs: performance.now() + end.waitMs })
        else ended.push(end.answer.kind === 'failed' ? end.answer.code : 'fetched')
        if (isSlow) atSlow--
      })
      return true
    }
    const runUntil = async (isOver: () => boolean) => {
      while (!isOver()) {
        for (const host of ['slow.example', ...good]) if (hands < 16) turn(host)
        mostAtSlow = Math.max(mostAtSlow, atSlow)
        await vi.advanceTimersByTimeAsync(10)
      }
    }
    await runUntil(() => performance.now() >= 29_000)
    expect(at('slow.example').map(({ url }) => url)).toEqual([slowFile])
    expect(mostAtSlow, 'who reads, and one that is sent back at once').toBeLessThanOrEqual(2)
    expect(atSlow).toBe(1)
    expect(leases, 'no more than the spacing lets start').toBeLessThanOrEqual(29_000 / 300 + 1)
    expect(leases, 'each looks again').toBeGreaterThan(30)
    // Fifteen hands, a tenth of a second for each, for all but the first and last seconds.
    expect(goodEnds).toBeGreaterThan((27_000 / 1_000) * 40)
    await runUntil(() => ended.length === 30 || performance.now() > 200_000)
    expect(Object.entries(Object.groupBy(ended, end => end)).map(([end, of]) => [end, of?.length])).toEqual([
      ['fetched', 29],
      ['DOWNLOAD_ROBOTS', 1],
    ])
    expect(at('robots.txt').filter(({ url }) => url === slowFile)).toHaveLength(1)
    expect(pace.about('slow.example').inHand).toBe(0)
  })

  test('on the way has the hosts before it asked no more than once until it has come', async () => {
    const web: Web = { [slowFile]: { text: '' } }
    for (const name of ['a', 'b']) {
      web[`https://${name}.example/p`] = { to: `https://slow.example/${name}` }
      web[`https://slow.example/${name}`] = { text: 'picture' }
    }
    const { goOn, at } = createWorld(web, { slowMs: 20_000 })
    const ends = await settle(Promise.all(['a', 'b'].map(name => goOn(`https://${name}.example/p`))))
    expect(ends).toMatchObject(Array(2).fill({ answer: { kind: 'fetched' } }))
    const asked = ['a', 'b'].map(name => at(`https://${name}.example/p`).length)
    expect(asked.toSorted(), 'one read the file, the other was sent back').toEqual([1, 2])
  })
})

test('only so many files are remembered, and only so much of them', async () => {
  const limits = { freshMs: 1_000, mostFiles: 3, mostBytes: 1_200 }
  const robots = createRobots({ now: () => 0, limits })
  const read = async (host: string, path: string) => {
    const text = `User-agent: *\nDisallow: ${path}`
    const hops = [{ url: '', peerIp: null, status: 200 }]
    const file = { bytes: Buffer.from(text), digest: '' as Digest, finalUrl: '', contentType: null }
    const answer = { kind: 'fetched', ...file, hops, tookMs: 1 } as const
    const advice = { countsAsAttempt: true, restMs: 0 }
    await robots.read(new URL(`https://${host}`), async () => ({ kind: 'answered', answer, advice }))
  }
  const known = (hosts: string) =>
    [...hosts].filter(host => robots.known(new URL(`https://${host}.example`))).join('')
  for (const host of 'abcd') await read(`${host}.example`, '/')
  expect(known('abcd')).toBe('bcd')
  expect(known('b'), 'asked for: now the latest').toBe('b')
  await read('e.example', `/${'x'.repeat(150)}`)
  expect(known('bcde')).toBe('be')
})
