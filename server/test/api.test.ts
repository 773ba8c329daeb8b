/** The routes over the real store: what extension, dashboard and command line can rely on. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Overview, ServerEvent } from '@gleaner/shared/api'
import type { Batch } from '@gleaner/shared/collect'
import { defaultSettings } from '@gleaner/shared/dataset'
import type { Digest } from '@gleaner/shared/hash'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeApi } from '../scripts/api-doc.ts'
import { type OpenHome, openHome } from '../src/store/index.ts'
import { type RunningApp, startApp } from './support/running-app.ts'

let folder: string
let home: OpenHome
let server: RunningApp
let nowMs: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-api-'))
  nowMs = 1_700_000_000_000
  home = await openHome({ folder, now: () => nowMs++ })
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } }, { home })
})
afterEach(async () => {
  await server.close()
  home.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As the owner, with JSON both ways. */
async function api<Answer = Record<string, unknown>>(method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${server.ownerToken}`, 'content-type': 'application/json' }
  const answer = await server.ask(method, path, {
    headers: body === undefined ? { authorization: headers.authorization } : headers,
    body,
  })
  return { status: answer.status, body: (answer.body === '' ? undefined : JSON.parse(answer.body)) as Answer }
}

/** As a paired extension. */
async function collect<Answer = Record<string, unknown>>(token: string, path: string, body: unknown = {}) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await server.ask('POST', `/api/collect/${path}`, { headers, body })
  return { status: answer.status, body: JSON.parse(answer.body) as Answer }
}

const batch = (id: number, names: readonly string[], dataset = 'Birds', label = 'wren'): Batch => ({
  batchId: id.toString(16).padStart(32, '0'),
  dataset,
  class: label,
  origin: { engine: 'google', query: 'wren' },
  candidates: names.map(name => ({
    sources: [{ kind: 'original', url: `https://example.com/${name}.jpg` }],
  })),
})

