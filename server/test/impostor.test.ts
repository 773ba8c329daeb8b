/** The command line shows the owner's token to the server of its folder and to nobody else. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, connectToRunning, findRunning } from '../src/cli/connection.ts'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { startServer } from '../src/main.ts'

const token = 'ab'.repeat(32)
let home: string
let impostor: Server
let heard: string
let answer: { status: number; body: string }

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'gleaner-impostor-'))
  heard = ''
  answer = { status: 204, body: '' }
  impostor = createServer((request, response) => {
    heard += [request.method, request.url, ...request.rawHeaders].join(' ')
    request.on('data', chunk => (heard += chunk))
    request.on('end', () => response.writeHead(answer.status).end(answer.body))
  })
  await new Promise<void>(resolve => impostor.listen(0, '127.0.0.1', resolve))
  const { port } = impostor.address() as AddressInfo
  mkdirSync(join(home, '.gleaner'), { mode: 0o700 })
  writeFileSync(join(home, '.gleaner', 'cli-token'), token, { mode: 0o600 })
  // What a killed server leaves behind; somebody else has its port now.
  writeFileSync(announcement(), JSON.stringify({ port, pid: 1 }), { mode: 0o600 })
})
afterEach(async () => {
  await new Promise(resolve => impostor.close(resolve))
  rmSync(home, { recursive: true, force: true })
})

const announcement = () => join(home, '.gleaner', 'server.json')
const config = () => readConfig({ home, port: '0' }, {})

test.each([
  [204, ''],
  [200, '{}'],
  [200, '{"protocol":1,"proof":null}'],
  [200, `{"protocol":1,"proof":"${'0'.repeat(64)}"}`],
  [302, ''],
])('an impostor that answers %d %j is no server and hears no token', async (status, body) => {
  answer = { status, body }
  expect(await findRunning(home)).toBeUndefined()
  await expect(connectToRunning(config())).rejects.toMatchObject({ code: 'SERVER_NOT_RUNNING' })
  expect(heard).toContain('/api/hello')
  expect(heard).not.toContain(token)
  expect(heard).not.toMatch(/authorization/i)
})

test('a command goes past the impostor to a server of its own', async () => {
  const server = await connect(config())
  expect(await server.get('/api/overview')).toMatchObject({ datasets: [] })
  await server.close()
  expect(heard).not.toContain(token)
})

test('the server of the folder proves itself', async () => {
  const server = await startServer(config(), createLog(home))
  expect(await findRunning(home)).toBe(server.port)
  expect(JSON.parse(readFileSync(announcement(), 'utf8'))).toMatchObject({ port: server.port })
  const connection = await connectToRunning(config())
  expect(await connection.get('/api/overview')).toMatchObject({ datasets: [] })
  await server.stop()
  expect(existsSync(announcement())).toBe(false)
})

test('a server that cannot start leaves no word of an earlier one', async () => {
  const { port } = impostor.address() as AddressInfo
  const starting = startServer({ ...config(), port }, createLog(home))
  await expect(starting).rejects.toMatchObject({ code: 'CONFIG_PORT_TAKEN' })
  expect(existsSync(announcement())).toBe(false)
})
