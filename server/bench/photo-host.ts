/** Serves the files it is told of from memory: a process of its own, as hosts are other machines. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const files: Buffer[] = []
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const bytes = files[Number(request.url?.split('/').at(-1))]
  if (!bytes) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes)
})
const listening = new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

/** Each list of paths goes on where the one before it ended; the answer is the port. */
process.on('message', async (paths: readonly string[]) => {
  files.push(...paths.map(path => readFileSync(path)))
  await listening
  process.send?.((server.address() as AddressInfo).port)
})
process.on('disconnect', () => process.exit(0))
