/** The pipeline when it is stopped, when hosts or the whole network go away, and when the disk gives trouble. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, catalogue } from '@gleaner/shared/errors'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createFetcher } from '../src/net/fetch.ts'
import type { Disk } from '../src/pipeline/disk.ts'
import type { DatasetStore, LeasedCandidate } from '../src/store/index.ts'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, names, onlyRow, startPictureHost } from './support/ingest-checks.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, rowsByPath, runIngest } from './support/run-ingest.ts'

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
  for (const folder of keptFolders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function start(options: RunOptions = {}): Promise<RunningIngest> {
  host.reset()
  run = await runIngest(options)
  return run
}

const at = (path: string, name = 'img1.example') => host.url(path, name)

const keptFolders: string[] = []
/** A home folder that outlives a stop. */
function keptFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-restart-'))
  keptFolders.push(folder)
  return folder
}

describe('interruptions', () => {
  test('what failed can be tried again by its reason', async () => {
    const { collect, settled, rules, ingest } = await start()
    const dataset = collect([candidate([at('/flaky/5/one.jpg')]), candidate([at('/status/403')])])
    await settled()
    expect(rowsByPath(dataset)['/flaky/5/one.jpg']).toMatchObject({ code: 'DOWNLOAD_SERVER_ERROR' })
    expect(dataset.retry({ code: 'DOWNLOAD_SERVER_ERROR' }, rules)).toBe(1)
    ingest.wake()
    await settled()
    expect(rowsByPath(dataset)['/flaky/5/one.jpg']).toMatchObject({ state: 'stored' })
    expect(host.hits({ path: '/status/403' })).toBe(1)
  })

  test('what a sign-in page of the network swallowed can be tried again by its reason', async () => {
    let isCaptive = true
    const adapt: NonNullable<RunOptions['adapt']> = parts => {
      const captive = createFetcher({
        resolve: async () => ['192.168.1.1'],
        allowPeer: () => false,
        userAgent: 'gleaner-test',
        now: () => performance.now(),
      })
      return {
        ...parts,
        workshop: {
          ...parts.workshop,
          fetch: ({ url, ...job }, signal) =>
            isCaptive
              ? captive.fetch(url, { ...job, signal })
              : parts.workshop.fetch({ url, ...job }, signal),
        },
      }
    }
    const { collect, settled, rules, ingest } = await start({ adapt })
    const dataset = collect([candidate([at('/files/one.jpg')])])
    await settled()
    const code = 'DOWNLOAD_PRIVATE_ADDRESS'
    expect(onlyRow(dataset)).toMatchObject({ state: 'rejected', code })
    expect(catalogue[code].retry).toBe('ask-user')
    isCaptive = false
    expect(dataset.retry({ code }, rules)).toBe(1)
    ingest.wake()
    await settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored' })
  })

  test('stopping in mid-flight gives back what is in hand, and the next start goes on', async () => {
    const folder = keptFolder()
    const first = await start({ folder, limits: { graceMs: 20, stopMs: 2_000, hands: 4 } })
    const slow = names
      .slice(2)
      .map((name, place) => candidate([at(`/slow/60000/${name}.jpg`, `s${place}.example`)]))
    const quick = names.slice(0, 2).map(name => candidate([at(`/files/${name}.jpg`, `${name}.example`)]))
    const dataset = first.collect([...quick, ...slow])
    await until(() => dataset.counts().stored === 2 && first.ingest.activity().inHand === 4)
    await first.ingest.stop()
    expect(dataset.counts()).toMatchObject({ stored: 2, queued: 8, leased: 0 })
    await first.stop()

    const second = await start({ folder, adapt: quickly })
    await second.settled()
    expect(second.home.byId(dataset.id)?.counts()).toMatchObject({ stored: 10, queued: 0 })
    // Nothing that was stored is fetched again.
    expect(host.hits({ path: '/files/zero.jpg' })).toBe(0)
  })

  test('what is in hand is finished when it ends in time', async () => {
    const { collect, ingest } = await start({ limits: { graceMs: 60_000 } })
    const dataset = collect([candidate([at('/slow/200/one.jpg')]), candidate([at('/slow/200/two.jpg')])])
    await until(() => ingest.activity().inHand === 2)
    await ingest.stop()
    expect(dataset.counts()).toMatchObject({ stored: 2 })
  })

  test('work that will not stop is left to the next start, and writes nothing any more', async () => {
    const folder = keptFolder()
    const late: (() => void)[] = []
    const deaf: RunOptions = {
      limits: { graceMs: 10, stopMs: 20 },
      adapt: parts => ({
        ...parts,
        workshop: {
          ...parts.workshop,
          open: (...args) =>
            new Promise(resolve => void late.push(() => resolve(parts.workshop.open(...args)))),
        },
      }),
    }
    const first = await start({ folder, ...deaf })
    const dataset = first.collect([candidate([at('/files/one.jpg')])])
    await until(() => late.length === 1)
    await first.stop()
    for (const goOn of late) goOn()

    const second = await start({ folder })
    await second.settled()
    expect(second.home.byId(dataset.id)?.counts()).toMatchObject({ stored: 1, leased: 0 })
    expect([...first.fatal, ...first.lines]).toEqual(['stopped-with-work-in-hand {"inHand":1}'])
  })

  test('a lease that was lost changes nothing', async () => {
    const { collect, settled, home } = await start()
    const dataset = collect([candidate([at('/slow/200/one.jpg')])])
    await until(() => dataset.counts().leased === 1)
    const [row] = dataset.candidates({}, { limit: 1 }).candidates
    expect(row?.state).toBe('leased')
    // Somebody else ends it meanwhile.
    const token = { id: row?.id ?? 0, token: 1 } as LeasedCandidate
    const end = {
      state: 'cancelled',
      code: 'CANCELLED',
      explanation: 'Cancelled.',
      sourceIndex: 0,
      attempts: [],
    } as const
    expect(await dataset.finish(token, end)).toBe(true)
    await settled()
    await until(() => run.ingest.activity().inHand === 0)
    expect(onlyRow(dataset)).toMatchObject({ state: 'cancelled' })
    expect(home.datasets()[0]?.summary().images).toBe(0)
  })

  test('an outage of the whole network costs no tries', async () => {
    const pace = { networkDownAfter: 2, firstBackoffMs: 5, longestProbeMs: 10 }
    const { collect, settled, ingest } = await start({ pace, limits: { maxTries: 2 } })
    await host.goDown()
    const dataset = collect(names.map(name => candidate([at(`/files/${name}.jpg`, `${name}.example`)])))
    await until(() => ingest.activity().reason === 'network-down')
    let changes = 0
    const stopListening = ingest.onChange(() => void changes++)
    await until(() => changes > 30)
    stopListening()
    expect(dataset.counts()).toMatchObject({ failed: 0 })
    await host.comeBack()
    await settled()
    expect(dataset.counts()).toMatchObject({ stored: 10, failed: 0 })
  })

  test('a surprise costs a candidate its tries, and nobody else anything', async () => {
    const adapt: NonNullable<RunOptions['adapt']> = parts => ({
      ...parts,
      workshop: {
        ...parts.workshop,
        fetch: async (job, signal) => {
          if (job.url.includes('/files/zero.jpg')) throw new TypeError('a mistake in the program')
          return parts.workshop.fetch(job, signal)
        },
      },
    })
    const { collect, settled, lines } = await start({ adapt, pace: { perHost: 1 } })
    const dataset = collect(names.slice(0, 3).map(name => candidate([at(`/files/${name}.jpg`)])))
    await settled()
    expect(rowsByPath(dataset)['/files/zero.jpg']).toMatchObject({
      state: 'failed',
      code: 'PROTOCOL_INTERNAL',
    })
    expect(dataset.counts()).toMatchObject({ stored: 2, failed: 1 })
    expect(lines.filter(line => line.startsWith('journey-failed'))).toHaveLength(5)
  })

  test('a host that never answers does not keep others waiting', async () => {
    const { collect, ingest } = await start({ pace: { perHost: 2 }, limits: { graceMs: 10 } })
    const stuck = Array.from({ length: 50 }, (_, n) =>
      candidate([at(`/no-headers?${n}`, 'black-hole.example')]),
    )
    const dataset = collect(stuck)
    collect(
      names.map(name => candidate([at(`/files/${name}.jpg`)])),
      { dataset: 'Fish' },
    )
    const fish = run.home.byName('Fish')
    await until(() => fish?.counts().stored === 10)
    expect(dataset.counts()).toMatchObject({ stored: 0, failed: 0 })
    expect(host.maxConcurrent({ host: 'black-hole.example' })).toBeLessThanOrEqual(2)
    expect(ingest.activity().hosts[0]).toMatchObject({ host: 'black-hole.example' })
    // Now that only it is left, waiting for it is what goes on, though requests are under way.
    await until(() => ingest.activity().reason === 'hosts-backing-off')
  })
})

