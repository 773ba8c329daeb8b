/** Stopping ends, whatever clients and parts do, and lets go of the data folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { type Seams, startServer } from '../src/main.ts'
import { openHome } from '../src/store/index.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gleaner-stop-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const start = (seams?: Seams) => startServer(readConfig({ home, port: '0' }, {}), createLog(home), seams)

/** Throws while somebody else holds the folder. */
const takeFolder = async () => (await openHome({ folder: home, now: Date.now })).close()

test('a client that stalls in the middle of its request does not hold the server up', async () => {
  const server = await start()
  const client = connect({ host: '127.0.0.1', port: server.port })
  const isCut = new Promise(resolve => client.on('error', () => {}).once('close', resolve))
  const head = `POST /api/hello HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: application/json`
  // The server says when it has begun to wait for the body.
  client.write(`${head}\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n{"half`)
  await new Promise(resolve => client.once('data', resolve))
  await server.stop()
  await isCut
  await takeFolder()
})

test('a part that fails while it is taken apart keeps no other from it', async () => {
  const close = async () => {
    throw new Error('stuck')
  }
  const fetch = async () => {
    throw new Error('never called')
  }
  const server = await start({ fetcher: { fetch, close } })
  await server.stop()
  await takeFolder()
})

test('who stops a server that is stopping waits for the same end', async () => {
  const server = await start()
  void server.stop()
  await server.stop()
  await takeFolder()
})
