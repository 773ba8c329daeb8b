/** A link in the place of a dataset's own folder: that dataset rests with its reason, the others and the server go on. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { asideForMs } from '../src/pipeline/set-aside.ts'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, startPictureHost } from './support/ingest-checks.ts'
import { candidate, type RunningIngest, runIngest } from './support/run-ingest.ts'

let host: BadHost
let run: RunningIngest
let elsewhere: string

beforeAll(async () => {
  host = await startPictureHost()
})
afterAll(() => host.close())
afterEach(async () => {
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
  rmSync(elsewhere, { recursive: true, force: true })
})

const at = (file: string, name: string) => candidate([host.url(`/files/${file}.jpg`, `${name}.example`)])

test.skipIf(process.platform === 'win32')(
  'is set aside, and goes on when its folder is put right',
  async () => {
    elsewhere = mkdtempSync(join(tmpdir(), 'gleaner-elsewhere-'))
    let skippedMs = 0
    run = await runIngest({ adapt: parts => ({ ...parts, now: () => parts.now() + skippedMs }) })
    const { collect, home, ingest } = run
    const birds = home.create('Birds')
    const fish = home.create('Fish')
    // Somebody puts a link where the pictures are, while the server runs.
    const images = join(birds.folder, 'images')
    const kept = join(birds.folder, 'images-of-before')
    if (lstatSync(images, { throwIfNoEntry: false })) renameSync(images, kept)
    else mkdirSync(kept)
    symlinkSync(elsewhere, images)

    collect(['one', 'two', 'three'].map(name => at(name, name)))
    collect([at('four', 'four'), at('five', 'five')], { dataset: 'Fish' })
    await until(() => fish.counts().stored === 2 && birds.counts().leased === 0)
    await until(() => ingest.setAside().length > 0)
    expect(ingest.setAside()).toMatchObject([{ id: birds.id, error: { code: 'STORE_UNSAFE_PATH' } }])
    expect(readdirSync(elsewhere)).toEqual([])
    await until(() => ingest.activity().inHand === 0)
    expect(birds.counts()).toMatchObject({ queued: 3, leased: 0, failed: 0, stored: 0 })
    // Nothing else is left to do.
    expect(ingest.activity()).toMatchObject({ reason: 'no-rights', queued: 3 })
    expect(run.lines.filter(line => line.startsWith('dataset-set-aside'))).toHaveLength(1)
    const asked = host.hits()

    // The others go on, and what rests asks no host.
    collect([at('six', 'six')], { dataset: 'Fish' })
    await until(() => fish.counts().stored === 3)
    expect(host.hits()).toBe(asked + 1)

    rmSync(images)
    renameSync(kept, images)
    skippedMs = asideForMs
    ingest.wake()
    await run.settled()
    expect(birds.counts()).toMatchObject({ stored: 3, queued: 0 })
    expect(ingest.setAside()).toEqual([])
    const { candidates } = birds.candidates({}, { limit: 10 })
    expect(candidates.map(({ attempts }) => attempts)).toEqual([1, 1, 1])
  },
)

test.skipIf(process.platform === 'win32')('rests while files are to be taken away, too', async () => {
  elsewhere = mkdtempSync(join(tmpdir(), 'gleaner-elsewhere-'))
  let skippedMs = 0
  run = await runIngest({ adapt: parts => ({ ...parts, now: () => parts.now() + skippedMs }) })
  const { collect, home, ingest } = run
  const batchId = '1'.repeat(32)
  const birds = collect([at('one', 'one')], { batchId })
  await run.settled()
  const images = join(birds.folder, 'images')
  renameSync(images, `${images}-of-before`)
  symlinkSync(elsewhere, images)

  home.undo('test', [batchId])
  ingest.wake()
  await until(() => ingest.setAside().length > 0)
  expect(ingest.setAside()).toMatchObject([{ id: birds.id, error: { code: 'STORE_UNSAFE_PATH' } }])
  await run.settled()
  ingest.wake()
  expect(ingest.isTidying(), 'it rests').toBe(false)

  rmSync(images)
  renameSync(`${images}-of-before`, images)
  skippedMs = 2 * asideForMs
  expect(ingest.setAside(), 'nothing is left to do but for the next start').toEqual([])
  for (const top of [images, join(birds.folder, 'originals')]) {
    for (const name of readdirSync(top)) rmSync(join(top, name), { recursive: true })
  }
})

test('rests when what was collected could not be taken in', async () => {
  elsewhere = mkdtempSync(join(tmpdir(), 'gleaner-elsewhere-'))
  run = await runIngest()
  const birds = run.home.create('Birds')
  run.ingest.wake()
  const index = join(birds.folder, 'gleaner.db')
  renameSync(index, join(elsewhere, 'gleaner.db'))
  const refused = thrownBy(() => run.collect([at('one', 'one')]))
  expect(refused).toMatchObject({ code: 'STORE_UNSAFE_PATH' })
  // As the routes tell it.
  run.ingest.trouble(refused)
  expect(run.ingest.setAside()).toMatchObject([{ id: birds.id }])
  renameSync(join(elsewhere, 'gleaner.db'), index)
})

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

/** Resolves once `holds`. */
function until(holds: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!holds()) throw new Error(`still waiting: ${JSON.stringify([run.ingest.activity(), run.lines])}`)
    },
    { timeout: 30_000, interval: 5 },
  )
}
