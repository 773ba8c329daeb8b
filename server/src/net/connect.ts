/** The connection guard: every single connection is judged, before and after it is made. */
import { lookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { AllowPeer } from './address.ts'

/** All addresses of a host name, in the order they should be tried. Rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Asks the system, as browsers do; no answer is kept. */
export const resolveBySystem: Resolve = async hostname => {
  const answers = await lookup(hostname, { all: true })
  return answers.map(answer => answer.address)
}

/** Far end of a connection to be made. `hostname` has no brackets. */
export interface Destination {
  readonly hostname: string
  readonly port: number
  readonly isSecure: boolean
}

export interface GuardDeps {
  readonly resolve: Resolve
  readonly allowPeer: AllowPeer
  /** For resolving, connecting and the TLS greeting together. */
  readonly connectMs: number
}

/** Connects to a host after judging it, or rejects with an AppError of the `DOWNLOAD_…` family. */
export type Dial = (to: Destination, signal: AbortSignal) => Promise<Socket>

const systemCode = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'

/** Settles like `promise` unless `signal` is aborted first; then rejects with the signal's reason. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Waits until a socket reports `event`; destroys it when it fails or `signal` is aborted. */
function whenReady(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  const ready = new Promise<Socket>((resolve, reject) => {
    socket.once(event, () => resolve(socket))
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('closed before it was ready')))
  })
  return unlessAborted(ready, signal).catch((error: unknown) => {
    socket.destroy()
    throw error
  })
}

/** Failures of the line under a TLS greeting, as against what is wrong with the other end's credentials. */
const lineFailures: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'unknown'])

async function greet(tcp: Socket, to: Destination, signal: AbortSignal): Promise<Socket> {
  const name = isIP(to.hostname) === 0 ? { servername: to.hostname } : {}
  const tls = connectTls({ socket: tcp, host: to.hostname, ALPNProtocols: ['http/1.1'], ...name })
  try {
    return await whenReady(tls, 'secureConnect', signal)
  } catch (error) {
    tcp.destroy()
    signal.throwIfAborted()
    const reason = systemCode(error)
    const code = lineFailures.has(reason) ? 'DOWNLOAD_CONNECT' : 'DOWNLOAD_TLS'
    throw new AppError(code, { host: to.hostname, reason }, { cause: error })
  }
}

/**
 * Builds the only way out of the program. A literal address is judged as it stands; a name is refused when **any** of
 * its addresses is; the address at the far end of the open connection is judged again, before a byte is sent.
 * Proxy settings of the environment are not read.
 */
export function createDial({ resolve, allowPeer, connectMs }: GuardDeps): Dial {
  const addressesOf = async ({ hostname, port }: Destination, signal: AbortSignal) => {
    let addresses: readonly string[]
    try {
      addresses = isIP(hostname) === 0 ? await unlessAborted(resolve(hostname), signal) : [hostname]
    } catch (error) {
      if (signal.aborted) throw error
      throw new AppError('DOWNLOAD_DNS', { host: hostname, reason: systemCode(error) }, { cause: error })
    }
    if (addresses.length === 0) throw new AppError('DOWNLOAD_DNS', { host: hostname, reason: 'ENODATA' })
    const refused = addresses.find(address => !allowPeer(address, port))
    if (refused !== undefined)
      throw new AppError('DOWNLOAD_PRIVATE_ADDRESS', { host: hostname, address: refused })
    return addresses
  }

  const open = async (address: string, to: Destination, signal: AbortSignal) => {
    const socket = connectTcp({ host: address, port: to.port, autoSelectFamily: false })
    await whenReady(socket, 'connect', signal)
    const peer = socket.remoteAddress ?? ''
    if (!allowPeer(peer, to.port)) {
      socket.destroy()
      throw new AppError('DOWNLOAD_PRIVATE_ADDRESS', { host: to.hostname, address: peer })
    }
    return socket.setNoDelay(true).setKeepAlive(true, 60_000)
  }

  /** Tries the addresses in order; each but the last may use half of what time is left. */
  const openAny = async (
    addresses: readonly string[],
    to: Destination,
    endsAtMs: number,
    signal: AbortSignal,
  ) => {
    let last: unknown
    for (const [index, address] of addresses.entries()) {
      const isLast = index === addresses.length - 1
      const shareMs = Math.ceil(Math.max(0, endsAtMs - performance.now()) / 2)
      const limit = isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(shareMs)])
      try {
        return await open(address, to, limit)
      } catch (error) {
        if (signal.aborted || isAppError(error)) throw error
        last = error
      }
    }
    throw new AppError('DOWNLOAD_CONNECT', { host: to.hostname, reason: systemCode(last) }, { cause: last })
  }

  return async (to, signal) => {
    const deadline = AbortSignal.timeout(connectMs)
    const both = AbortSignal.any([signal, deadline])
    const endsAtMs = performance.now() + connectMs
    let step: 'DOWNLOAD_DNS' | 'DOWNLOAD_CONNECT' = 'DOWNLOAD_DNS'
    try {
      const addresses = await addressesOf(to, both)
      step = 'DOWNLOAD_CONNECT'
      const socket = await openAny(addresses, to, endsAtMs, both)
      return to.isSecure ? await greet(socket, to, both) : socket
    } catch (error) {
      if (isAppError(error)) throw error
      signal.throwIfAborted()
      throw new AppError(step, { host: to.hostname, deadline: 'connect' }, { cause: error })
    }
  }
}
