/** Pause, resume, the bandwidth cap and the hosts panel, over HTTP. */
import type { Activity, IngestSettings } from '@gleaner/shared/activity'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HostQuery } from '../src/pipeline/hosts.ts'
import { createFakeServices } from './support/fake-services.ts'
import { extensionOrigin, type RunningApp, startApp } from './support/running-app.ts'

const { ingest, calls, setActivity, dispose } = createFakeServices()
/** What was asked about hosts. */
const asked: HostQuery[] = []
let server: RunningApp
beforeAll(async () => {
  const hosts: typeof ingest.hosts = query => {
    asked.push(query)
    return ingest.hosts(query)
  }
  const rateLimits = { nobody: 1e6, client: 1e6, owner: 1e6 }
  server = await startApp({ rateLimits }, { ingest: { ...ingest, hosts } })
})
afterAll(async () => {
  await server.close()
  dispose()
})
beforeEach(() => {
  setActivity({ isPaused: false, reason: 'nothing-queued' })
  for (const notes of [asked, calls, server.services.calls, server.services.lines]) notes.length = 0
})

/** Nothing of what it stands for was asked for. */
const expectUntouched = () => expect([...calls, ...server.services.calls]).toEqual([])

async function ask<Answer>(method: string, path: string, body?: unknown) {
  const headers = {
    authorization: `Bearer ${server.ownerToken}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const answer = await server.ask(method, path, { headers, body })
  return { status: answer.status, body: JSON.parse(answer.body) as Answer }
}

test('pause and resume say how it stands afterwards, and are written down', async () => {
  const paused = await ask<Activity>('POST', '/api/ingest/pause', {})
  expect([paused.status, paused.body.isPaused, paused.body.reason]).toEqual([200, true, 'paused'])
  expect((await ask<Activity>('GET', '/api/activity')).body.isPaused).toBe(true)
  const resumed = await ask<Activity>('POST', '/api/ingest/resume')
  expect([resumed.status, resumed.body.isPaused]).toEqual([200, false])
  const lines = server.services.lines.map(line => JSON.parse(line))
  expect(lines).toEqual([
    { level: 'info', event: 'paused', by: 'token' },
    { level: 'info', event: 'resumed', by: 'token' },
  ])
})

test('a dashboard may pause, and the log says that it was one', async () => {
  const { cookie, csrf } = server.signIn()
  const headers = {
    ...{ cookie, origin: server.origin, 'sec-fetch-site': 'same-origin' },
    ...{ 'x-gleaner-csrf': csrf, 'content-type': 'application/json' },
  }
  expect((await server.ask('POST', '/api/ingest/pause', { headers, body: {} })).status).toBe(200)
  expect(server.services.lines.map(line => JSON.parse(line))).toMatchObject([
    { event: 'paused', by: 'session' },
  ])
})

test('an extension may do none of it', async () => {
  const { token } = server.pair(extensionOrigin)
  const headers = {
    ...{ authorization: `Bearer ${token}`, origin: extensionOrigin },
    'content-type': 'application/json',
  }
  for (const [method, path] of [
    ['POST', '/api/ingest/pause'],
    ['POST', '/api/ingest/resume'],
    ['PATCH', '/api/ingest/settings'],
  ] as const) {
    expect([path, (await server.ask(method, path, { headers, body: {} })).status]).toEqual([path, 403])
  }
  expectUntouched()
})

test('the bandwidth cap is kept and written down', async () => {
  const changed = await ask<IngestSettings>('PATCH', '/api/ingest/settings', { maxBytesPerSecond: 500_000 })
  expect([changed.status, changed.body.maxBytesPerSecond]).toEqual([200, 500_000])
  expect((await ask<IngestSettings>('GET', '/api/ingest/settings')).body).toEqual(changed.body)
  expect(server.services.lines.map(line => JSON.parse(line))).toEqual([
    { level: 'info', event: 'ingest-settings', by: 'token', maxBytesPerSecond: 500_000 },
  ])
})

test.each([
  { maxBytesPerSecond: 0 },
  { maxBytesPerSecond: '5' },
  { maxBytesPerSecond: 50_000.5 },
  { more: 1 },
  [],
])('%j is no setting', async body => {
  expect((await ask('PATCH', '/api/ingest/settings', body)).status).toBe(400)
  expectUntouched()
})

const everything: HostQuery = { order: 'busiest', text: undefined, isHeldBack: false, offset: 0, limit: 100 }
test.each<[string, HostQuery]>([
  ['', everything],
  ['?order=longest-wait&show=held-back', { ...everything, order: 'longest-wait', isHeldBack: true }],
  ['?text=a%26b&offset=200&limit=50', { ...everything, text: 'a&b', offset: 200, limit: 50 }],
])('hosts are asked for by %j', async (query, expected) => {
  expect(await ask('GET', `/api/activity/hosts${query}`)).toEqual({
    status: 200,
    body: { hosts: [], matching: 0, total: 0 },
  })
  expect(asked).toEqual([expected])
})

test.each([
  '?order=best',
  '?limit=501',
  '?limit=0',
  '?offset=-1',
  '?offset=1e3',
  '?more=1',
  `?text=${'a'.repeat(254)}`,
])('hosts cannot be asked for by %s', async query => {
  expect((await ask('GET', `/api/activity/hosts${query}`)).status).toBe(400)
  expectUntouched()
})
