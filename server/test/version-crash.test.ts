/** A process that is killed while it splits pictures or makes a version leaves all of it, or nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { versionFailpointNames } from '../src/store/failpoints.ts'
import { openHome } from '../src/store/home.ts'
import { verifyDataset } from '../src/store/verify.ts'
import { temporaryFolder } from './support/samples.ts'

const worker = fileURLToPath(new URL('./support/version-worker.ts', import.meta.url))

/** @returns what it had been told was done */
async function runUntilKilled(home: string, killAt: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [worker, home, killAt, `${count}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => said.push(line))
  const read = once(reader, 'close')
  const [, signal] = await once(child, 'exit')
  await read
  expect(signal, 'the failpoint must be passed').toBe('SIGKILL')
  return said
}

const last = (said: readonly string[], what: string) =>
  said.findLast(line => line.startsWith(what))?.slice(what.length + 1)

// The second time there is something of before that has to stay.
const kills = versionFailpointNames.map(name => [name, name === 'version:row-gone' ? 1 : 2] as const)

test.each(kills)('killed at %s, the next start finds everything in order', async (killAt, count) => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'home')
  const said = await runUntilKilled(path, killAt, count)
  const between = (await verifyDataset(join(path, 'birds'))).findings.map(({ kind }) => kind)
  expect(
    between.filter(kind => kind !== 'leftover' && kind !== 'orphan' && kind !== 'unfinished-split'),
  ).toEqual([])

  const home = await openHome({ folder: path, now: Date.now })
  const store = home.byName('Birds')
  if (!store) throw new Error('no dataset')
  expect((await verifyDataset(store.folder)).findings).toEqual([])
  const versions = await store.versions.list()
  const names = versions.map(({ name }) => name)
  const removed = last(said, 'removed')
  for (const line of said.filter(each => each.startsWith('version ') && each !== `version ${removed}`)) {
    if (killAt !== 'version:row-gone' || line !== 'version two')
      expect(names).toContain(line.slice('version '.length))
  }
  expect(readdirSync(join(store.folder, 'versions')).sort()).toEqual(
    versions.map(({ digest }) => `${digest}.jsonl`).sort(),
  )
  for (const { id, images } of versions) {
    let read = 0
    for await (const _ of (await store.versions.open(id)).images()) read += 1
    expect(read).toBe(images)
  }
  const { plan, classes } = await store.splits.state()
  // What was not told may have happened all the same: then all of it has.
  const expected = killAt === 'splits:after-commit' ? 'one' : last(said, 'seed')
  expect(plan?.seed).toBe(expected)
  expect(classes[0]?.train, 'places of one plan, and not of two').toBeGreaterThan(8)
  expect(await store.splits.assign({ plan: plan ?? fail(), rebalance: false }, 'dashboard')).toMatchObject({
    moved: 0,
  })
  home.close()
})

function fail(): never {
  throw new Error('no plan')
}
