/** Undo and the browser's files over the real store: what an extension can rely on, and what it cannot do. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserFetches } from '@gleaner/shared/collect'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBrowserFetching } from '../src/pipeline/browser-fetching.ts'
import { type OpenHome, openHome } from '../src/store/index.ts'
import { type Paired, type RunningApp, startApp } from './support/running-app.ts'
import { makeBatch } from './support/samples.ts'

let folder: string
let home: OpenHome
let server: RunningApp
let mine: Paired
let yours: Paired
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-routes-'))
  home = await openHome({ folder, now: Date.now })
  const ingest = { browserSeen: () => {}, wake: () => {} }
  const change = { home, browser: createBrowserFetching({ home, ingest }) }
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } }, change)
  mine = server.pair(null)
  yours = server.pair(null)
})
afterEach(async () => {
  await server.close()
  home.close()
  rmSync(folder, { recursive: true, force: true })
})

type Headers = Readonly<Record<string, string>>

async function post(path: string, { token }: Paired, body: unknown, headers: Headers = {}) {
  const type = typeof body === 'string' ? 'application/octet-stream' : 'application/json'
  const answer = await server.ask('POST', `/api/collect/${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': type, ...headers },
    body,
  })
  const { code, ...rest } = answer.body === '' ? {} : JSON.parse(answer.body)
  return { status: answer.status, code, body: rest }
}

const dataset = () => {
  const found = home.byName('Birds')
  if (!found) throw new Error('no dataset')
  return found
}

/** A collect of mine whose host refused the server. */
async function refusedByHost(): Promise<string> {
  await post('batches', mine, makeBatch(['https://a.example/1']))
  const lease = dataset().lease('a.example', Date.now())
  if (!lease) throw new Error('nothing to lease')
  const url = 'https://a.example/1'
  await dataset().finish(lease, {
    ...{ state: 'failed', code: 'DOWNLOAD_FORBIDDEN', explanation: 'Refused.', sourceIndex: 0, attempts: [] },
    browser: { position: 0, url, pacingKey: 'a.example', code: 'DOWNLOAD_FORBIDDEN' },
  })
  const { body } = await post('browser-fetches', mine, {})
  const [{ datasetId, candidateId, position } = { datasetId: '', candidateId: 0, position: 0 }] = (
    body as BrowserFetches
  ).fetches
  return `browser-fetches/bytes?datasetId=${datasetId}&candidateId=${candidateId}&position=${position}`
}

const originals = () =>
  readdirSync(join(dataset().folder, 'originals'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ name }) => name)

