import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where a batch is when the relay keeps it: not yet at the server, or taken by the server and not yet acknowledged. */
export type HoldAt = 'way-there' | 'way-back'

const batches = '/api/collect/batches'

/** What a server is like: it may be away, or take its time for every answer. */
export interface Manner {
  readonly isAway?: boolean
  readonly delayMs?: number
}

/**
 * Stands between extension and server, and can stop a batch at a chosen point of its way for good: what a test needs to
 * end a worker or a browser at exactly that moment.
 *
 * @param targetPort - where the server listens, when it does
 */
export async function startRelay(targetPort: number) {
  let holdAt: HoldAt | undefined
  let whenHeld: (() => void) | undefined
  let manner: Manner = {}
  let whenHere: (() => void) | undefined

  /** @returns whether the batch stays here */
  function hold(at: HoldAt, path: string): boolean {
    if (holdAt !== at || path !== batches) return false
    holdAt = undefined
    whenHeld?.()
    return true
  }

  async function relay(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? ''
    if (manner.isAway) throw new Error('The server is away.')
    const body = await bytesOf(incoming)
    if (path === batches) whenHere?.()
    if (hold('way-there', path)) return
    const answer = await ask(targetPort, incoming, body)
    const bytes = await bytesOf(answer)
    if (hold('way-back', path)) return
    await new Promise(resolve => setTimeout(resolve, manner.delayMs ?? 0))
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes)
  }
  const server = createServer((incoming, outgoing) => {
    // A server that is away looks like one: the connection ends without an answer.
    relay(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port,
    /** From now on the server behaves like this. */
    behave(next: Manner): void {
      manner = next
    },
    /** @returns when the next batch has come this far; it goes on to the server */
    nextBatch: () =>
      new Promise<void>(resolve => {
        whenHere = resolve
      }),
    /** Keeps the next batch for ever. @returns when it is there */
    holdNextBatch: (at: HoldAt) =>
      new Promise<void>(resolve => {
        holdAt = at
        whenHeld = resolve
      }),
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function ask(
  port: number,
  { url, method, headers }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: url, method, agent: false }
    httpRequest({ ...options, headers: { ...headers, host: `127.0.0.1:${port}` } }, resolve)
      .once('error', reject)
      .end(body)
  })
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}
