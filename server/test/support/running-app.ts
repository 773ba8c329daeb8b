/** The app on a port of 127.0.0.1, its routes listed and its handlers counted. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { type AppOptions, buildApp } from '../../src/http/app.ts'
import type { Services } from '../../src/http/services.ts'
import { createFakeServices, type FakeServices, fakeDatasetId, fakeImageId } from './fake-services.ts'

export const extensionOrigin = `chrome-extension://${'a'.repeat(32)}`
export const firefoxOrigin = 'moz-extension://01234567-89ab-cdef-0123-456789abcdef'

export interface Route {
  readonly method: string
  /** Pattern as registered. */
  readonly url: string
  /** The pattern with its parameters filled in. */
  readonly path: string
  readonly access: string | undefined
  readonly isShell: boolean
  readonly schema: Record<string, unknown>
}

export interface Paired {
  readonly clientId: string
  readonly token: string
  readonly serverKey: string
}

export interface RunningApp {
  readonly app: FastifyInstance
  readonly services: FakeServices
  readonly port: number
  readonly host: string
  readonly origin: string
  readonly routes: readonly Route[]
  /** Patterns of the routes whose handlers ran. */
  readonly handled: string[]
  readonly ownerToken: string
  /** Pairs a client with this origin, past the API. */
  readonly pair: (origin: string | null) => Paired
  /** Signs a dashboard in, past the API. */
  readonly signIn: () => { readonly cookie: string; readonly csrf: string }
  readonly ask: (method: string, path: string, given?: Given) => Promise<RawAnswer>
  readonly close: () => Promise<void>
}

export interface Given {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const filled = (url: string) =>
  url
    .replace(':datasetId', fakeDatasetId)
    .replace(':imageId', fakeImageId)
    .replace(':classId', '1')
    .replace(':groupId', '1')
    .replace(':conflictId', '1')
    .replace(':candidateId', '1')
    .replace(':viewId', '1')
    .replace(':importId', '1')
    .replace(':exportId', '1')
    .replace(':facet', 'class')
    .replace(':measure', 'side')
    .replace(':clientId', '0'.repeat(32))
    .replace(/\/:file\(.*$/, '/icon.svg')
    .replace('*', 'main-0a1b.js')

export async function startApp(options?: AppOptions, change?: Partial<Services>): Promise<RunningApp> {
  const services = createFakeServices(change)
  const handled: string[] = []
  const routes: Route[] = []
  const app = buildApp(services, options)
  app.addHook('onRoute', route => {
    routes.push(...[route.method].flat().map(method => describe(method, route)))
    const { handler } = route
    route.handler = function (...args) {
      handled.push(`${route.method} ${route.url}`)
      return handler.apply(this, args)
    }
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const port = Number(new URL(origin).port)
  const host = `127.0.0.1:${port}`
  return {
    app,
    services,
    port,
    host,
    origin,
    routes,
    handled,
    ownerToken: readFileSync(join(services.folder, '.gleaner', 'cli-token'), 'utf8').trim(),
    pair: pairedOrigin => {
      const { code } = services.access.pairing.open()
      const grant = services.access.pairing.claim({ code, name: 'Test', origin: pairedOrigin })
      if (typeof grant === 'string') throw new Error(grant)
      return grant
    },
    signIn: () => {
      const session = services.access.sessions.openWith(services.access.sessions.issueLink())
      if (!session) throw new Error('no session')
      return { cookie: `gleaner-${port}=${session.cookie}`, csrf: session.csrf }
    },
    ask: (method, path, given = {}) => ask(port, method, path, given),
    close: async () => {
      await app.close()
      services.dispose()
    },
  }
}

function describe(method: string, { url, config, schema }: RouteOptions): Route {
  return {
    method,
    url,
    path: filled(url),
    access: config?.access,
    isShell: config?.isShell === true,
    schema: { ...schema },
  }
}

export interface RawAnswer {
  readonly status: number
  /** Lower-case names; a repeated header is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One request with exactly these header lines (plus Host, unless given), on a connection of its own. */
async function ask(port: number, method: string, path: string, { headers, body }: Given): Promise<RawAnswer> {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const withBody = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }
  const all = { host: `127.0.0.1:${port}`, connection: 'close', ...withBody, ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return sendRaw(port, `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${text}`)
}

/** Sends these very bytes and reads until the server closes the connection. */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(text))
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString('utf8'))))
  })
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    const value = line.slice(at + 1).trim()
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  const body = rest.join('\r\n\r\n')
  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    body: headers['transfer-encoding'] === 'chunked' ? unchunk(body) : body,
  }
}

function unchunk(body: string): string {
  const end = body.indexOf('\r\n')
  const size = end === -1 ? 0 : Number.parseInt(body.slice(0, end), 16)
  return size ? body.slice(end + 2, end + 2 + size) + unchunk(body.slice(end + 4 + size)) : ''
}
