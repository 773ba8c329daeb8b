/** What a test may put in the place of the real parts of a server, and that nothing else can. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { startServer } from '../src/main.ts'
import type { Fetcher } from '../src/net/fetch.ts'
import { createPace } from '../src/net/pace.ts'

const sourceFolder = fileURLToPath(new URL('../src', import.meta.url))

test('the command line passes no seams', () => {
  const files = readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' })
  const calls = files
    .filter(name => name.endsWith('.ts') && name !== 'main.ts')
    .flatMap(name => [...readFileSync(join(sourceFolder, name), 'utf8').matchAll(/startServer\((.*)\)$/gm)])
    .map(([, given]) => given)
  expect(calls.length).toBeGreaterThan(0)
  for (const given of calls) expect(given).toMatch(/, createLog\([\w.]+\)$/)
})

test('the ingest keeps the limits it is given', async () => {
  const home = mkdtempSync(join(tmpdir(), 'gleaner-seams-'))
  let tries = 0
  const fetcher: Fetcher = {
    fetch: async () => {
      tries++
      return { kind: 'failed', code: 'DOWNLOAD_SERVER_ERROR', facts: {}, hops: [], tookMs: 1 }
    },
    close: async () => {},
  }
  const pace = createPace({
    now: () => performance.now(),
    random: Math.random,
    spacingMs: 0,
    firstBackoffMs: 1,
  })
  const ingestLimits = { maxTries: 3, backOffMs: 1, backOffMostMs: 1 }
  const config = readConfig({ home, port: '0' }, {})
  const server = await startServer(config, createLog(home), {
    fetcher,
    pace,
    ingestLimits,
    judge: () => null,
  })
  try {
    const token = readFileSync(join(home, '.gleaner', 'cli-token'), 'utf8').trim()
    const origin = `http://127.0.0.1:${server.port}`
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const batch = {
      batchId: 'a'.repeat(32),
      dataset: 'Birds',
      class: 'wren',
      origin: { engine: 'list' },
      candidates: [{ sources: [{ kind: 'original', url: 'http://photos.example/1.jpg' }] }],
    }
    const taken = await fetch(`${origin}/api/import`, {
      method: 'POST',
      headers,
      body: JSON.stringify(batch),
    })
    expect(taken.ok).toBe(true)
    const isDone = async () => {
      const activity = await fetch(`${origin}/api/activity`, { headers }).then(answer => answer.json())
      expect(activity).toMatchObject({ reason: 'nothing-queued' })
    }
    await vi.waitFor(isDone, { timeout: 60_000 })
    expect(tries).toBe(3)
  } finally {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
})