/** Brings one candidate of the dataset to a stored picture. */
async function storeOne(datasetId = 'birds'): Promise<string> {
  const dataset = home.byId(datasetId)
  const lease = dataset?.lease('example.com', nowMs)
  if (!dataset || !lease) throw new Error('nothing to lease')
  const bytes = Buffer.from(`<script>${lease.id}</script>`)
  const result = await dataset.recordImage(
    lease,
    {
      original: {
        bytes,
        digest: createHash('sha256').update(bytes).digest('hex') as Digest,
        format: 'png',
        widthPx: 2,
        heightPx: 2,
      },
      rendered: { bytes: Buffer.from('rendered'), widthPx: 2, heightPx: 2 },
      perceptualHash: null,
      blockHash: null,
      qualityScore: 0,
      meanChroma: [0, 0],
      rights: {},
      isThumbnail: false,
    },
    { code: 'STORED', explanation: 'Stored.', sourceIndex: 0, attempts: [] },
  )
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

describe('collecting', () => {
  test('a batch is taken once, however often it is sent', async () => {
    const { token } = server.pair(null)
    const first = await collect(token, 'batches', batch(1, ['a', 'b']))
    expect(first).toMatchObject({
      status: 202,
      body: { accepted: 2, known: 0, refused: 0, datasetId: 'birds' },
    })
    expect(await collect(token, 'batches', batch(1, ['a', 'b']))).toEqual(first)
    const conflict = await collect(token, 'batches', batch(1, ['a', 'c']))
    expect(conflict).toMatchObject({ status: 409, body: { code: 'PROTOCOL_CONFLICT' } })
    expect((await collect(token, 'batches', batch(2, ['b', 'c']))).body).toMatchObject({
      accepted: 1,
      known: 1,
    })
  })

  test('many at the same time are all taken, each once', async () => {
    const { token } = server.pair(null)
    const sent = Array.from({ length: 10 }, (_, index) => batch(index % 5, [`x${index % 5}`]))
    const answers = await Promise.all(sent.map(each => collect(token, 'batches', each)))
    expect(answers.map(({ status }) => status)).toEqual(sent.map(() => 202))
    expect(home.byId('birds')?.counts().queued).toBe(5)
  })

  test('progress is that of one’s own batches only', async () => {
    const [one, other] = [server.pair(null), server.pair(null)]
    await collect(one.token, 'batches', batch(1, ['a', 'b']))
    const ask = (token: string) => collect(token, 'progress', { batchIds: [batch(1, []).batchId] })
    expect((await ask(one.token)).body).toMatchObject({ counts: { queued: 2 } })
    expect((await ask(other.token)).body).toMatchObject({ counts: { queued: 0 } })
  })

  test('the pickers learn names, counts and goals, and nothing else', async () => {
    const { token } = server.pair(null)
    await collect(token, 'batches', batch(1, ['a'], 'Birds', 'wren'))
    await storeOne()
    expect((await collect(token, 'vocabulary')).body).toEqual({
      datasets: [{ id: 'birds', name: 'Birds', classes: [{ label: 'wren', images: 1, goal: null }] }],
    })
  })

  test('lookup answers in order, also for a dataset that does not exist', async () => {
    const { token } = server.pair(null)
    await collect(token, 'batches', batch(1, ['a']))
    const urls = ['https://example.com/z.jpg', 'https://example.com/a.jpg']
    expect((await collect(token, 'lookup', { dataset: 'Birds', urls })).body).toEqual({
      known: [null, { state: 'queued', code: null, class: 'wren', isThumbnail: false }],
    })
    expect((await collect(token, 'lookup', { dataset: 'Fish', urls })).body).toEqual({ known: [null, null] })
  })

  test('an import of the owner is a batch like any other', async () => {
    expect(await api('POST', '/api/import', batch(1, ['a', 'b']))).toMatchObject({
      status: 202,
      body: { accepted: 2 },
    })
    const { body } = await api('POST', '/api/collect/progress', { batchIds: [batch(1, []).batchId] })
    expect(body).toMatchObject({ counts: { queued: 2 } })
  })
})

describe('datasets', () => {
  test('are made, listed, renamed and set', async () => {
    const made = await api('POST', '/api/datasets', { name: 'Birds' })
    expect(made).toMatchObject({ status: 201, body: { id: 'birds', settings: defaultSettings } })
    expect((await api('POST', '/api/datasets', { name: 'Birds' })).body).toMatchObject({
      code: 'DATASET_EXISTS',
    })
    const settings = { ...defaultSettings, keepOriginals: false }
    const changed = await api('PATCH', '/api/datasets/birds', { name: 'Vögel', settings })
    expect(changed).toMatchObject({ status: 200, body: { id: 'birds', name: 'Vögel', settings } })
    expect((await api<{ datasets: unknown[] }>('GET', '/api/datasets')).body.datasets).toHaveLength(1)
    expect((await api('GET', '/api/datasets/birds')).body).toMatchObject({ name: 'Vögel', settings })
    expect((await api('PATCH', '/api/datasets/birds', { settings: { ...settings, x: 1 } })).status).toBe(400)
    expect((await api('PATCH', '/api/datasets/fish', {})).status).toBe(404)
  })

  test('whoever stops honouring the wishes of hosts is written down, and nothing else is', async () => {
    await api('POST', '/api/datasets', { name: 'Birds' })
    const change = (settings: object) =>
      api('PATCH', '/api/datasets/birds', { settings: { ...defaultSettings, ...settings } })
    await change({ keepOriginals: false })
    expect(server.services.lines).toEqual([])
    await change({ honourRobots: false })
    await change({ honourRobots: false, sendReferer: true })
    await change({})
    const wishes = { level: 'info', event: 'wishes-of-hosts', dataset: 'birds', by: 'token' }
    expect(server.services.lines.map(line => JSON.parse(line))).toEqual([
      { ...wishes, honourOptOut: true, honourRobots: false },
      { ...wishes, honourOptOut: true, honourRobots: true },
    ])
  })

  test('have classes with goals', async () => {
    await api('POST', '/api/datasets', { name: 'Birds' })
    const made = await api<{ id: number }>('POST', '/api/datasets/birds/classes', { label: '鳥', goal: 50 })
    expect(made).toMatchObject({ status: 201, body: { label: '鳥', goal: 50, images: 0 } })
    const path = `/api/datasets/birds/classes/${made.body.id}`
    expect((await api('PATCH', path, { goal: null })).body).toMatchObject({ label: '鳥', goal: null })
    expect((await api('PATCH', '/api/datasets/birds/classes/99', { goal: 1 })).status).toBe(404)
    expect((await api('POST', '/api/datasets/birds/classes', { label: '\u200b' })).status).toBe(400)
  })
})

describe('pictures', () => {
  beforeEach(async () => {
    await api('POST', '/api/import', batch(1, ['a', 'b', 'c']))
  })
  const get = (path: string, headers: Record<string, string> = {}) =>
    server.ask('GET', path, { headers: { authorization: `Bearer ${server.ownerToken}`, ...headers } })

  test('are listed newest first, page by page', async () => {
    const ids = [await storeOne(), await storeOne(), await storeOne()]
    type Page = { images: { id: string }[]; cursor: string | null }
    const first = await api<Page>('GET', '/api/datasets/birds/images?limit=2')
    const second = await api<Page>('GET', `/api/datasets/birds/images?limit=2&cursor=${first.body.cursor}`)
    expect([...first.body.images, ...second.body.images].map(({ id }) => id)).toEqual(ids.toReversed())
    expect(second.body.cursor).toBeNull()
    expect((await api<Page>('GET', '/api/datasets/birds/images?classId=99')).body.images).toEqual([])
    expect((await api('GET', '/api/datasets/birds/images?cursor=nonsense')).status).toBe(400)
  })

  test('are told about, shown inert, and given away only as a download', async () => {
    const id = await storeOne()
    const path = `/api/datasets/birds/images/${id}`
    expect((await api('GET', path)).body).toMatchObject({ id, classLabel: 'wren' })

    const shown = await get(`${path}/file`)
    expect([shown.status, shown.body]).toEqual([200, 'rendered'])
    expect(shown.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'content-length': '8',
      'cache-control': 'private, no-cache',
    })
    expect(shown.headers.etag).toContain(id)
    const again = await get(`${path}/file`, { 'if-none-match': shown.headers.etag ?? '' })
    expect([again.status, again.body]).toEqual([304, ''])
    expect((await get(`${path}/file?v=1`)).headers['cache-control']).toBe(
      'private, max-age=31536000, immutable',
    )

    const saved = await get(`${path}/original`)
    expect(saved.body).toContain('<script>')
    expect(saved.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${id}.png"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  })

  test('go to the trash when removed, and for good when that is emptied', async () => {
    const id = await storeOne()
    const path = `/api/datasets/birds/images/${id}`
    expect((await api('DELETE', path)).status).toBe(204)
    expect((await api('DELETE', path)).status).toBe(404)
    for (const part of ['', '/file', '/original']) expect((await get(path + part)).status).toBe(200)
    const emptied = await api('POST', '/api/datasets/birds/trash/empty', { key: 'e'.repeat(32) })
    expect(emptied).toMatchObject({ status: 200, body: { kind: 'empty-trash', done: 1 } })
    for (const part of ['', '/file', '/original']) expect((await get(path + part)).status).toBe(404)
  })

  test('a file that has gone from the disk is 404, not a failure', async () => {
    const id = await storeOne()
    rmSync(home.byId('birds')?.imageFile(id)?.path ?? '')
    expect((await get(`/api/datasets/birds/images/${id}/file`)).status).toBe(404)
    expect(server.services.lines).toEqual([])
  })
})

describe('candidates', () => {
  test('are listed by state, reason and text, counted, cancelled and tried again', async () => {
    await api('POST', '/api/import', batch(1, ['a', 'b', 'c']))
    await storeOne()
    type Page = { candidates: { url: string; state: string }[] }
    const list = async (query: string) =>
      (await api<Page>('GET', `/api/datasets/birds/candidates?${query}`)).body.candidates.length
    expect([await list(''), await list('state=stored'), await list('text=b.jpg')]).toEqual([3, 1, 1])
    expect((await api('POST', '/api/datasets/birds/cancel', {})).body).toEqual({ affected: 2 })
    expect(await list('state=cancelled&code=CANCELLED')).toBe(2)
    const { body } = await api<{ reasons: unknown[] }>('GET', '/api/datasets/birds/reasons')
    expect(body.reasons).toEqual(
      expect.arrayContaining([
        { state: 'stored', code: 'STORED', count: 1 },
        { state: 'cancelled', code: 'CANCELLED', count: 2 },
      ]),
    )
    expect((await api('POST', '/api/datasets/birds/retry', { code: 'CANCELLED' })).body).toEqual({
      affected: 2,
    })
    expect(await list('state=queued')).toBe(2)
  })
})

describe('news', () => {
  /** Listens as the dashboard does. */
  function listen() {
    const { cookie, csrf } = server.signIn()
    const headers = { cookie, 'sec-fetch-site': 'same-origin', 'x-gleaner-csrf': csrf }
    const events: ServerEvent[] = []
    const state = { status: 0, isOver: false, wake: () => {} }
    const stream = request(
      { host: '127.0.0.1', port: server.port, path: '/api/events', headers },
      response => {
        state.status = response.statusCode ?? 0
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          for (const line of text.split('\n\n'))
            if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)))
          state.wake()
        })
        response.on('close', () => {
          state.isOver = true
          state.wake()
        })
      },
    ).end()
    const until = async (isDone: () => boolean) => {
      while (!isDone()) {
        await new Promise<void>(resolve => {
          state.wake = resolve
        })
      }
    }
    return { events, state, until, end: () => stream.destroy() }
  }

  test('the dashboard sees at once what the extension sends', async () => {
    const news = listen()
    await news.until(() => news.events.length === 1)
    expect(news.events[0]).toMatchObject({
      type: 'overview',
      overview: { setup: { paired: false, collected: false } },
    })
    const { token } = server.pair(null)
    await collect(token, 'batches', batch(1, ['a']))
    await news.until(() => news.events.some(({ type }) => type === 'changed'))
    const overview = news.events.filter(event => event.type === 'overview').at(-1)?.overview
    expect(overview?.setup).toMatchObject({ paired: true, collected: true })
    expect(news.events.at(-1)).toEqual({ type: 'changed', datasetId: 'birds' })
    news.end()
  })

  test('what the pipeline does is news too', async () => {
    const news = listen()
    await news.until(() => news.events.length === 1)
    server.services.change('fish')
    await news.until(() => news.events.length === 3)
    expect(news.events.at(-1)).toEqual({ type: 'changed', datasetId: 'fish' })
    news.end()
  })

  test('nothing anybody does without a credential is news', async () => {
    const news = listen()
    await news.until(() => news.events.length === 1)
    const claim = { protocol: 1, code: '0000-0000', clientName: 'x' }
    const headers = { 'content-type': 'application/json' }
    for (let round = 0; round < 30; round++) {
      await server.ask('POST', '/api/pairing/claim', { headers, body: claim })
      await server.ask('POST', '/api/session', { headers, body: { code: 'x' } })
      await server.ask('POST', '/api/hello', { headers, body: { protocol: 1, nonce: '0'.repeat(64) } })
      await server.ask('POST', '/api/pairing', { headers })
      await server.ask('POST', '/api/collect/batches', { headers, body: batch(1, ['a']) })
    }
    server.services.change('the end')
    await news.until(() => news.events.some(({ type }) => type === 'changed'))
    expect(news.events.map(({ type }) => type)).toEqual(['overview', 'overview', 'changed'])
    news.end()
  })

  test('closing the server ends the stream, and the pipeline is listened to no more', async () => {
    const news = listen()
    await news.until(() => news.events.length === 1)
    await server.app.close()
    await news.until(() => news.state.isOver)
    expect(server.services.listeners.size).toBe(0)
  })
})

