/** The connection guard as a whole: what may be reached, and that nothing else ever is. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AllowPeer } from '../src/net/address.ts'
import { isPublicAddress } from '../src/net/address.ts'
import { createDial } from '../src/net/connect.ts'
import type { Fetcher } from '../src/net/fetch.ts'
import { createFetcher, createProductionFetcher } from '../src/net/fetch.ts'
import type { BadHost } from './support/bad-host.ts'
import { startBadHost } from './support/bad-host.ts'

/** Stands in for what must never be reached: a service of the user's own machine. */
async function startProtected() {
  let hits = 0
  let connections = 0
  const server = createServer((_request, response) => {
    hits++
    response.end('secret')
  })
  server.on('connection', () => connections++)
  await new Promise<void>(resolve => server.listen(0, '::', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    seen: () => ({ hits, connections }),
    close: () => new Promise(resolve => server.close(resolve)),
  }
}

const untouched = { hits: 0, connections: 0 }
let secret: Awaited<ReturnType<typeof startProtected>>
let open: BadHost
let fetchers: Fetcher[]

beforeAll(async () => {
  secret = await startProtected()
  open = await startBadHost({ files: { 'a.jpg': 'a picture' } })
})
afterAll(async () => {
  await secret.close()
  await open.close()
})
beforeEach(() => {
  fetchers = []
  open.reset()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(fetchers.map(fetcher => fetcher.close()))
  expect(secret.seen()).toEqual(untouched)
})

type Names = Readonly<Record<string, readonly string[]>>

/** Judges as production does, but for one stand-in: the open host on its own port. */
const likeProduction: AllowPeer = (ip, port) =>
  isPublicAddress(ip) || ((ip === '127.0.0.1' || ip === '::ffff:127.0.0.1') && port === open.port)

function createGuarded(names: Names = {}, allowPeer: AllowPeer = likeProduction) {
  const asked: string[] = []
  const fetcher = createFetcher({
    resolve: async hostname => {
      asked.push(hostname)
      const answers = names[hostname]
      if (!answers) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
      return answers
    },
    allowPeer,
    userAgent: 'Test/1',
    now: () => performance.now(),
    limits: { connectMs: 2_000, headersMs: 2_000 },
  })
  fetchers.push(fetcher)
  return { asked, get: (url: string) => get(fetcher, url) }
}

const get = (fetcher: Fetcher, url: string) =>
  fetcher.fetch(url, { signal: new AbortController().signal, maxBytes: 1_000_000, honourOptOut: true })

const refused = { kind: 'failed', code: 'DOWNLOAD_PRIVATE_ADDRESS' }

test('the stand-in is reached, so that refusals below mean something', async () => {
  const { get } = createGuarded({ 'photos.example': ['127.0.0.1'] })
  expect(await get(open.url('/files/a.jpg'))).toMatchObject({ kind: 'fetched' })
  expect(await get(open.url('/files/a.jpg', 'photos.example'))).toMatchObject({
    kind: 'fetched',
    hops: [{ url: open.url('/files/a.jpg', 'photos.example'), peerIp: '127.0.0.1', status: 200 }],
  })
})

describe('literal addresses', () => {
  test.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::7f00:1]',
    '[::127.0.0.1]',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '127.0.0.1.',
    '0',
    '0.0.0.0',
    '[::]',
    '１２７.0.0.1',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '169.254.169.254',
    '192.168.1.1',
    '10.1.2.3',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[1::1]',
    '[4000::1]',
  ])('%s is refused without asking anybody', async host => {
    const { asked, get } = createGuarded()
    expect(await get(`http://${host}:${secret.port}/`)).toMatchObject({ ...refused, hops: [] })
    expect(await get(`https://${host}:${secret.port}/`)).toMatchObject(refused)
    expect(asked).toEqual([])
  })
})

