/** What the ingest says it is doing, and what hosts it waits for. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, names, startPictureHost } from './support/ingest-checks.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

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

test('a pause for good manners is work', async () => {
  const { collect, settled, ingest } = await start({ pace: { perHost: 1, spacingMs: 100 } })
  const reasons = new Set<string>()
  const watch = setInterval(() => void reasons.add(ingest.activity().reason), 5)
  const dataset = collect(names.slice(0, 5).map(name => candidate([at(`/files/${name}.jpg`)])))
  await settled()
  clearInterval(watch)
  expect(dataset.counts()).toMatchObject({ stored: 5 })
  reasons.delete('nothing-queued')
  expect([...reasons]).toEqual(['working'])
})

test('a host is named with the time its next candidate is due', async () => {
  const { collect, ingest } = await start({
    limits: { backOffMs: 600_000, backOffMostMs: 600_000 },
    adapt: parts => ({ ...parts, random: () => 0.5 }),
  })
  const dataset = collect([candidate([at('/cut/50/four.jpg')])])
  await until(() => dataset.counts().queued === 1 && ingest.activity().inHand === 0)
  const { reason, hosts } = ingest.activity()
  expect(reason).toBe('hosts-backing-off')
  expect(hosts).toMatchObject([{ queued: 1, inHand: 0 }])
  expect(hosts[0]?.waitMs).toBeGreaterThan(200_000)
  expect(hosts[0]?.waitMs).toBeLessThanOrEqual(300_000)
})

test('hosts that asked for a pause are waited for', async () => {
  const { collect, ingest } = await start()
  collect(names.map((_, n) => candidate([at('/retry-after/60', `h${n}.example`)])))
  await until(() => ingest.activity().reason === 'hosts-backing-off')
  expect(Math.min(...ingest.activity().hosts.map(({ waitMs }) => waitMs ?? 0))).toBeGreaterThan(30_000)
})

/** Resolves once `holds`. */
function until(holds: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!holds()) throw new Error(`still waiting: ${JSON.stringify(run.ingest.activity())}`)
    },
    { timeout: 30_000, interval: 5 },
  )
}
