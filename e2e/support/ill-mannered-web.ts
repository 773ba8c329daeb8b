import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jpegScene } from './pictures.ts'

/**
 * Hosts of ours with manners by name: `busy….example` asks everybody to come back later, all others give a picture. Nobody
 * has rules for programs.
 *
 * @param retryAfterS - what busy hosts ask for, in seconds
 */
export async function startIllManneredWeb(retryAfterS: number) {
  /** Names of the hosts that were asked for pictures, in order. */
  const asked: string[] = []
  let pictures = 0
  const server = createServer((request, response) => {
    if (request.url === '/robots.txt') return response.writeHead(404).end()
    const host = request.headers.host ?? ''
    asked.push(host.replace(/:\d+$/, ''))
    if (host.startsWith('busy')) {
      return response.writeHead(429, { 'retry-after': String(retryAfterS) }).end('Later, please.')
    }
    pictures += 1
    return jpegScene(pictures, 480, 320).then(body =>
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length }).end(body),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    asked: asked as readonly string[],
    url: (host: string, path: string) => `http://${host}:${port}/${path}.jpg`,
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
