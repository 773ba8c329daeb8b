/** Why nothing moves, as the whole pipeline says it: each reason when it holds, and not when it does no longer. */
import { AppError } from '@gleaner/shared/errors'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createBandwidth } from '../src/net/bandwidth.ts'
import { createFetcher } from '../src/net/fetch.ts'
import { createDisk } from '../src/pipeline/disk.ts'
import type { DatasetStore } from '../src/store/index.ts'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, startPictureHost } from './support/ingest-checks.ts'
import { candidate, type RunningIngest, type RunOptions, runIngest } from './support/run-ingest.ts'
import { isLocal } from './support/test-workshop.ts'

let host: BadHost
let run: RunningIngest

beforeAll(async () => {
  host = await startPictureHost()
})
afterAll(() => host.close())
afterEach(async () => {
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
})

async function start(options: RunOptions = {}): Promise<RunningIngest> {
  host.reset()
  run = await runIngest(options)
  return run
}

const at = (path: string, name = 'img1.example') => host.url(path, name)
const reason = () => run.ingest.activity().reason

test('a person paused it', async () => {
  const { collect, ingest, settled } = await start()
  ingest.pause()
  collect([candidate([at('/files/one.jpg')])])
  expect(ingest.activity()).toMatchObject({ reason: 'paused', queued: 1, inHand: 0 })
  ingest.resume()
  await settled()
  expect(reason()).toBe('nothing-queued')
})

test('the bandwidth allowed is used up', async () => {
  let maxBytesPerSecond: number | null = 4_000
  const now = () => performance.now()
  const bandwidth = createBandwidth({ now, maxBytesPerSecond: () => maxBytesPerSecond })
  const fetcher = createFetcher({
    ...{ resolve: async () => ['127.0.0.1'], allowPeer: isLocal, userAgent: 'gleaner-test', now, bandwidth },
  })
  const adapt: RunOptions['adapt'] = parts => ({
    ...parts,
    bandwidth,
    workshop: {
      ...parts.workshop,
      fetch: ({ url, ...job }, signal) => fetcher.fetch(url, { ...job, signal }),
    },
  })
  const { collect, settled } = await start({ adapt })
  collect([candidate([at('/files/one.jpg')]), candidate([at('/files/two.jpg', 'img2.example')])])
  await until(() => reason() === 'bandwidth-cap')
  maxBytesPerSecond = null
  await settled()
  await fetcher.close()
  expect(reason()).toBe('nothing-queued')
})

describe('all that is left waits for the browser', () => {
  const refused = () => candidate([at('/status/403'), at('/files/two.jpg')], ['original', 'thumbnail'])

  test('and for nothing else', async () => {
    const { collect, browser, settled } = await start()
    browser.list('test')
    collect([refused()])
    await until(() => browser.list('test').fetches.length === 1)
    await until(() => reason() === 'waiting-for-browser')
    const [fetch] = browser.list('test').fetches
    expect(run.ingest.activity().waitMs).toBeGreaterThan(60_000)
    if (fetch) browser.refuse('test', fetch, 'BROWSER_FETCH_REFUSED')
    await settled()
    expect(reason()).toBe('nothing-queued')
  })

  test('but not where a host is waited for, too', async () => {
    const { collect, browser } = await start()
    browser.list('test')
    const dataset = collect([refused(), candidate([at('/retry-after/60', 'resting.example')])])
    await until(() => browser.list('test').fetches.length === 1 && run.ingest.activity().inHand === 0)
    await until(() => dataset.counts().queued === 2)
    expect(reason()).toBe('hosts-backing-off')
  })
})

test('the server lost its right to the folder, which is told from a full disk', async () => {
  let found: 'EACCES' | 'ENOSPC' | undefined = 'EACCES'
  const room = () => ({ freeBytes: 1e12, totalBytes: 2e12 })
  const clock = { skippedMs: 0 }
  const disk = createDisk({ room, now: () => performance.now() + clock.skippedMs })
  const { collect, settled } = await start({ disk, adapt: failingToFile(() => found) })
  const dataset = collect([candidate([at('/files/one.jpg')])])
  await until(() => reason() === 'no-rights')
  expect(dataset.counts()).toMatchObject({ queued: 1, failed: 0 })
  found = 'ENOSPC'
  clock.skippedMs += 5_000
  run.ingest.wake()
  await until(() => reason() === 'disk-full')
  found = undefined
  clock.skippedMs += 5_000
  run.ingest.wake()
  await settled()
  expect(dataset.counts()).toMatchObject({ stored: 1, queued: 0 })
  expect(reason()).toBe('nothing-queued')
})

test('a log of the index that grew too long is told beside whatever goes on', async () => {
  let isLogTooLong = true
  const { ingest, collect, settled } = await start({
    adapt: parts => ({ ...parts, home: { ...parts.home, isLogTooLong: () => isLogTooLong } }),
  })
  expect(ingest.activity()).toMatchObject({ reason: 'nothing-queued', isLogTooLong: true })
  // It keeps nobody from working.
  const dataset = collect([candidate([at('/files/one.jpg')])])
  await settled()
  expect(dataset.counts()).toMatchObject({ stored: 1 })
  isLogTooLong = false
  expect(ingest.activity()).toMatchObject({ isLogTooLong: false })
})

/** Filing a picture fails as the disk is told to. */
function failingToFile(how: () => 'EACCES' | 'ENOSPC' | undefined): NonNullable<RunOptions['adapt']> {
  const made = new Map<DatasetStore, DatasetStore>()
  const fail = (store: DatasetStore): DatasetStore => {
    const recordImage: DatasetStore['recordImage'] = async (...given) => {
      const found = how()
      if (found) throw new AppError(found === 'ENOSPC' ? 'STORE_DISK_FULL' : 'STORE_IO', { found })
      return store.recordImage(...given)
    }
    const known = made.get(store) ?? { ...store, recordImage }
    made.set(store, known)
    return known
  }
  return parts => ({ ...parts, home: { ...parts.home, datasets: () => parts.home.datasets().map(fail) } })
}

/** Resolves once `holds`. */
function until(holds: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!holds()) throw new Error(`still waiting: ${JSON.stringify(run.ingest.activity())}`)
    },
    { timeout: 30_000, interval: 5 },
  )
}
