/** A person pauses the ingest: nothing more is taken up, nothing in hand is lost, and it holds over a restart. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { BadHost } from './support/bad-host.ts'
import { names, startPictureHost } from './support/ingest-checks.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

let host: BadHost
let folder: string
let run: RunningIngest

beforeAll(async () => {
  host = await startPictureHost()
})
afterAll(() => host.close())
beforeEach(() => {
  host.reset()
  folder = mkdtempSync(join(tmpdir(), 'gleaner-pause-'))
})
afterEach(async () => {
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
  rmSync(folder, { recursive: true })
})

async function start(options: RunOptions = {}): Promise<RunningIngest> {
  run = await runIngest({ folder, ...options })
  return run
}

const pictures = (from: number, to: number) =>
  names.slice(from, to).map(name => candidate([host.url(`/files/${name}.jpg`, 'img1.example')]))

test('what is in hand is brought to its end, what waits goes on waiting, and batches are taken in', async () => {
  const { collect, ingest, settled } = await start({ pace: { perHost: 1, spacingMs: 5 } })
  const dataset = collect(pictures(0, 4))
  expect(ingest.activity().inHand).toBe(1)
  ingest.pause()
  expect(ingest.activity()).toMatchObject({ reason: 'paused', isPaused: true })
  await vi.waitFor(() => expect(ingest.activity().inHand).toBe(0), { timeout: 20_000 })
  collect(pictures(4, 5))
  expect(dataset.counts()).toMatchObject({ stored: 1, queued: 4, leased: 0 })
  expect(ingest.activity()).toMatchObject({ reason: 'paused', queued: 4, inHand: 0 })
  expect(host.hits()).toBe(1)
  ingest.resume()
  await settled()
  expect(dataset.counts()).toMatchObject({ stored: 5, queued: 0 })
})

test('a pause holds over a restart', async () => {
  const first = await start()
  first.ingest.pause()
  first.collect(pictures(0, 2))
  await first.stop()
  const { ingest, home, settled } = await start()
  ingest.wake()
  expect(ingest.activity()).toMatchObject({ reason: 'paused', queued: 2, inHand: 0 })
  expect(host.hits()).toBe(0)
  ingest.resume()
  await settled()
  expect(home.datasets().map(dataset => dataset.counts().stored)).toEqual([2])
})

test('nothing is paused by itself', async () => {
  const { collect, settled, ingest } = await start()
  collect(pictures(0, 1))
  await settled()
  expect(ingest.activity()).toMatchObject({ reason: 'nothing-queued', isPaused: false })
})
