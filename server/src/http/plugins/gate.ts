/**
 * The first look at every request, before Fastify sees it: only requests that name this very server in their Host line
 * go on. A page that had its own name re-pointed at this machine (DNS rebinding) is turned away here: Host is the one
 * header no page can set.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { setSafeHeaders } from './headers.ts'
import { closeWhenSilent, destroyUnlessHeard } from './silence.ts'

/**
 * @param rawHeaders - names and values in turn, as received
 * @param target - request target as received
 * @param port - port the connection came in on
 */
export function isForUs(rawHeaders: readonly string[], target: string, port: number): boolean {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host')
  const [host] = hosts
  if (hosts.length !== 1 || host === undefined || !target.startsWith('/')) return false
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host.toLowerCase())
}

/** A server that asks {@link isForUs} first and answers 421 without a body otherwise: for every path and method. */
export function createGatedServer(handler: RequestListener): Server {
  const gated = (pass: RequestListener) => (request: IncomingMessage, response: ServerResponse) => {
    setSafeHeaders(response)
    const port = request.socket.localPort
    if (port !== undefined && isForUs(request.rawHeaders, request.url ?? '', port)) {
      pass(request as IncomingMessage & { url: string }, response as Parameters<RequestListener>[1])
    } else {
      response.writeHead(421, { connection: 'close', 'content-length': '0' }).end()
    }
  }
  const server = createServer({ requireHostHeader: false, requestTimeout: 30_000, headersTimeout: 15_000 })
  closeWhenSilent(server)
  server.on('request', gated(handler))
  server.on(
    'checkContinue',
    gated((request, response) => {
      response.writeContinue()
      handler(request, response)
    }),
  )
  server.on(
    'checkExpectation',
    gated((_request, response) => response.writeHead(417, { 'content-length': '0' }).end()),
  )
  return server
}

/**
 * Answers what is no HTTP: an empty 400, and the connection is over. Browsers open connections before they need them:
 * one that never said anything is let go of without a word, which could be taken for the answer to a first request.
 */
export function refuseNonsense(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) {
    destroyUnlessHeard(socket)
    return
  }
  if (socket.writable && socket.bytesWritten === 0) {
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  }
  socket.destroySoon()
}
