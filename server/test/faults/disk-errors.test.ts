/** A disk that fails under a running server: no receipt is broken, and a failed sync ends the process at once. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownerName } from '../../src/store/index.ts'
import type { BadHost } from '../support/bad-host.ts'
import { noPromises, violations } from '../support/crash.ts'
import { names, startPictureHost } from '../support/ingest-checks.ts'
import { temporaryFolder } from '../support/samples.ts'
import { canTrace, type Injection, withInjection } from './support/means.ts'
import { createCount, howMany, patience } from './support/report.ts'
import { runServer, type ServerProcess, settled, workedOff } from './support/run-server.ts'

/** What `gleaner serve` ends with when the disk cannot be trusted any more. */
const exitFatalDisk = 74

let host: BadHost
/** A home that has its dataset and one picture, so that a start after that syncs little; and what its server had promised. */
let model: { readonly root: ReturnType<typeof temporaryFolder>; readonly server: ServerProcess }
beforeAll(async () => {
  host = await startPictureHost()
  const root = temporaryFolder()
  const server = await runServer({ home: join(root.path, 'home') })
  await server.collect(pictures(0, 1))
  await settled(server)
  server.signal('SIGTERM')
  expect(await server.ended).toBe(0)
  model = { root, server }
})
afterAll(async () => {
  model?.root[Symbol.dispose]()
  await host?.close()
})

const pictures = (from = 0, to = names.length) =>
  names.slice(from, to).map(name => host.url(`/files/${name}.jpg`, `${name}.example`))

/** What a home breaks of what a server promised, and a start after that mends. */
async function broken(home: string, servers: readonly ServerProcess[]): Promise<string[]> {
  const promises = noPromises()
  for (const { acknowledged } of servers) {
    for (const batch of acknowledged) promises.batches.set(batch.batchId, batch)
  }
  return violations(home, promises, ownerName)
}

/** Makes a home like the model, with its rights. @returns the server that had made it */
function prepared(home: string): ServerProcess {
  execFileSync('cp', ['-a', join(model.root.path, 'home'), home])
  return model.server
}

/**
 * Syncs by the very handle whose sync had failed, after it had: they would seem to work, for an error is told to each
 * handle once. Another one that is open at the time is told, too.
 */
