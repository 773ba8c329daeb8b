/** Serves the files named on standard input from memory: a process of its own, as hosts are other machines. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

process.on('message', (paths: readonly string[]) => {
  const files = paths.map(path => readFileSync(path))
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const bytes = files[Number(request.url?.split('/').at(-1))]
    if (!bytes) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes)
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
})
process.on('disconnect', () => process.exit(0))