describe('overview', () => {
  test('tells where the first run stands', async () => {
    const setup = async () => (await api<Overview>('GET', '/api/overview')).body.setup
    expect(await setup()).toMatchObject({ extensionSeen: false, paired: false, collected: false })
    const greet = (origin: string) =>
      server.ask('POST', '/api/hello', {
        headers: { 'content-type': 'application/json', origin, 'sec-fetch-site': 'none' },
        body: { protocol: 1, nonce: '0'.repeat(64) },
      })
    await greet('made-up-extension://anything')
    expect(await setup()).toMatchObject({ extensionSeen: false })
    await greet(`chrome-extension://${'a'.repeat(32)}`)
    expect(await setup()).toMatchObject({ extensionSeen: true, paired: false })
    server.pair(null)
    expect(await setup()).toMatchObject({ extensionSeen: true, paired: true, collected: false })
  })

  test('activity is what the pipeline says', async () => {
    server.services.setActivity({ reason: 'network-down', queued: 3 })
    expect((await api('GET', '/api/activity')).body).toMatchObject({ reason: 'network-down', queued: 3 })
  })
})

test('docs/api.md describes these very routes (else: npm run docs)', async () => {
  const { body } = await api('GET', '/api/openapi.json')
  const file = new URL('../../docs/api.md', import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(describeApi(body))
})