describe('names', () => {
  test.each([
    ['loopback', ['127.0.0.1']],
    ['loopback, v6', ['::1']],
    ['loopback, mapped', ['::ffff:127.0.0.1']],
    ['loopback, mapped and in hex', ['::ffff:7f00:1']],
    ['private', ['10.0.0.1']],
    ['link-local', ['169.254.169.254']],
    ['link-local with zone', ['fe80::1%lo']],
    ['unspecified', ['0.0.0.0']],
    ['reserved first answer', ['240.0.0.1', '93.184.215.14']],
    ['private after public', ['93.184.215.14', '127.0.0.1']],
    ['public after private', ['127.0.0.1', '93.184.215.14']],
    ['NAT64', ['64:ff9b::7f00:1']],
    ['v4-compatible', ['::7f00:1']],
    ['outside global unicast', ['4000::1']],
    ['no address at all', ['localhost']],
  ])('a name with a bad answer is refused: %s', async (_what, answers) => {
    const { get } = createGuarded({ 'photos.example': answers })
    expect(await get(`http://photos.example:${secret.port}/`)).toMatchObject({
      ...refused,
      hops: [{ peerIp: null, status: null }],
    })
  })

  test('an address that is only good elsewhere is refused by port', async () => {
    const { get } = createGuarded({ 'photos.example': ['127.0.0.1'] })
    expect(await get(`http://photos.example:${secret.port}/`)).toMatchObject(refused)
  })

  test('the far end is judged again, before a byte is sent', async () => {
    const judged: string[] = []
    const firstOnly: AllowPeer = ip => judged.push(ip) === 1
    const { get } = createGuarded({ 'photos.example': ['127.0.0.1'] }, firstOnly)
    expect(await get(open.url('/files/a.jpg', 'photos.example'))).toMatchObject(refused)
    expect(judged).toEqual(['127.0.0.1', '127.0.0.1'])
    expect(open.hits()).toBe(0)
  })

  test('a name that flips is refused at the next connection, and asked once for each', async () => {
    const names: Record<string, readonly string[]> = { 'photos.example': ['127.0.0.1'] }
    const both: AllowPeer = (ip, port) => ip === '127.0.0.1' && port === open.port
    const { asked, get } = createGuarded(names, both)
    const url = (n: number) => open.url(`/header/a.jpg?connection=close&n=${n}`, 'photos.example')
    expect(await get(url(1))).toMatchObject({ kind: 'fetched' })
    names['photos.example'] = ['127.0.0.2']
    await vi.waitFor(() => expect(open.openConnections()).toBe(0), { timeout: 10_000 })
    expect(await get(url(2))).toMatchObject(refused)
    expect(await get(url(3))).toMatchObject(refused)
    expect(asked).toEqual(['photos.example', 'photos.example', 'photos.example'])
    expect(open.hits()).toBe(1)
  })

  test('all public answers are tried in order', async () => {
    // 127.0.0.3 and 127.0.0.2 belong to the loopback network, but nothing listens there.
    const anyLoopback: AllowPeer = (ip, port) => ip.startsWith('127.0.0.') && port === open.port
    const { get } = createGuarded({ 'photos.example': ['127.0.0.3', '127.0.0.2', '127.0.0.1'] }, anyLoopback)
    expect(await get(open.url('/files/a.jpg', 'photos.example'))).toMatchObject({
      kind: 'fetched',
      hops: [{ peerIp: '127.0.0.1' }],
    })
  })
})

describe('the guard by itself', () => {
  const dial = createDial({
    resolve: async () => ['127.0.0.1'],
    allowPeer: isPublicAddress,
    connectMs: 2_000,
  })

  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', 'photos.example'])(
    'makes no connection to %s',
    async hostname => {
      for (const isSecure of [false, true])
        await expect(
          dial({ hostname, port: secret.port, isSecure }, new AbortController().signal),
        ).rejects.toMatchObject({ code: 'DOWNLOAD_PRIVATE_ADDRESS' })
    },
  )
})

