/** A host that is given up as candidates are taken up, and may be asked again before they come to it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostKey } from '../src/net/judge.ts'
import { createPace } from '../src/net/pace.ts'
import type { BadHost } from './support/bad-host.ts'
import { startPictureHost } from './support/ingest-checks.ts'
import { candidate, rowsByPath, runIngest } from './support/run-ingest.ts'

let host: BadHost

beforeAll(async () => {
  host = await startPictureHost()
})
afterAll(() => host.close())

test('every request has a place, and every place is given back', async () => {
  const key = 'dead.example'
  let skewMs = 0
  const pace = createPace({
    now: () => performance.now() + skewMs,
    random: () => 0.5,
    ...{ breakerAfter: 1, giveUpAfterMs: 0, firstBackoffMs: 600_000, spacingMs: 0 },
  })
  pace.started('well.example')
  pace.ended('well.example', { kind: 'answered' })
  pace.started(key)
  pace.ended(key, { kind: 'failed', code: 'DOWNLOAD_SERVER_ERROR' })
  expect(pace.givenUp(key)).toBeDefined()

  let unplaced = 0
  let requests = 0
  let most = 0
  const run = await runIngest({
    adapt: parts => ({
      ...parts,
      pace: {
        ...pace,
        started: name => {
          const isPlaced = pace.started(name)
          if (isPlaced) return true
          unplaced++
          skewMs += 600_000
          return false
        },
      },
      workshop: {
        ...parts.workshop,
        fetch: async (job, signal) => {
          requests++
          most = Math.max(most, requests - pace.about(hostKey(job.url)).inHand)
          try {
            return await parts.workshop.fetch(job, signal)
          } finally {
            requests--
          }
        },
      },
    }),
  })
  const paths = ['/files/one.jpg?1', '/files/one.jpg?2', '/files/one.jpg?3']
  const dataset = run.collect(paths.map(path => candidate([host.url(path, `img.${key}`)])))
  await run.settled()
  expect(unplaced, 'the first found it given up').toBe(1)
  expect(most, 'requests without a place').toBe(0)
  expect(Object.values(rowsByPath(dataset)).map(({ state }) => state)).not.toContain('failed')
  expect(pace.about(key)).toMatchObject({ inHand: 0, straightFailures: 0 })
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
})
