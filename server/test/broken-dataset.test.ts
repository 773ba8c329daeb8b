/** A dataset that cannot be opened is shown, and nothing meant for it goes elsewhere or harms the rest. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { type RunningServer, startServer } from '../src/main.ts'

let home: string
let server: RunningServer
const fatal: unknown[] = []

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gleaner-broken-'))
  mkdirSync(join(home, 'birds'), { mode: 0o700 })
  writeFileSync(join(home, 'birds', 'gleaner.db'), 'x'.repeat(5000))
  server = await startServer(readConfig({ home, port: '0' }, {}), createLog(home))
  server.onFatal(error => fatal.push(error))
})
afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})

async function ask(method: string, path: string, body?: unknown) {
  const token = readFileSync(join(home, '.gleaner', 'cli-token'), 'utf8').trim()
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return (await answer.json()) as Record<string, unknown>
}

const batch = (dataset: string) => ({
  batchId: 'a'.repeat(32),
  dataset,
  class: 'wren',
  origin: { engine: 'import' },
  candidates: [{ sources: [{ kind: 'original', url: 'http://127.0.0.1/1.jpg' }] }],
})

test('it stands in the overview and in what the start says', async () => {
  expect(server.broken).toMatchObject([{ id: 'birds' }])
  const { broken, datasets } = await ask('GET', '/api/overview')
  expect(datasets).toEqual([])
  expect(broken).toEqual([
    { id: 'birds', code: 'STORE_DAMAGED', message: expect.stringContaining('damaged') },
  ])
})

test('a batch for it is refused, the server goes on, and other datasets take theirs', async () => {
  expect(await ask('POST', '/api/import', batch('Birds'))).toMatchObject({
    code: 'STORE_DAMAGED',
    facts: { dataset: 'birds' },
  })
  expect(await ask('POST', '/api/datasets', { name: 'birds' })).toMatchObject({ code: 'STORE_DAMAGED' })
  expect(await ask('POST', '/api/import', batch('Cats'))).toMatchObject({ datasetId: 'cats' })
  expect(fatal).toEqual([])
  expect(readdirSync(home).filter(name => name !== '.gleaner')).toEqual(['birds', 'cats'])
})
