import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Receipt } from '@gleaner/shared/collect'
import { protocolVersion } from '@gleaner/shared/limits'
import { afterEach, describe, expect, test } from 'vitest'
import { createClient, type Pairing } from './client.ts'

const pairing: Pairing = {
  clientId: 'c'.repeat(32),
  token: 'secret-token',
  serverKey: randomBytes(32).toString('hex'),
}
const receipt = { batchId: 'b'.repeat(32), datasetId: 'a', classId: 1, accepted: 1, known: 0, refused: 0 }

interface Seen {
  readonly path: string
  readonly method: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = (response: ServerResponse, body: Record<string, unknown>) => void
type Routes = Readonly<Record<string, Answer>>

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  response => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const problem = (status: number, code: string, headers = {}) =>
  json(status, { code, message: 'm', hint: 'h', facts: {} }, headers)
const never: Answer = () => undefined

/** The paired server's greeting. */
const hello: Answer = (response, { nonce }) => {
  const key = Buffer.from(pairing.serverKey, 'hex')
  const proof = createHmac('sha256', key)
    .update(Buffer.from(String(nonce), 'hex'))
    .digest('hex')
  json(200, { protocol: protocolVersion, proof })(response, {})
}

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function serve(routes: Routes) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const { url = '', method = '', headers } = request
      seen.push({ path: url, method, headers, body })
      const answer = routes[url] ?? json(404, {})
      answer(response, headers['content-type'] === 'application/json' ? JSON.parse(body) : {})
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { seen, port: (server.address() as AddressInfo).port }
}

const clientOf = (port: number, paired: Pairing | undefined = pairing, mayReach = true, now = () => 0) =>
  createClient({
    fetch,
    mayReach: async () => mayReach,
    port: async () => port,
    pairing: async () => paired,
    clientName: 'Chrome on Linux',
    now,
    deadlines: { hello: 300, call: 300 },
  })

const batchRoute = '/api/collect/batches'
const batch = { secret: 'https://pictures.example/1.jpg' }

