/** The tests of the pipeline once more, with all fetching and decoding done by other processes behind sockets. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FetchJob, PictureJob } from '../src/work/work.ts'
import { expectConsistent, names, startPictureHost } from './support/ingest-checks.ts'
import { candidate, runIngest, workplace } from './support/run-ingest.ts'
import { type SocketWorkers, startSocketWorkers } from './support/socket-workers.ts'
import { createSocketWorkshop } from './support/socket-workshop.ts'

let workers: SocketWorkers
const { open } = workplace

beforeAll(async () => {
  workers = await startSocketWorkers(2, { children: 1 })
  workplace.open = () => createSocketWorkshop({ paths: workers.paths })
})
afterAll(async () => {
  workplace.open = open
  await workers.close()
})

// Their own describe each, for their hooks are theirs alone.
describe('ingest.test.ts', async () => {
  await import('./ingest.test.ts')
})
describe('ingest-interruptions.test.ts', async () => {
  await import('./ingest-interruptions.test.ts')
})
describe('retry-thumbnail.test.ts', async () => {
  await import('./retry-thumbnail.test.ts')
})
describe('near-duplicates.test.ts', async () => {
  await import('./near-duplicates.test.ts')
})
describe('stand-ins.test.ts', async () => {
  await import('./stand-ins.test.ts')
})

describe('workers', () => {
  test('that are killed again and again cost no candidate its outcome, and no picture is there twice', async () => {
    const host = await startPictureHost()
    const run = await runIngest({ pace: { perHost: 2 } })
    const paths = ['files', 'chunked', 'redirect/1'].flatMap(way => names.map(name => `/${way}/${name}.jpg`))
    const dataset = run.collect(paths.map((path, at) => candidate([host.url(path, `h${at}.example`)])))
    let kills = 0
    const stopListening = run.ingest.onChange(() => {
      const { stored, duplicate } = dataset.counts()
      // Whichever worker it is: each has pictures in hand while others are still queued.
      if (stored + duplicate < 5 * (kills + 1) || kills === 4) return
      const pid = workers.pids()[kills++ % 2]
      if (pid) process.kill(pid, 'SIGKILL')
    })
    await run.settled()
    stopListening()
    expect(kills).toBe(4)
    expect(dataset.counts()).toMatchObject({ stored: 10, duplicate: 20, failed: 0, rejected: 0, leased: 0 })
    expectConsistent(dataset)
    expect(run.fatal).toEqual([])
    expect(await run.close()).toEqual([])
    await host.close()
  })

  test('are told of the picture and what it shall become, and of nothing else', async () => {
    const host = await startPictureHost()
    const jobs: (FetchJob | PictureJob)[] = []
    const run = await runIngest({
      adapt: parts => ({
        ...parts,
        workshop: {
          fetch: (job, signal) => {
            jobs.push(job)
            return parts.workshop.fetch(job, signal)
          },
          open: (job, signal) => {
            jobs.push(job)
            return parts.workshop.open(job, signal)
          },
        },
      }),
    })
    const dataset = run.collect([candidate([host.url('/files/one.jpg')])], { client: 'client-of-a-person' })
    await run.settled()
    expect(jobs).toHaveLength(2)
    const [fetched, decoded] = jobs.map(job =>
      JSON.stringify(job, (key, value) => (key === 'bytes' ? 0 : value)),
    )
    const secrets = [run.folder, dataset.folder, dataset.id, 'Birds', 'Red panda', 'client-of-a-person']
    for (const secret of secrets) expect(`${fetched} ${decoded}`).not.toContain(secret)
    expect(Object.keys(JSON.parse(decoded ?? '')).sort()).toEqual(['bytes', 'settings'])
    expect(Object.keys(JSON.parse(decoded ?? '').settings).sort()).toEqual([
      'accept',
      'isLikelyWanted',
      'render',
    ])
    expect(await run.close()).toEqual([])
    await host.close()
  })
})