describe('redirects', () => {
  const names: Names = {
    'photos.example': ['127.0.0.1'],
    'rebound.example': ['127.0.0.1'],
    'lan.example': ['192.168.1.1'],
  }
  const to = (url: string) => open.url(`/redirect-to?url=${encodeURIComponent(url)}`, 'photos.example')

  test.each([
    ['loopback', (port: number) => `http://127.0.0.1:${port}/`],
    ['loopback, v6', (port: number) => `http://[::1]:${port}/`],
    ['loopback, in decimal', (port: number) => `http://2130706433:${port}/`],
    ['localhost', (port: number) => `http://localhost:${port}/`],
    ['a name that leads there', (port: number) => `http://rebound.example:${port}/`],
    ['the same, without scheme', (port: number) => `//rebound.example:${port}/`],
    ['the local network', () => 'http://lan.example/'],
    ['metadata', () => 'http://169.254.169.254/latest/'],
  ])('to %s are refused', async (_what, target) => {
    const { get } = createGuarded(names)
    const result = await get(to(target(secret.port)))
    expect(result).toMatchObject(refused)
    expect(result.hops[0]).toMatchObject({ peerIp: '127.0.0.1', status: 302 })
  })

  test.each([
    'file:///etc/passwd',
    'ftp://photos.example/',
    'javascript:alert(1)',
    'http://user:secret@photos.example/',
    'http://photos.example:22/',
    'http://',
  ])('to %s are refused', async target => {
    const { get } = createGuarded(names)
    expect(await get(to(target))).toMatchObject({ kind: 'failed', code: 'DOWNLOAD_URL_REFUSED' })
    expect(open.hits()).toBe(1)
  })

  test('a chain ends at a refusal wherever it comes', async () => {
    const { get } = createGuarded(names)
    const chain = to(to(to(`http://127.0.0.1:${secret.port}/`)))
    const result = await get(chain)
    expect(result).toMatchObject(refused)
    expect(result.hops.map(hop => hop.status)).toEqual([302, 302, 302])
  })

  test('five are followed, six are not, and every hop is recorded', async () => {
    const { get } = createGuarded(names)
    const five = await get(open.url('/redirect/5/a.jpg', 'photos.example'))
    expect(five).toMatchObject({ kind: 'fetched', finalUrl: open.url('/files/a.jpg', 'photos.example') })
    expect(five.hops.map(hop => [hop.status, hop.peerIp])).toEqual([
      ...Array.from({ length: 5 }, () => [302, '127.0.0.1']),
      [200, '127.0.0.1'],
    ])
    const six = await get(open.url('/redirect/6/a.jpg', 'photos.example'))
    expect(six).toMatchObject({ kind: 'failed', code: 'DOWNLOAD_REDIRECTS', facts: { limit: 5 } })
    expect(six.hops).toHaveLength(6)
  })

  test('a loop is noticed on its first return', async () => {
    const { get } = createGuarded(names)
    const result = await get(open.url('/redirect-loop', 'photos.example'))
    expect(result).toMatchObject({
      kind: 'failed',
      code: 'DOWNLOAD_REDIRECTS',
      facts: { loopAt: expect.any(String) },
    })
    expect(open.hits()).toBe(2)
  })

  test.each([301, 302, 303, 307, 308])('%d is followed', async status => {
    const { get } = createGuarded(names)
    const url = open.url(`/redirect-to?status=${status}&url=/files/a.jpg`, 'photos.example')
    expect(await get(url)).toMatchObject({ kind: 'fetched' })
  })

  test('a kept connection to one origin opens no other one', async () => {
    const { get } = createGuarded(names)
    expect(await get(open.url('/files/a.jpg', 'rebound.example'))).toMatchObject({ kind: 'fetched' })
    expect(await get(open.url('/files/a.jpg', 'rebound.example'))).toMatchObject({ kind: 'fetched' })
    expect(open.connections(), 'the second request went over the first connection').toBe(1)
    expect(await get(`http://rebound.example:${secret.port}/`)).toMatchObject(refused)
    expect(await get(to(`http://rebound.example:${secret.port}/`))).toMatchObject(refused)
  })
})

describe('the seam is closed', () => {
  const folder = fileURLToPath(new URL('../src/net', import.meta.url))
  const sources = readdirSync(folder)
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

  test('the production fetcher refuses this machine whatever the environment says', async () => {
    const settings = [
      'ALLOW_PEER',
      'ALLOW_PRIVATE',
      'RESOLVE',
      'UNSAFE',
      'DEMO',
      'TEST',
      'HOME',
      'PORT',
      'SHARED',
      'CONTACT',
    ]
    for (const name of settings) vi.stubEnv(`GLEANER_${name}`, '1')
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'])
      vi.stubEnv(name, open.origin)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    vi.stubEnv('NODE_ENV', 'test')
    vi.stubEnv('NO_PROXY', '')
    const fetcher = createProductionFetcher({ version: '0.0.0' })
    fetchers.push(fetcher)
    for (const host of ['127.0.0.1', '[::1]', 'localhost', '2130706433', '[::ffff:127.0.0.1]'])
      expect(await get(fetcher, `http://${host}:${secret.port}/`), host).toMatchObject(refused)
    expect(await get(fetcher, open.url('/files/a.jpg'))).toMatchObject(refused)
    expect(open.connections(), 'no proxy was used').toBe(0)
  })

  test('proxy variables lead nowhere', async () => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'])
      vi.stubEnv(name, `http://127.0.0.1:${secret.port}`)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    const { get } = createGuarded({ 'photos.example': ['127.0.0.1'] })
    expect(await get(open.url('/files/a.jpg', 'photos.example'))).toMatchObject({ kind: 'fetched' })
  })

  test('the production fetcher ignores what it does not name', async () => {
    const config = {
      version: '0.0.0',
      resolve: async () => ['127.0.0.1'],
      allowPeer: () => true,
      limits: { connectMs: 1 },
    }
    const fetcher = createProductionFetcher(config)
    fetchers.push(fetcher)
    expect(await get(fetcher, open.url('/files/a.jpg'))).toMatchObject(refused)
    expect(open.connections()).toBe(0)
  })

  test('no module of net reads the environment or the command line', () => {
    const readers = sources.filter(({ text }) =>
      /process\s*\.|process\[|from 'node:process'|import\.meta\.env/.test(text),
    )
    expect(readers.map(({ name }) => name)).toEqual([])
  })

  test('only the guard opens sockets, and only the fetcher builds one', () => {
    const openers = sources.filter(({ text }) =>
      /connectTcp|connectTls|net\.connect|tls\.connect|createConnection\(\{|\bfetch\(['"`]/.test(text),
    )
    expect(openers.map(({ name }) => name)).toEqual(['connect.ts'])
    const users = sources.filter(({ text }) => /^import \{.*\} from 'undici'/m.test(text))
    expect(users.map(({ name }) => name)).toEqual(['connections.ts'])
  })
})