describe('state of the connection', () => {
  test.each<[string, string, Routes]>([
    ['a foreign program with text', 'SERVER_NOT_OURS', { '/api/hello': json(200, '<html>') }],
    ['a foreign program without the route', 'SERVER_NOT_OURS', {}],
    ['a foreign program with other JSON', 'SERVER_NOT_OURS', { '/api/hello': json(200, { hello: 'you' }) }],
    [
      'an impostor without the key',
      'SERVER_NOT_OURS',
      { '/api/hello': json(200, { protocol: protocolVersion, proof: 'ab'.repeat(32) }) },
    ],
    [
      'an impostor with an empty proof',
      'SERVER_NOT_OURS',
      { '/api/hello': json(200, { protocol: protocolVersion, proof: '' }) },
    ],
    [
      'a server that does not know us',
      'SERVER_NOT_PAIRED',
      { '/api/hello': json(200, { protocol: protocolVersion, proof: null }) },
    ],
    ['a newer server', 'PROTOCOL_VERSION', { '/api/hello': json(200, { protocol: 99, proof: null }) }],
    [
      'a server that asks for an update',
      'PROTOCOL_VERSION',
      { '/api/hello': problem(426, 'PROTOCOL_VERSION') },
    ],
    ['a server that never answers', 'SERVER_NOT_RUNNING', { '/api/hello': never }],
    [
      'a redirect',
      'SERVER_NOT_RUNNING',
      { '/api/hello': json(302, '', { location: 'http://127.0.0.1:9/api/hello' }) },
    ],
    ['a busy server', 'PROTOCOL_RATE_LIMITED', { '/api/hello': problem(429, 'PROTOCOL_RATE_LIMITED') }],
  ])('%s is %s; neither token nor address leaves', async (_, code, routes) => {
    const { seen, port } = await serve(routes)
    await expect(clientOf(port).post(batchRoute, batch, Receipt)).rejects.toMatchObject({ code })
    expect(seen.map(({ path }) => path)).toEqual(['/api/hello'])
    expect(JSON.stringify(seen)).not.toMatch(/secret-token|pictures\.example/)
  })

  test('nobody there is SERVER_NOT_RUNNING', async () => {
    await expect(clientOf(9).greet()).rejects.toMatchObject({
      code: 'SERVER_NOT_RUNNING',
      facts: { port: 9 },
    })
  })

  test('without permission nothing is tried', async () => {
    const { seen, port } = await serve({ '/api/hello': hello })
    await expect(clientOf(port, pairing, false).greet()).rejects.toMatchObject({ code: 'SERVER_PERMISSION' })
    expect(seen).toEqual([])
  })

  test('an unpaired extension says so and names no client', async () => {
    const { seen, port } = await serve({ '/api/hello': hello })
    const unpaired = createClient({
      fetch,
      mayReach: async () => true,
      port: async () => port,
      pairing: async () => undefined,
      clientName: 'x',
      now: () => 0,
    })
    await expect(unpaired.greet()).rejects.toMatchObject({ code: 'SERVER_NOT_PAIRED' })
    expect(JSON.parse(seen[0]?.body ?? '')).not.toHaveProperty('clientId')
  })

  test('the paired server proves itself again after two seconds, by a new nonce', async () => {
    const { seen, port } = await serve({ '/api/hello': hello })
    let nowMs = 0
    const client = clientOf(port, pairing, true, () => nowMs)
    await client.greet()
    nowMs = 1_999
    await client.greet()
    expect(seen).toHaveLength(1)
    nowMs = 2_000
    await client.greet()
    const nonces = seen.map(({ body }) => JSON.parse(body).nonce)
    expect(new Set(nonces).size).toBe(2)
  })

  test('the server proves itself again after anything failed', async () => {
    const { seen, port } = await serve({ '/api/hello': hello, [batchRoute]: problem(503, 'PROTOCOL_BUSY') })
    const client = clientOf(port)
    await expect(client.post(batchRoute, batch, Receipt)).rejects.toMatchObject({ code: 'PROTOCOL_BUSY' })
    await expect(client.post(batchRoute, batch, Receipt)).rejects.toMatchObject({ code: 'PROTOCOL_BUSY' })
    expect(seen.map(({ path }) => path)).toEqual(['/api/hello', batchRoute, '/api/hello', batchRoute])
  })
})

describe('a request', () => {
  test('is a POST of JSON with the token in its header only', async () => {
    const { seen, port } = await serve({ '/api/hello': hello, [batchRoute]: json(202, receipt) })
    expect(await clientOf(port).post(batchRoute, batch, Receipt)).toEqual(receipt)
    const call = seen.find(({ path }) => path === batchRoute)
    expect(call).toMatchObject({ method: 'POST', body: JSON.stringify(batch) })
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer secret-token',
    })
    expect(seen.every(({ path, body }) => !(path + body).includes('secret-token'))).toBe(true)
  })

  test.each<[string, Answer, string, object]>([
    ['a revoked token', problem(401, 'PROTOCOL_UNAUTHORIZED'), 'SERVER_NOT_PAIRED', {}],
    ['a token without the scope', problem(403, 'PROTOCOL_FORBIDDEN'), 'SERVER_NOT_PAIRED', {}],
    ['a missing route', json(404, {}), 'PROTOCOL_VERSION', {}],
    ['an invalid batch', problem(400, 'PROTOCOL_INVALID'), 'PROTOCOL_INVALID', {}],
    ['a refused class', problem(400, 'CLASS_NAME_INVALID'), 'CLASS_NAME_INVALID', {}],
    ['a conflict', problem(409, 'PROTOCOL_CONFLICT'), 'PROTOCOL_CONFLICT', {}],
    ['a refusal in words unknown here', problem(400, 'FROM_THE_FUTURE'), 'PROTOCOL_INVALID', {}],
    ['a refusal without words', json(413, ''), 'PROTOCOL_TOO_LARGE', {}],
    ['a full disk', problem(507, 'STORE_DISK_FULL'), 'STORE_DISK_FULL', {}],
    [
      'a busy server',
      problem(503, 'PROTOCOL_BUSY', { 'retry-after': '7' }),
      'PROTOCOL_BUSY',
      { retryAfterMs: 7000 },
    ],
    ['a crash without words', json(500, 'oops'), 'PROTOCOL_BUSY', {}],
    ['no answer in time', never, 'PROTOCOL_BUSY', {}],
    ['an answer of another shape', json(202, { ok: true }), 'PROTOCOL_VERSION', {}],
    ['a cut connection', response => response.destroy(), 'SERVER_NOT_RUNNING', {}],
  ])('answered with %s fails with a code', async (_, answer, code, facts) => {
    const { port } = await serve({ '/api/hello': hello, [batchRoute]: answer })
    await expect(clientOf(port).post(batchRoute, batch, Receipt)).rejects.toMatchObject({ code, facts })
  })
})