describe('the disk', () => {
  test('a full disk stops work with that reason, and work goes on by itself when there is room', async () => {
    let isFull = true
    const disk: Disk = {
      hindrance: () => (isFull ? 'room' : undefined),
      mayAccept: () => true,
      failed: () => undefined,
    }
    const { collect, settled, ingest } = await start({ disk })
    const dataset = collect([candidate([at('/files/one.jpg')])])
    expect(ingest.activity()).toMatchObject({ reason: 'disk-full', queued: 1, inHand: 0 })
    isFull = false
    await settled()
    expect(dataset.counts()).toMatchObject({ stored: 1 })
  })

  test('a write that finds no room gives the candidate back and costs it nothing', async () => {
    let failures = 0
    let isResting = false
    const disk: Disk = {
      hindrance: () => (isResting ? 'room' : undefined),
      mayAccept: () => true,
      failed: () => void failures++,
    }
    const adapt = breakRecording(() => {
      if (failures > 1) return
      isResting = false
      throw new AppError('STORE_DISK_FULL')
    })
    const { collect, settled, lines } = await start({ disk, adapt })
    const dataset = collect([candidate([at('/files/one.jpg')])])
    await settled()
    expect(dataset.counts()).toMatchObject({ stored: 1 })
    expect(failures).toBe(2)
    expect(lines).toContain('disk-trouble {}')
    expect(onlyRow(dataset)?.attempts).toBe(1)
  })

  test('a failed sync while a batch is taken in ends everything, too; want of room only pauses', async () => {
    let failures = 0
    const disk: Disk = { hindrance: () => undefined, mayAccept: () => true, failed: () => void failures++ }
    const { ingest } = await start({ disk })
    ingest.trouble(new TypeError('a mistake in the program'))
    ingest.trouble(new AppError('STORE_DISK_FULL'))
    expect([failures, run.fatal]).toEqual([1, []])
    ingest.trouble(new AppError('STORE_IO', { found: 'SQLITE_IOERR_FSYNC' }))
    expect(run.fatal).toMatchObject([{ code: 'STORE_IO' }])
    expect([ingest.mayAccept(), ingest.activity().reason]).toEqual([false, 'stopping'])
    run.fatal.splice(0)
  })

  test('a failed sync ends everything with an error of its own', async () => {
    const adapt = breakRecording(() => {
      throw Object.assign(new Error('fsync'), { code: 'EIO' })
    })
    const { collect, ingest } = await start({ adapt })
    const dataset = collect([candidate([at('/files/one.jpg')]), candidate([at('/slow/60000/two.jpg')])])
    await until(() => run.fatal.length > 0)
    expect(run.fatal).toMatchObject([{ code: 'STORE_IO', cause: { code: 'EIO' } }])
    await until(() => ingest.activity().inHand === 0)
    expect(ingest.activity().reason).toBe('stopping')
    // Nothing was written any more: not even that they are given back.
    expect(dataset.counts()).toMatchObject({ leased: 2 })
    run.fatal.splice(0)
  })
})

/** Lets the slow paths of bad-host answer at once. */
const quickly: NonNullable<RunOptions['adapt']> = parts => ({
  ...parts,
  workshop: {
    ...parts.workshop,
    fetch: (job, signal) =>
      parts.workshop.fetch({ ...job, url: job.url.replace('/slow/60000/', '/slow/0/') }, signal),
  },
})

/** Has `first` called before each picture is filed. */
function breakRecording(first: () => void): NonNullable<RunOptions['adapt']> {
  const broken = new Map<DatasetStore, DatasetStore>()
  const breakStore = (store: DatasetStore) => {
    const recordImage: DatasetStore['recordImage'] = async (...args) => {
      first()
      return store.recordImage(...args)
    }
    const known = broken.get(store) ?? { ...store, recordImage }
    broken.set(store, known)
    return known
  }
  return parts => ({
    ...parts,
    home: { ...parts.home, datasets: () => parts.home.datasets().map(breakStore) },
  })
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
