import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createGatedServer, refuseNonsense } from './gate.ts'

const open: (Server | Socket)[] = []
afterEach(() => {
  for (const one of open.splice(0)) 'listen' in one ? one.close() : one.destroy()
})

/** @param checkMs - how often the server looks for those that began no request, after as long a while */
async function listen({ keepMs, checkMs }: { readonly keepMs?: number; readonly checkMs?: number }) {
  const server = createGatedServer((_request, response) => void response.end('here'))
  server.on('clientError', refuseNonsense)
  if (keepMs !== undefined) Object.assign(server, { keepAliveTimeout: keepMs, keepAliveTimeoutBuffer: 0 })
  if (checkMs !== undefined)
    Object.assign(server, { headersTimeout: checkMs, connectionsCheckingInterval: checkMs })
  open.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  open.push(socket)
  const [accepted] = await Promise.all([once(server, 'connection'), once(socket, 'connect')])
  return {
    socket,
    accepted: accepted[0] as Socket,
    request: `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`,
  }
}

/** Holds this process up, as a disk that does not answer would. */
const holdUp = (forMs: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs)

describe('a connection that is kept between requests', () => {
  test('is closed once it has been silent for long', async () => {
    const { socket, request } = await listen({ keepMs: 50 })
    socket.write(request)
    await Promise.all([once(socket, 'data'), once(socket, 'close')])
  })

  test('is not closed on a request that arrived while the server was held up', async () => {
    const { socket, request } = await listen({ keepMs: 50 })
    socket.write(request)
    await once(socket, 'data')
    socket.write(request)
    holdUp(200)
    expect(await once(socket, 'data')).toEqual([expect.stringMatching(/^HTTP\/1\.1 200 /)])
  })
})

describe('a connection that was opened before it was needed', () => {
  test('is closed without an answer to nothing', async () => {
    const { socket } = await listen({ checkMs: 50 })
    const said: string[] = []
    socket.on('data', text => said.push(String(text)))
    await once(socket, 'close')
    expect(said).toEqual([])
  })

  test('is not closed on its first request', async () => {
    const { socket, request } = await listen({ checkMs: 100 })
    socket.write(request)
    holdUp(300)
    expect(await once(socket, 'data')).toEqual([expect.stringMatching(/^HTTP\/1\.1 200 /)])
  })
})
