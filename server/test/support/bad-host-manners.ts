/** What the host of bad-host.ts does at each of its paths. */
import { readFileSync } from 'node:fs'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { extname, resolve, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A folder, or bytes by path without a leading slash. */
export type Files = string | Readonly<Record<string, Uint8Array | string>>

interface Asked {
  readonly host: string
  readonly target: string
}

interface Visit {
  /** Counts visits: host and target. */
  readonly key: string
  /** Path after the name of the manner, split at slashes, percent-decoded. */
  readonly rest: readonly string[]
  readonly query: URLSearchParams
  readonly response: ServerResponse
}

type Manner = (visit: Visit) => void

const contentTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.svg': 'image/svg+xml',
  '.tiff': 'image/tiff',
  '.html': 'text/html; charset=utf-8',
}
const typeOf = (path: string) => contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'

function readFrom(files: Files, path: string): Buffer | undefined {
  if (typeof files !== 'string') {
    const bytes = Object.hasOwn(files, path) ? files[path] : undefined
    return bytes === undefined ? undefined : Buffer.from(bytes as Uint8Array)
  }
  const full = resolve(files, path)
  if (!full.startsWith(resolve(files) + sep)) return undefined
  try {
    return readFileSync(full)
  } catch {
    return undefined
  }
}

/** Header lines named in a query; a name that repeats gives several lines. */
function headersIn(query: URLSearchParams): OutgoingHttpHeaders {
  const headers: Record<string, string[]> = {}
  for (const name of new Set(query.keys())) headers[name] = query.getAll(name)
  return headers
}

const page = (title: string) =>
  `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`

const endSocket = (response: ServerResponse) => response.socket?.end()

export interface Manners {
  answer(asked: Asked, response: ServerResponse): void
  reset(): void
}

/** @param files - what lies behind every `<path>` */
export function createManners(files: Files): Manners {
  const visits = new Map<string, number>()
  const visit = (key: string) => {
    const count = (visits.get(key) ?? 0) + 1
    visits.set(key, count)
    return count
  }

  /** Hands the file to `give`, or answers 404. */
  const withFile = (parts: readonly string[], response: ServerResponse, give: Give) => {
    const path = parts.join('/')
    const bytes = readFrom(files, path)
    if (bytes) give(bytes, { 'content-type': typeOf(path), 'content-length': bytes.length })
    else status(response, 404)
  }
  const send = (parts: readonly string[], response: ServerResponse, more: OutgoingHttpHeaders = {}) =>
    withFile(parts, response, (bytes, headers) => response.writeHead(200, { ...headers, ...more }).end(bytes))

  const manners: Record<string, Manner> = {
    ...faults(withFile),
    ...redirects(send),
    files: ({ rest, response }) => send(rest, response),
    header: ({ rest, query, response }) => send(rest, response, headersIn(query)),
    'opt-out': ({ rest, response }) => send(rest, response, { 'x-robots-tag': 'noai, noimageai' }),
    status: ({ rest, query, response }) => status(response, Number(rest[0]), headersIn(query)),
    'retry-after': ({ key, rest: [value = '', times, ...path], query, response }) => {
      if (times !== undefined && visit(key) > Number(times)) send(path, response)
      else status(response, Number(query.get('status') ?? 429), { 'retry-after': value })
    },
    flaky: ({ key, rest: [times, ...path], response }) => {
      if (visit(key) > Number(times)) send(path, response)
      else status(response, 500)
    },
    slow: ({ rest: [ms, ...path], response }) => {
      const timer = setTimeout(() => send(path, response), Number(ms))
      response.once('close', () => clearTimeout(timer))
    },
    encoding: ({ rest: [value = '', ...path], query, response }) => {
      const layers = Array(Number(query.get('layers') ?? 1)).fill(value)
      send(path, response, { 'content-encoding': layers.join(', ') })
    },
  }

  return {
    answer({ host, target }, response) {
      const url = new URL(target, 'http://host.invalid')
      const [name = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent)
      const manner = Object.hasOwn(manners, name) ? manners[name] : undefined
      if (manner) manner({ key: `${host} ${target}`, rest, query: url.searchParams, response })
      else status(response, 404)
    },
    reset: () => visits.clear(),
  }
}

type Give = (bytes: Buffer, headers: OutgoingHttpHeaders) => void
type WithFile = (parts: readonly string[], response: ServerResponse, give: Give) => void
type Send = (parts: readonly string[], response: ServerResponse, more?: OutgoingHttpHeaders) => void