describe('what has no answer', () => {
  const path = '/api/collect/browser-fetches/bytes?position=0'

  test('is handed over as bytes, with the token and what is to be said beside them', async () => {
    const { seen, port } = await serve({ '/api/hello': hello, [path]: json(204, '') })
    await clientOf(port).hand(path, new Uint8Array([74, 80, 71]), { 'x-gleaner-robots-tag': 'noai' })
    expect(seen.at(-1)).toMatchObject({ method: 'POST', body: 'JPG' })
    expect(seen.at(-1)?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-gleaner-robots-tag': 'noai',
      authorization: 'Bearer secret-token',
    })
  })

  test('is handed over as JSON where it is no bytes', async () => {
    const { seen, port } = await serve({ '/api/hello': hello, [path]: json(204, '') })
    await clientOf(port).hand(path, { code: 'BROWSER_FETCH_FAILED' })
    expect(seen.at(-1)?.body).toBe('{"code":"BROWSER_FETCH_FAILED"}')
  })

  test.each<[Answer, string]>([
    [problem(404, 'BROWSER_FETCH_NOT_ASKED'), 'BROWSER_FETCH_NOT_ASKED'],
    [problem(404, 'PROTOCOL_NOT_FOUND'), 'PROTOCOL_VERSION'],
    [problem(413, 'PROTOCOL_TOO_LARGE'), 'PROTOCOL_TOO_LARGE'],
  ])('says why it was not taken', async (answer, code) => {
    const { port } = await serve({ '/api/hello': hello, [path]: answer })
    await expect(clientOf(port).hand(path, new Uint8Array(1))).rejects.toMatchObject({ code })
  })
})

describe('pairing', () => {
  const claim = '/api/pairing/claim'

  test('exchanges a code for what both need', async () => {
    const { seen, port } = await serve({ '/api/hello': hello, [claim]: json(200, pairing) })
    expect(await clientOf(port).claim(' ABCD-1234 ')).toEqual(pairing)
    expect(JSON.parse(seen.at(-1)?.body ?? '')).toEqual({
      protocol: protocolVersion,
      code: 'ABCD-1234',
      clientName: 'Chrome on Linux',
    })
  })

  test.each([
    [problem(403, 'PAIRING_CODE_WRONG'), 'PAIRING_CODE_WRONG'],
    [problem(403, 'PAIRING_CLOSED'), 'PAIRING_CLOSED'],
    [json(200, { token: 1 }), 'SERVER_NOT_OURS'],
  ])('says why it did not work', async (answer, code) => {
    const { port } = await serve({ '/api/hello': hello, [claim]: answer })
    await expect(clientOf(port).claim('ABCD')).rejects.toMatchObject({ code })
  })

  test('shows no code to a foreign program', async () => {
    const { seen, port } = await serve({ '/api/hello': json(200, {}), [claim]: json(200, pairing) })
    await expect(clientOf(port).claim('ABCD')).rejects.toMatchObject({ code: 'SERVER_NOT_OURS' })
    expect(seen.map(({ path }) => path)).toEqual(['/api/hello'])
  })
})
