/** Kills a collecting process and looks at what it leaves behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Batch } from '@gleaner/shared/collect'
import type { CandidateState } from '@gleaner/shared/outcome'
import { openHome } from '../../src/store/home.ts'
import type { ImageId } from '../../src/store/types.ts'
import { type FindingKind, verifyDataset } from '../../src/store/verify.ts'
import type { Ack, Mutant } from './crash-worker.ts'
import { clientId, digestOf, openRules } from './samples.ts'

const worker = fileURLToPath(new URL('./crash-worker.ts', import.meta.url))

/** Within this a worker has passed where it is to die, however busy the machine is. */
const longestLifeMs = 100_000

/** What may lie around between a crash and the next start. */
const allowedAfterCrash: ReadonlySet<FindingKind> = new Set([
  'leftover',
  'orphan',
  'unfinished-removal',
  'unfinished-rename',
])

/** Where candidates may be whose collect was undone: one may have brought a better copy of a picture that stays. */
const ends: ReadonlySet<CandidateState> = new Set(['cancelled', 'blocked', 'upgraded'])

export interface Run {
  readonly home: string
  readonly seed: number
  /** Name of a failpoint; with `count`, the process kills itself when it passes there for the n-th time. */
  readonly killAt?: string
  readonly count?: number
  /** How long after the process is ready, and has said so much, it is killed from outside. */
  readonly killAfterMs?: number
  readonly killAfterLines?: number
  readonly mutant?: Mutant
  /** Program and arguments that run the worker's command line: a tracer, say. */
  readonly wrap?: readonly string[]
}

/** Runs a worker until it is dead. @returns what it had acknowledged, and whether it died at its failpoint */
export async function runUntilKilled(run: Run) {
  const kill = run.killAt ? `${run.killAt}@${run.count ?? 1}` : ''
  const line = [process.execPath, worker, run.home, String(run.seed), kill, run.mutant ?? '']
  const [command = process.execPath, ...args] = [...(run.wrap ?? []), ...line]
  // A group of its own: a tracer that is killed lets what it traced go on.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const acks: Ack[] = []
  const lines = createInterface({ input: child.stdout })
  const read = once(lines, 'close')
  const ready = new Promise<void>(resolve => {
    lines.on('line', line => {
      acks.push(JSON.parse(line) as Ack)
      if (acks.length >= (run.killAfterLines ?? 1)) resolve()
    })
    lines.on('close', resolve)
  })
  const ended = once(child, 'exit')
  await ready
  await Promise.race([ended, pause(run.killAfterMs ?? longestLifeMs)])
  const isDead = child.signalCode !== null || child.exitCode !== null
  if (!isDead && child.pid) process.kill(-child.pid, 'SIGKILL')
  await ended
  await read
  return { acks, diedByItself: isDead, exitCode: child.exitCode }
}

/** Everything acknowledged by all runs over one home so far. */
export interface Promises {
  readonly batches: Map<string, Batch>
  /** On their way when their process was killed: taken in or not. */
  readonly open: Map<string, Batch>
  readonly images: Set<ImageId>
  /** Removal was begun: may be there or not, whatever is done to it meanwhile. */
  readonly doomed: Set<ImageId>
  /** Removal was acknowledged: must never be seen again. */
  readonly removed: Set<ImageId>
  /** Addresses only batches name that were undone, as far as was said: they must not go on. */
  readonly undone: Set<string>
}

export function noPromises(): Promises {
  return {
    batches: new Map(),
    open: new Map(),
    images: new Set(),
    doomed: new Set(),
    removed: new Set(),
    undone: new Set(),
  }
}

export function note(promises: Promises, acks: readonly Ack[]): void {
  for (const ack of acks) {
    if (ack.kind === 'sending') promises.open.set(ack.batch.batchId, ack.batch)
    if (ack.kind === 'batch') {
      promises.open.delete(ack.batch.batchId)
      promises.batches.set(ack.batch.batchId, ack.batch)
    }
    if (ack.kind === 'recorded') promises.images.add(ack.imageId)
    if (ack.kind === 'removing') promises.doomed.add(ack.imageId)
    if (ack.kind === 'removed') promises.removed.add(ack.imageId)
    // Sent again, perhaps not acknowledged any more: whether it goes on is open.
    if (ack.kind === 'sending') for (const url of urlsOf(ack.batch)) promises.undone.delete(url)
    if (ack.kind === 'undone') undo(promises, ack.batchId)
  }
}

