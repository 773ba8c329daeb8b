/** How hosts are treated, from the queue to the outcome a person reads. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { startServer } from '../src/main.ts'
import type { Fetcher } from '../src/net/fetch.ts'
import { createRobots } from '../src/pipeline/robots.ts'
import { expectConsistent, onlyRow } from './support/ingest-checks.ts'
import { picture } from './support/pictures.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: Buffer | string
}

/** By host and path. */
let web: Record<string, Answer | (() => Answer)>
let asked: string[]
let port = 0
const server = createServer((request, response) => {
  const place = `${(request.headers.host ?? '').replace(/:\d+$/, '')}${request.url}`
  asked.push(place)
  const there = web[place] ?? { status: 404 }
  const { status = 200, headers = {}, body = '' } = typeof there === 'function' ? there() : there
  response.writeHead(status, headers).end(body)
})

let photo: Buffer
let run: RunningIngest | undefined

beforeAll(async () => {
  photo = await picture(1)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = []
  web = {}
})
afterEach(async () => {
  if (!run) return
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
  run = undefined
})

const at = (place: string) => `http://${place.replace('/', `:${port}/`)}`

async function start(options: RunOptions = {}): Promise<RunningIngest> {
  const robots = createRobots({ now: () => performance.now() })
  run = await runIngest({ adapt: parts => ({ ...parts, robots }), ...options })
  return run
}

