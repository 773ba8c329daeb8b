/**
 * The web as a long night meets it: thousands of hosts, tiny pictures that have nothing in common, and one address in
 * twenty that leads to trouble of some kind. A process of its own; tells its two ports by message.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startBadHost } from '../../support/bad-host.ts'
import { picture } from '../../support/pictures.ts'

const shape = { width: 80, height: 64, quality: 60 }

const good = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  const [, seed] = /^\/(\d+)\.jpg$/.exec(request.url ?? '') ?? []
  if (seed === undefined) {
    response.writeHead(404).end()
    return
  }
  const bytes = await picture(Number(seed), shape)
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes)
})
const one = await picture(0, shape)
const bad = await startBadHost({ files: { 'one.jpg': one, 'half.jpg': one.subarray(0, one.length / 2) } })
good.listen(0, '127.0.0.1')
await once(good, 'listening')
process.send?.({ good: (good.address() as AddressInfo).port, bad: bad.port })
process.on('disconnect', () => process.exit(0))
// Every request is remembered, which is for tests that count them.
setInterval(() => bad.reset(), 10_000)