const urlsOf = ({ candidates }: Batch) => candidates.map(({ sources }) => sources[0]?.url ?? '')

function undo({ batches, open, undone }: Promises, batchId: string): void {
  const gone = batches.get(batchId)
  if (!gone) return
  batches.delete(batchId)
  const wanted = new Set([...batches.values(), ...open.values()].flatMap(urlsOf))
  for (const url of urlsOf(gone)) if (!wanted.has(url)) undone.add(url)
}

/**
 * @param client - who sent the batches
 * @returns every way in which a home breaks what was promised; right after the crash, and after the next start
 */
export async function violations(home: string, promises: Promises, client = clientId): Promise<string[]> {
  const found: string[] = []
  const folder = join(home, 'birds')
  if (existsSync(folder)) {
    const report = await verifyDataset(folder)
    for (const { kind, at, detail } of report.findings) {
      if (!allowedAfterCrash.has(kind)) found.push(`after the crash: ${kind} ${at}: ${detail}`)
    }
    found.push(...tornFiles(folder))
  }
  const opened = await openHome({ folder: home, now: Date.now })
  try {
    for (const { id, error } of opened.broken()) found.push(`broken: ${id}: ${error.message}`)
    const store = opened.byName('Birds')
    if (promises.batches.size > 0 && !store) found.push('the dataset is gone')
    if (store) {
      store.acts.resume()
      await store.acts.idle()
      if (store.acts.page({ limit: 500 }).acts.some(({ state }) => /ing$/.test(state))) {
        found.push('an act does not come to its end')
      }
      for (const batch of promises.batches.values()) {
        const before = JSON.stringify(store.counts())
        if (!store.hasBatch(client, batch.batchId)) found.push(`lost batch ${batch.batchId}`)
        const missing = store.lookup(urlsOf(batch))
        if (missing.includes(null)) found.push(`batch ${batch.batchId} lost a candidate`)
        opened.accept(client, batch, openRules)
        if (JSON.stringify(store.counts()) !== before) found.push(`batch ${batch.batchId} was taken twice`)
      }
      for (const id of promises.images) {
        if (!promises.doomed.has(id) && !store.imageFile(id)) found.push(`lost picture ${id}`)
      }
      const urls = [...promises.undone]
      const goesOn = store.lookup(urls).findIndex(known => known && !ends.has(known.state))
      if (goesOn !== -1) found.push(`${urls[goesOn]} was undone, and goes on`)
      for (const id of promises.removed) if (store.imageFile(id)) found.push(`picture ${id} came back`)
      if (store.counts().leased > 0) found.push('a lease outlived its process')
    }
  } finally {
    opened.close()
  }
  if (existsSync(folder)) {
    const report = await verifyDataset(folder)
    for (const { kind, at, detail } of report.findings) found.push(`after recovery: ${kind} ${at}: ${detail}`)
  }
  return found
}

/** Anybody may look at any moment: every file under a final name is whole, every class folder holds one. */
function tornFiles(folder: string): string[] {
  const found: string[] = []
  for (const top of ['images', 'originals']) {
    for (const name of readdirSync(join(folder, top))) {
      const files = readdirSync(join(folder, top, name))
      if (files.length === 0 && top === 'images') found.push(`empty class folder ${name}`)
      for (const file of files) {
        const bytes = readFileSync(join(folder, top, name, file))
        const isWhole = top === 'images' ? isWholeJpeg(bytes) : file.startsWith(digestOf(bytes))
        if (!isWhole) found.push(`torn file ${top}/${name}/${file}`)
      }
    }
  }
  return found
}

function isWholeJpeg(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9
}