describe('files', () => {
  test('one is taken durably, and queued for what comes next', async () => {
    const path = await refusedByHost()
    expect(await post(path, mine, 'some bytes')).toMatchObject({ status: 204 })
    expect(originals()).toHaveLength(1)
    expect(dataset().counts()).toMatchObject({ queued: 1, failed: 0 })
    expect(await post(path, mine, 'some bytes'), 'once').toMatchObject({
      status: 404,
      code: 'BROWSER_FETCH_NOT_ASKED',
    })
  })

  test('of somebody else’s pictures none is taken, named or refused', async () => {
    const path = await refusedByHost()
    expect((await post('browser-fetches', yours, {})).body).toEqual({ fetches: [], waiting: [] })
    expect(await post(path, yours, 'some bytes')).toMatchObject({
      status: 404,
      code: 'BROWSER_FETCH_NOT_ASKED',
    })
    const query = new URLSearchParams(path.split('?')[1])
    const way = { datasetId: 'birds', candidateId: Number(query.get('candidateId')), position: 0 }
    const refusal = { ...way, code: 'BROWSER_FETCH_FAILED' }
    expect(await post('browser-fetches/refused', yours, refusal)).toMatchObject({ status: 404 })
    expect(originals()).toEqual([])
    expect(await post('browser-fetches/refused', mine, refusal)).toMatchObject({ status: 204 })
  })

  test('one that is larger than the dataset allows is not kept, and not asked for again', async () => {
    const path = await refusedByHost()
    const { accept } = defaultSettings
    dataset().update({ settings: { ...defaultSettings, accept: { ...accept, maxFileMiB: 1 } } })
    const large = 'x'.repeat(1024 * 1024 + 1)
    expect(await post(path, mine, large)).toMatchObject({ status: 413, code: 'BROWSER_FETCH_TOO_LARGE' })
    expect(originals()).toEqual([])
    expect((await post('browser-fetches', mine, {})).body).toEqual({ fetches: [], waiting: [] })
    expect(await post(path, mine, large)).toMatchObject({ status: 404 })
  })

  test('a large one within the limit is taken, though it is larger than other bodies may be', async () => {
    const path = await refusedByHost()
    expect(await post(path, mine, 'x'.repeat(3 * 1024 * 1024))).toMatchObject({ status: 204 })
  })

  test('one that is cut off is not kept', async () => {
    const path = await refusedByHost()
    await new Promise<void>(resolve => {
      const socket = connect({ port: server.port, host: '127.0.0.1' }, () => {
        const head = `POST /api/collect/${path} HTTP/1.1\r\nhost: ${server.host}\r\nauthorization: Bearer ${mine.token}`
        socket.write(
          `${head}\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000\r\n\r\nhalf of it`,
        )
        setImmediate(() => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
    expect((await post('browser-fetches', mine, {})).body).toMatchObject({ fetches: [{}] })
    expect(originals()).toEqual([])
    expect(server.services.lines, 'that is no failure of the server').toEqual([])
  })

  test('what the host says against learning from it is heard, up to a length', async () => {
    const path = await refusedByHost()
    const long = { 'x-gleaner-robots-tag': 'x'.repeat(513) }
    expect(await post(path, mine, 'some bytes', long)).toMatchObject({
      status: 400,
      code: 'PROTOCOL_INVALID',
    })
    expect(await post(path, mine, 'some bytes', { 'x-gleaner-robots-tag': 'noai' })).toMatchObject({
      status: 204,
    })
    expect(originals()).toEqual([])
    const lease = dataset().lease('browser', Date.now())
    expect(lease && (await dataset().broughtByBrowser(lease))).toMatchObject({
      ...{ kind: 'opt-out', directive: 'x-robots-tag: noai' },
    })
  })

  test('with no room on the disk, or too many at once, it is for later', async () => {
    const path = await refusedByHost()
    server.services.setMayAccept(false)
    expect(await post(path, mine, 'some bytes')).toMatchObject({ status: 503, code: 'PROTOCOL_BUSY' })
    server.services.setMayAccept(true)
    const head = `POST /api/collect/${path} HTTP/1.1\r\nhost: ${server.host}\r\nauthorization: Bearer ${mine.token}`
    const sockets = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = connect({ port: server.port, host: '127.0.0.1' })
        await new Promise<void>(resolve =>
          socket.write(
            `${head}\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000\r\n\r\nslow`,
            () => resolve(),
          ),
        )
        return socket
      }),
    )
    await expect.poll(async () => (await post(path, mine, '')).status).toBe(503)
    for (const socket of sockets) socket.destroy()
    await expect.poll(async () => (await post(path, mine, 'some bytes')).status).toBe(204)
  })

  test('they are the only bodies that are no JSON, and their route takes nothing else', async () => {
    const path = await refusedByHost()
    const json = { 'content-type': 'application/json' }
    expect(await post(path, mine, {}, json)).toMatchObject({ status: 415 })
    expect(await post('browser-fetches', mine, 'some bytes')).toMatchObject({ status: 415 })
    expect(await post('batches', mine, 'some bytes')).toMatchObject({ status: 415 })
  })

  test.each([
    '',
    '?datasetId=birds',
    '?datasetId=birds&candidateId=x&position=0',
    '?datasetId=../x&candidateId=1&position=0',
  ])('without saying for what, none is read: %j', async query => {
    expect(await post(`browser-fetches/bytes${query}`, mine, 'some bytes')).toMatchObject({ status: 400 })
  })
})

describe('undo', () => {
  test('takes back one’s own batches only, and says the same when asked again', async () => {
    const batch = makeBatch(['https://a.example/1', 'https://a.example/2'])
    await post('batches', mine, batch)
    const ask = { batchIds: [batch.batchId] }
    expect((await post('undo', yours, ask)).body).toEqual({ candidates: 0, images: 0 })
    expect(dataset().counts()).toMatchObject({ queued: 2 })
    expect((await post('undo', mine, ask)).body).toEqual({ candidates: 2, images: 0 })
    expect((await post('undo', mine, ask)).body).toEqual({ candidates: 2, images: 0 })
    const known = await post('lookup', mine, { dataset: 'Birds', urls: ['https://a.example/1'] })
    expect(known.body).toMatchObject({ known: [{ state: 'cancelled', code: 'CANCELLED_UNDONE' }] })
    expect((await post('progress', mine, ask)).body).toMatchObject({ counts: { cancelled: 2 } })
  })

  test('a batch that arrives after its undo brings nothing', async () => {
    const batch = makeBatch(['https://a.example/1'])
    const ask = { batchIds: [batch.batchId] }
    expect((await post('undo', mine, ask)).body).toEqual({ candidates: 0, images: 0 })
    expect(await post('batches', mine, batch)).toMatchObject({ status: 202, body: { accepted: 1 } })
    expect(dataset().counts()).toMatchObject({ queued: 0, cancelled: 1 })
    const other = makeBatch(['https://a.example/2'], { batchId: batch.batchId })
    expect(await post('batches', yours, other), 'of somebody else').toMatchObject({ status: 202 })
    expect(dataset().counts()).toMatchObject({ queued: 1 })
  })

  test('names only so many batches at once: nobody else is answered while they go', async () => {
    const idsOf = (count: number) =>
      Array.from({ length: count }, (_, number) => number.toString(16).padStart(32, '0'))
    expect(await post('undo', mine, { batchIds: idsOf(10) })).toMatchObject({ status: 200 })
    expect(await post('undo', mine, { batchIds: idsOf(11) })).toMatchObject({ status: 400 })
  })

  test('wakes the pipeline, which takes the files away', async () => {
    const batch = makeBatch(['https://a.example/1'])
    await post('batches', mine, batch)
    server.services.calls.length = 0
    await post('undo', mine, { batchIds: [batch.batchId] })
    expect(server.services.calls).toContain('ingest.wake')
  })
})