function syncsAfterFailure(trace: string): string[] {
  const lines = trace.split('\n')
  const first = lines.findIndex(line => line.includes('EIO') && line.includes('INJECTED'))
  const thread = lines[first]?.split(' ')[0] ?? ''
  // A call that takes its time has its path in the line where it begins.
  const begun = lines.slice(0, first + 1).findLast(line => line.startsWith(thread) && line.includes('fsync('))
  const failed = /\((\d+<[^>]+>)/.exec(begun ?? '')?.[1]
  if (first === -1 || !failed) return []
  return lines.slice(first + 1).filter(line => line.includes(`(${failed}`))
}

const everyFault: readonly (readonly [what: string, injection: Omit<Injection, 'out'>])[] = [
  ...[1, 2, 3, 5, 8, 4, 6, 7, 10, 12].map(once),
  ['every fsync from the 4th', { calls: ['fsync'], effect: 'error=EIO', when: '4+' }],
]
function once(n: number): (typeof everyFault)[number] {
  return [`fsync ${n} once`, { calls: ['fsync'], effect: 'error=EIO', when: String(n) }]
}

/** A fault that was not made proves nothing. */
const unlessMade = (trace: string) => (trace.includes('INJECTED') ? [] : ['the fault was never made'])

test.skipIf(!canTrace)(
  'a failed fsync ends the server with a code of its own, is not tried again, and loses nothing (needs strace)',
  { timeout: patience(300_000) },
  async context => {
    const count = createCount(context)
    const faults = everyFault.slice(0, howMany(3, everyFault.length))
    const exits: unknown[] = []
    for (const [what, injection] of [...faults, ...everyFault.slice(-1)]) {
      using root = temporaryFolder()
      const home = join(root.path, 'home')
      const out = join(root.path, 'trace')
      const before = prepared(home)
      const server = await runServer({ home, wrap: withInjection({ ...injection, out }) })
      for (let n = 1; n < names.length && server.pid > 0; n += 3) await server.collect(pictures(n, n + 3))
      const exit = await workedOff(server)
      exits.push(exit)
      const trace = readFileSync(out, 'utf8')
      const wasHit = trace.includes('INJECTED')
      count.add(what, [
        ...(await broken(home, [before, server])),
        ...unlessMade(trace),
        ...syncsAfterFailure(trace).map(line => `tried again: ${line}`),
        // At the start the dataset is set aside, which gives no receipts either.
        ...(wasHit && exit === 0 && server.acknowledged.length > 0
          ? ['it went on as if nothing had happened']
          : []),
      ])
    }
    count.expectNone()
    expect(exits).toContain(exitFatalDisk)
  },
)

test.skipIf(!canTrace)(
  'a write that fails once or for a while costs nothing but time (needs strace)',
  { timeout: patience(300_000) },
  async context => {
    const count = createCount(context)
    const whens = ['9', '14..18', '20..30', '40..60', '5..8', '80..90'].slice(0, howMany(1, 6))
    for (const effect of ['error=EIO', 'error=ENOSPC'] as const) {
      for (const when of whens) {
        using root = temporaryFolder()
        const home = join(root.path, 'home')
        const before = prepared(home)
        const path = join(home, 'birds', 'gleaner.db-wal')
        const out = join(root.path, 'trace')
        const wrap = withInjection({ calls: ['pwrite64'], effect, when, path, out })
        const server = await runServer({ home, wrap })
        for (let n = 1; n < names.length; n += 3) await server.collect(pictures(n, n + 3))
        await workedOff(server)
        count.add(`${effect} ${when}`, [
          ...(await broken(home, [before, server])),
          ...unlessMade(readFileSync(out, 'utf8')),
        ])
      }
    }
    count.expectNone()
  },
)

test.skipIf(!canTrace)(
  'a file that somebody holds for a moment gets its name a moment later (needs strace)',
  { timeout: patience(120_000) },
  async context => {
    const count = createCount(context)
    for (const error of ['EPERM', 'EBUSY', 'EACCES'].slice(0, howMany(1, 3))) {
      using root = temporaryFolder()
      const home = join(root.path, 'home')
      const before = prepared(home)
      const out = join(root.path, 'trace')
      const wrap = withInjection({ calls: ['rename'], effect: `error=${error}`, when: '1..3', out })
      const server = await runServer({ home, wrap })
      await server.collect(pictures(1, 3))
      await settled(server)
      const { stored } = await server.counts()
      server.signal('SIGTERM')
      const exit = await server.ended
      count.add(error, [
        ...(await broken(home, [before, server])),
        ...unlessMade(readFileSync(out, 'utf8')),
        ...(stored === 2 && exit === 0 ? [] : [`${stored} stored, exit ${exit}`]),
      ])
    }
    count.expectNone()
  },
)

test.skipIf(!canTrace)(
  'a disk that turns read-only gives no receipt that does not hold (needs strace)',
  { timeout: patience(120_000) },
  async context => {
    const count = createCount(context)
    using root = temporaryFolder()
    const home = join(root.path, 'home')
    const before = prepared(home)
    const path = join(home, 'birds', 'gleaner.db-wal')
    const wrap = withInjection({ calls: ['pwrite64'], effect: 'error=EROFS', when: '12+', path })
    const server = await runServer({ home, wrap })
    const answers: number[] = []
    for (let n = 1; n < 8 && server.pid > 0; n += 1) answers.push(await server.collect(pictures(n, n + 1)))
    await workedOff(server)
    const refused = answers.filter(status => status >= 500 || status === 0)
    count.add('EROFS', [
      ...(await broken(home, [before, server])),
      ...(refused.length > 0 ? [] : [`nothing was refused: ${answers}`]),
    ])
    count.expectNone()
  },
)

test('a dataset whose folder is deleted under the server takes nothing more in', {
  timeout: patience(60_000),
}, async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const home = join(root.path, 'home')
  const server = await runServer({ home })
  await server.collect(pictures(0, 2))
  await settled(server)
  rmSync(join(home, 'birds'), { recursive: true })
  const status = await server.collect(pictures(2, 4))
  server.signal('SIGTERM')
  const exit = await server.ended
  count.add('deleted', [
    ...(status >= 200 && status < 300 ? [`a receipt was given for nothing: ${status}`] : []),
    ...(exit === 0 || exit === exitFatalDisk ? [] : [`exit ${exit}`]),
  ])
  count.expectNone()
})