function status(response: ServerResponse, code: number, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(code, { 'content-type': 'text/plain', ...headers })
  response.end(code === 204 || code === 304 ? undefined : `status ${code}\n`)
}

/** Begins the file, sends a share of it, then does `after`. */
function partly(withFile: WithFile, after: (response: ServerResponse) => void): Manner {
  return ({ rest: [percent, ...path], response }) =>
    withFile(path, response, (bytes, headers) => {
      response.writeHead(200, headers).flushHeaders()
      const part = bytes.subarray(0, Math.floor((bytes.length * Number(percent)) / 100))
      if (part.length === 0) after(response)
      else response.write(part, () => after(response))
    })
}

function drip(response: ServerResponse, bytes: Buffer, everyMs: number): void {
  let sent = 0
  const timer = setInterval(() => {
    if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent))
    else response.end()
  }, everyMs)
  response.once('close', () => clearInterval(timer))
}

function pourWithoutEnd(response: ServerResponse): void {
  const block = Buffer.alloc(64 * 1024, 0x41)
  const pour = () => {
    while (!response.destroyed && response.write(block));
  }
  response.on('drain', pour)
  pour()
}

/** Manners of the transport: wrong lengths, silence, broken framing. */
function faults(withFile: WithFile): Record<string, Manner> {
  let bomb: Buffer | undefined
  return {
    stall: partly(withFile, () => undefined),
    cut: partly(withFile, endSocket),
    reset: partly(withFile, response => response.socket?.resetAndDestroy()),
    drip: ({ rest: [ms, ...path], response }) =>
      withFile(path, response, (bytes, headers) => {
        response.writeHead(200, headers).flushHeaders()
        drip(response, bytes, Number(ms))
      }),
    'lying-length': ({ rest: [delta, ...path], response }) =>
      withFile(path, response, (bytes, headers) => {
        response.writeHead(200, { ...headers, 'content-length': bytes.length + Number(delta) })
        response.write(bytes, () => endSocket(response))
      }),
    chunked: ({ rest, response }) =>
      withFile(rest, response, (bytes, { 'content-type': type }) => {
        response.writeHead(200, { 'content-type': type })
        response.write(bytes)
        response.end()
      }),
    'bad-chunks': ({ response }) =>
      response.socket?.end(
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nJPEG\r\nzz\r\nnot a chunk',
      ),
    endless: ({ query, response }) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', ...headersIn(query) })
      pourWithoutEnd(response)
    },
    'gzip-bomb': ({ response }) => {
      bomb ??= gzipSync(Buffer.alloc(50_000_000))
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-encoding': 'gzip' }).end(bomb)
    },
    'html-as-jpeg': ({ response }) =>
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(page('Not a picture')),
    captcha: ({ response }) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(page('Are you a robot?')),
    empty: ({ response }) =>
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 0 }).end(),
    'no-headers': () => undefined,
    'header-flood': ({ response }) => {
      const line = (index: number) => `x-flood-${index}: ${'y'.repeat(1000)}\r\n`
      const lines = Array.from({ length: 256 }, (_, index) => line(index)).join('')
      response.socket?.end(`HTTP/1.1 200 OK\r\n${lines}content-length: 0\r\n\r\n`)
    },
    'not-http': ({ response }) => response.socket?.end('220 mail.invalid ESMTP ready\r\n\r\n'),
    'hang-up': ({ response }) => endSocket(response),
  }
}

function redirects(send: Send): Record<string, Manner> {
  const to = (response: ServerResponse, location: string, code = 302) =>
    response.writeHead(code, { location }).end()
  return {
    redirect: ({ rest: [times, ...path], response }) => {
      const left = Number(times)
      if (left > 0)
        to(response, left === 1 ? `/files/${path.join('/')}` : `/redirect/${left - 1}/${path.join('/')}`)
      else send(path, response)
    },
    'redirect-loop': ({ rest, response }) =>
      to(response, rest.length === 0 ? '/redirect-loop/back' : '/redirect-loop'),
    'redirect-to': ({ query, response }) => {
      const go = () => to(response, query.get('url') ?? '/', Number(query.get('status') ?? 302))
      const timer = setTimeout(go, Number(query.get('afterMs') ?? 0))
      response.once('close', () => clearTimeout(timer))
    },
  }
}
