/** A server at full work that is stopped, put to sleep, short of descriptors, or read from slowly; and the backup drill. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownerName } from '../../src/store/index.ts'
import { verifyDataset } from '../../src/store/verify.ts'
import type { BadHost } from '../support/bad-host.ts'
import { startBadHost } from '../support/bad-host.ts'
import { noPromises, violations } from '../support/crash.ts'
import { picture } from '../support/pictures.ts'
import { temporaryFolder } from '../support/samples.ts'
import { createCount, howMany, patience } from './support/report.ts'
import { runServer, type ServerProcess, settled, until } from './support/run-server.ts'

const gleaner = fileURLToPath(new URL('../../src/cli/gleaner.ts', import.meta.url))
const pictures = 60

let host: BadHost
beforeAll(async () => {
  const seeds = Array.from({ length: pictures }, (_, seed) => seed)
  const files = await Promise.all(seeds.map(seed => picture(seed, { width: 240, height: 180 })))
  host = await startBadHost({ files: Object.fromEntries(files.map((bytes, seed) => [`${seed}.jpg`, bytes])) })
})
afterAll(() => host.close())

/** @param manner - how the host gives them: `files`, `slow/200` … */
const urls = (manner = 'files') =>
  Array.from({ length: pictures }, (_, n) => host.url(`/${manner}/${n}.jpg`, `h${n % 12}.example`))

async function broken(home: string, { acknowledged }: ServerProcess): Promise<string[]> {
  const promises = noPromises()
  for (const batch of acknowledged) promises.batches.set(batch.batchId, batch)
  return violations(home, promises, ownerName)
}

test('told to stop under load, it ends within its bounds, with nothing left for the next start', {
  timeout: patience(300_000),
}, async context => {
  const count = createCount(context)
  for (let run = 0; run < howMany(2, 20); run += 1) {
    using root = temporaryFolder()
    const home = join(root.path, 'home')
    const server = await runServer({ home })
    await server.collect(urls(run % 2 === 0 ? 'files' : 'slow/100'))
    const wanted = 1 + ((run * 7) % 30)
    await until(async () => (await server.counts()).stored >= wanted)
    server.signal('SIGTERM')
    const exit = await server.ended
    const { findings } = await verifyDataset(join(home, 'birds'))
    const left = new Database(join(home, 'birds', 'gleaner.db'), { readonly: true })
    const leases = left.prepare(`SELECT count(*) FROM candidate WHERE state = 'leased'`).pluck().get()
    left.close()
    count.add(`stop ${run}`, [
      ...(exit === 0 ? [] : [`exit ${exit}`]),
      ...(leases === 0 ? [] : [`${leases} candidates not given back`]),
      ...findings.map(({ kind, at }) => `left behind: ${kind} ${at}`),
      ...(await broken(home, server)),
    ])
  }
  count.expectNone()
})

test('stopped and continued as a sleeping laptop is, it goes on and does nothing twice', {
  timeout: patience(120_000),
}, async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const home = join(root.path, 'home')
  host.reset()
  const server = await runServer({ home })
  await server.collect(urls('slow/50'))
  for (let nap = 0; nap < howMany(2, 8); nap += 1) {
    server.signal('SIGSTOP')
    await pause(howMany(700, 5_000))
    server.signal('SIGCONT')
    await pause(200)
  }
  await settled(server)
  const { stored, failed } = await server.counts()
  server.signal('SIGTERM')
  const exit = await server.ended
  count.add('nap', [
    ...(exit === 0 && stored === pictures ? [] : [`exit ${exit}, ${stored} stored, ${failed} failed`]),
    ...(await broken(home, server)),
  ])
  count.expectNone()
})

test.skipIf(process.platform === 'win32')(
  'with hardly any descriptors it is slow, and every candidate ends as it should',
  { timeout: patience(180_000) },
  async context => {
    const count = createCount(context)
    for (const descriptors of [48, 56, 64].slice(-howMany(1, 3))) {
      using root = temporaryFolder()
      const home = join(root.path, 'home')
      const server = await runServer({
        home,
        wrap: ['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh'],
      })
      expect(server.pid, server.errors()).toBeGreaterThan(0)
      await server.collect(urls())
      await settled(server)
      const { stored } = await server.counts()
      server.signal('SIGTERM')
      const exit = await server.ended
      count.add(`${descriptors} descriptors`, [
        ...(stored === pictures ? [] : [`${stored} stored`]),
        ...(exit === 0 ? [] : [`exit ${exit}`]),
        ...(await broken(home, server)),
      ])
    }
    count.expectNone()
  },
)

async function runGleaner(...args: string[]) {
  const child = spawn(process.execPath, [gleaner, '--json', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'close')
  return code as number
}

test('a backup made under load restores to a sound dataset, and one that is killed has no name', {
  timeout: patience(300_000),
}, async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const home = join(root.path, 'home')
  const server = await runServer({ home })
  await server.collect(urls('slow/20'))
  for (let run = 0; run < howMany(2, 10); run += 1) {
    await until(async () => (await server.counts()).stored > run * 4)
    const target = join(root.path, `copy-${run}`)
    const code = await runGleaner('--home', home, 'backup', target)
    count.add(`drill ${run}`, code === 0 ? await drill(target) : [`exit ${code}`])

    const cut = join(root.path, `cut-${run}`)
    const child = spawn(process.execPath, [gleaner, '--home', home, 'backup', cut], { stdio: 'ignore' })
    const ended = once(child, 'close')
    await pause(150 + run * 90)
    child.kill('SIGKILL')
    await ended
    count.add(`killed backup ${run}`, existsSync(cut) ? await drill(cut) : [])
  }
  server.signal('SIGTERM')
  await server.ended
  count.expectNone()
})

/** What is restored from a copy: a home a server starts on, sound before and after. */
async function drill(target: string): Promise<string[]> {
  const before = (await verifyDataset(join(target, 'birds'))).findings.filter(
    ({ kind }) => kind !== 'unfinished-removal',
  )
  return [
    ...before.map(({ kind, at }) => `in the copy: ${kind} ${at}`),
    ...(await violations(target, noPromises())),
  ]
}

test('readers at the index while it works leave its log within bounds', {
  timeout: patience(180_000),
}, async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const home = join(root.path, 'home')
  const server = await runServer({ home })
  await server.collect(urls())
  await until(() => existsSync(join(home, 'birds', 'gleaner.db')))
  const log = join(home, 'birds', 'gleaner.db-wal')
  let largest = 0
  for (let turn = 0; turn < howMany(2, 20); turn += 1) {
    const reading = runGleaner('--home', home, 'verify', 'birds')
    for (let n = 0; n < 12; n += 1) {
      await server.collect(Array.from({ length: 200 }, (_, at) => `http://127.0.0.1:9/${turn}/${n}/${at}`))
      largest = Math.max(largest, existsSync(log) ? statSync(log).size : 0)
    }
    await reading
  }
  server.signal('SIGTERM')
  await server.ended
  const folder = readdirSync(join(home, 'birds')).filter(name => name.endsWith('-wal'))
  count.add('readers', [
    ...(largest < 64 * 1024 * 1024 ? [] : [`the log grew to ${largest} bytes`]),
    ...(folder.length === 0 ? [] : ['the log was left behind at the end']),
    ...(await broken(home, server)),
  ])
  count.expectNone()
})