describe('robots.txt', () => {
  beforeEach(() => {
    web = {
      'a.example/robots.txt': { body: '# ours\nUser-agent: *\nDisallow: /private/\n' },
      'a.example/private/p.jpg': { body: photo },
      'a.example/public/p.jpg': { body: photo },
      'b.example/p.jpg': { body: photo },
    }
  })

  test('a refusal is an opt-out, with the rule and its line', async () => {
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('a.example/private/p.jpg')])])
    await settled()
    expect(onlyRow(dataset)).toMatchObject({
      state: 'opted_out',
      code: 'DOWNLOAD_ROBOTS',
      explanation:
        'The host asks programs not to fetch this address (robots.txt, line 3: “Disallow: /private/”).',
    })
    expect(asked).toEqual(['a.example/robots.txt'])
  })

  test('another address of the picture is tried, and what is allowed is fetched', async () => {
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('a.example/private/p.jpg'), at('b.example/p.jpg')])])
    await settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored' })
    expect(asked).toEqual(['a.example/robots.txt', 'b.example/robots.txt', 'b.example/p.jpg'])
  })

  test('a dataset may be told to ignore it, and a retry then has the picture', async () => {
    const { collect, settled, rules, ingest } = await start()
    const dataset = collect([candidate([at('a.example/private/p.jpg')])])
    await settled()
    dataset.update({ settings: { ...defaultSettings, honourRobots: false } })
    expect(dataset.retry({ code: 'DOWNLOAD_ROBOTS' }, rules)).toBe(1)
    ingest.wake()
    await settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored' })
  })

  test('one that cannot be given for a while only delays', async () => {
    let refusals = 2
    web['a.example/robots.txt'] = () => (refusals-- > 0 ? { status: 503 } : { body: '' })
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('a.example/public/p.jpg')])])
    await settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored' })
  })

  test('one that can never be given is the reason in the end', async () => {
    web['a.example/robots.txt'] = { status: 500 }
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('a.example/public/p.jpg')])])
    await settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'failed', code: 'DOWNLOAD_ROBOTS_UNREADABLE' })
    expect(asked.filter(place => place !== 'a.example/robots.txt')).toEqual([])
  })

  test('the server reads it without being told to, first of all', async () => {
    const home = mkdtempSync(join(tmpdir(), 'gleaner-manners-'))
    const seen: string[] = []
    const fetcher: Fetcher = {
      fetch: async (url, { as }) => {
        seen.push(`${as ?? 'picture'} ${url}`)
        const hops = [{ url, peerIp: null, status: 404 }]
        return { kind: 'failed', code: 'DOWNLOAD_NOT_FOUND', facts: {}, hops, tookMs: 1 }
      },
      close: async () => {},
    }
    const running = await startServer(readConfig({ home, port: '0' }, {}), createLog(home), { fetcher })
    try {
      const token = readFileSync(join(home, '.gleaner', 'cli-token'), 'utf8').trim()
      const batch = {
        batchId: 'a'.repeat(32),
        dataset: 'Birds',
        class: 'wren',
        origin: { engine: 'list' },
        candidates: [{ sources: [{ kind: 'original', url: 'http://photos.example/1.jpg' }] }],
      }
      const taken = await fetch(`http://127.0.0.1:${running.port}/api/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(batch),
      })
      expect(taken.ok).toBe(true)
      await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 60_000 })
      expect(seen).toEqual(['robots http://photos.example/robots.txt', 'picture http://photos.example/1.jpg'])
    } finally {
      await running.stop()
      rmSync(home, { recursive: true, force: true })
    }
  })
})

describe('redirects', () => {
  test('to a host that asked for rest wait in its queue, at no cost', async () => {
    web = {
      'a.example/p.jpg': { status: 302, headers: { location: at('busy.example/p.jpg') } },
      'busy.example/q.jpg': { status: 429, headers: { 'retry-after': '3000' } },
    }
    const { collect, ingest } = await start({ adapt: parts => parts })
    const dataset = collect([candidate([at('busy.example/q.jpg')])])
    await until(() => ingest.activity().inHand === 0 && asked.length === 1)
    collect([candidate([at('a.example/p.jpg')])])
    await until(() => asked.length === 2 && ingest.activity().inHand === 0)
    expect(asked).toEqual(['busy.example/q.jpg', 'a.example/p.jpg'])
    const { hosts } = ingest.activity()
    expect(hosts).toMatchObject([{ host: 'busy.example', queued: 2, reason: 'retry-after' }])
    const [row] = dataset.candidates({ code: 'DOWNLOAD_HOST_BUSY' }, { limit: 1 }).candidates
    expect(row).toMatchObject({ state: 'queued', host: 'busy.example', attempts: 0 })
  })

  test('go on once there is room, from the start of the way', async () => {
    let isBusy = true
    web = {
      'a.example/p.jpg': { status: 302, headers: { location: at('busy.example/p.jpg') } },
      'busy.example/p.jpg': { body: photo },
      'busy.example/q.jpg': () =>
        isBusy ? { status: 429, headers: { 'retry-after': '1' } } : { status: 404 },
    }
    const { collect, settled, ingest } = await start({ adapt: parts => parts, limits: { patienceMs: 50 } })
    const dataset = collect([candidate([at('busy.example/q.jpg')])])
    await until(() => ingest.activity().inHand === 0 && asked.length === 1)
    isBusy = false
    collect([candidate([at('a.example/p.jpg')])])
    await settled()
    expect(dataset.counts()).toMatchObject({ stored: 1, failed: 1 })
    expect(asked.filter(place => place === 'busy.example/p.jpg')).toHaveLength(1)
  })
})

test('a host that wants to see a person is left alone, and the next address is tried', async () => {
  const wall = '<!doctype html><html><head><title>Just a moment...</title></head></html>'
  web = {
    'wall.example/1.jpg': { body: wall },
    'wall.example/2.jpg': { body: wall },
    'b.example/p.jpg': { body: photo },
  }
  const { collect, ingest } = await start({
    pace: { firstChallengeRestMs: 60_000, longestBackoffMs: 60_000 },
  })
  const dataset = collect([candidate([at('wall.example/1.jpg'), at('b.example/p.jpg')])])
  await until(() => dataset.counts().stored === 1)
  collect([candidate([at('wall.example/2.jpg')])])
  await until(() => ingest.activity().hosts.length === 1 && ingest.activity().inHand === 0)
  expect(ingest.activity().hosts).toMatchObject([
    { host: 'wall.example', reason: 'challenge', code: 'DOWNLOAD_CHALLENGE', straightFailures: 1 },
  ])
  expect(asked).not.toContain('wall.example/2.jpg')
})

/** Resolves once `holds`. */
function until(holds: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!holds()) throw new Error(`still waiting: ${JSON.stringify(run?.ingest.activity())}`)
    },
    { timeout: 30_000, interval: 5 },
  )
}
