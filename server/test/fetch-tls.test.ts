/** Fetching over TLS: whom to trust, and that nothing leads from a secure address to an insecure one. */

import type { Server } from 'node:https'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Fetcher } from '../src/net/fetch.ts'
import { createFetcher } from '../src/net/fetch.ts'
import { createSelfSigned } from './support/self-signed.ts'

const servers: Server[] = []
const before = getCACertificates('default')
const ports = { trusted: 0, unknown: 0, expired: 0 }
let hits = 0
let fetcher: Fetcher

async function serve(identity: { key: string; cert: string }): Promise<number> {
  const server = createServer(identity, (request, response) => {
    hits++
    const to = new URL(request.url ?? '/', 'https://photos.example').searchParams.get('to')
    if (to) response.writeHead(302, { location: to }).end()
    else response.end('a picture')
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  const trusted = createSelfSigned(['photos.example', '*.photos.example'])
  const expired = createSelfSigned(['photos.example'], -5)
  setDefaultCACertificates([...before, trusted.cert, expired.cert])
  ports.trusted = await serve(trusted)
  ports.unknown = await serve(createSelfSigned(['photos.example']))
  ports.expired = await serve(expired)
})
afterAll(async () => {
  setDefaultCACertificates(before)
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
})
beforeEach(() => {
  hits = 0
  fetcher = createFetcher({
    resolve: async () => ['127.0.0.1'],
    allowPeer: ip => ip === '127.0.0.1',
    userAgent: 'Test/1',
    now: () => performance.now(),
  })
})
afterEach(() => fetcher.close())

const get = (url: string) =>
  fetcher.fetch(url, { signal: new AbortController().signal, maxBytes: 1000, honourOptOut: true })

test('a certificate that is in order', async () => {
  const url = `https://img.photos.example:${ports.trusted}/`
  expect(await get(url)).toMatchObject({ kind: 'fetched', hops: [{ url, peerIp: '127.0.0.1', status: 200 }] })
})

test.each([
  ['signed by nobody known', 'photos.example', 'unknown'],
  ['for another name', 'elsewhere.example', 'trusted'],
  ['for a name, at an address', '127.0.0.1', 'trusted'],
  ['out of date', 'photos.example', 'expired'],
] as const)('a certificate %s', async (_what, name, server) => {
  expect(await get(`https://${name}:${ports[server]}/`)).toMatchObject({
    kind: 'failed',
    code: 'DOWNLOAD_TLS',
  })
  expect(hits).toBe(0)
})

test('a secure address leads to secure ones only', async () => {
  const to = (url: string) => get(`https://photos.example:${ports.trusted}/?to=${encodeURIComponent(url)}`)
  expect(await to(`https://img.photos.example:${ports.trusted}/`)).toMatchObject({ kind: 'fetched' })
  expect(await to(`http://img.photos.example:${ports.trusted}/`)).toMatchObject({
    kind: 'failed',
    code: 'DOWNLOAD_REDIRECT_INSECURE',
  })
})
