/** Connections to hosts, kept open for a while between requests. One connection carries one request at a time. */

import type { Dispatcher } from 'undici'
import { Client } from 'undici'
import { hostOf, portOf } from './address.ts'
import type { Dial } from './connect.ts'

/** One way to one origin. */
export interface Connection {
  /** Whether a request went over it before: the host may have closed it unnoticed. */
  readonly isUsed: boolean
  /** Address of the far end; `null` before the first connection. */
  peerIp(): string | null
  /** @param onConnected - called once the connection stands and the request is about to be sent */
  get(url: URL, headers: Record<string, string>, onConnected: () => void): Promise<Dispatcher.ResponseData>
  /** Closes the socket at once, also one that is still being made. */
  destroy(): Promise<void>
}

export interface Connections {
  /** Hands out an idle connection to the origin of `url`, or a new one that connects with its first request. */
  borrow(url: URL): Connection
  /** Takes back a connection whose last answer was read to its end. All others have to be destroyed. */
  giveBack(url: URL, connection: Connection): void
  close(): Promise<void>
}

/** Idle connections kept in all; the one idle for longest goes first. */
const mostIdle = 64
const idleForMs = 4_000

function createConnection(url: URL, dial: Dial, headerBytes: number): Connection {
  const stop = new AbortController()
  const to = { hostname: hostOf(url), port: portOf(url), isSecure: url.protocol === 'https:' }
  let socket: Awaited<ReturnType<Dial>> | undefined
  let peerIp: string | null = null
  let whenConnected: () => void = () => undefined
  const client = new Client(url.origin, {
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: headerBytes,
    keepAliveTimeout: idleForMs,
    keepAliveMaxTimeout: idleForMs,
    // Deadlines are kept by deadlines.ts: undici's are only exact to half a second.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_options, callback) => {
      dial(to, stop.signal).then(
        made => {
          socket = made
          peerIp = made.remoteAddress ?? null
          whenConnected()
          callback(null, made)
        },
        error => callback(error, null),
      )
    },
  })
  return {
    isUsed: false,
    peerIp: () => peerIp,
    get(target, headers, onConnected) {
      if (socket?.destroyed === false) onConnected()
      else whenConnected = onConnected
      return client.request({ method: 'GET', path: target.pathname + target.search, headers })
    },
    async destroy() {
      stop.abort()
      await client.destroy()
    },
  }
}

/**
 * @param dial - the connection guard: every socket of every connection comes from it
 * @param headerBytes - most bytes of response header
 */
export function createConnections(dial: Dial, headerBytes: number): Connections {
  const idle: { readonly origin: string; readonly connection: Connection }[] = []
  const open = new Set<Connection>()

  const create = (url: URL): Connection => {
    const bare = createConnection(url, dial, headerBytes)
    const connection: Connection = {
      ...bare,
      destroy: () => {
        open.delete(connection)
        return bare.destroy()
      },
    }
    open.add(connection)
    return connection
  }

  return {
    borrow(url) {
      const index = idle.findLastIndex(entry => entry.origin === url.origin)
      const [entry] = index === -1 ? [] : idle.splice(index, 1)
      return entry?.connection ?? create(url)
    },
    giveBack(url, connection) {
      idle.push({ origin: url.origin, connection: { ...connection, isUsed: true } })
      if (idle.length > mostIdle) void idle.shift()?.connection.destroy()
    },
    async close() {
      idle.length = 0
      await Promise.all([...open].map(connection => connection.destroy()))
    },
  }
}
