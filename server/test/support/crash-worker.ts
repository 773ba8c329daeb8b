/**
 * A process that collects made-up pictures as fast as it can until somebody kills it, and says on its standard output
 * what was acknowledged, one JSON value a line, each written before the next step is taken.
 *
 * Usage: crash-worker.ts HOME SEED [KILL_AT:COUNT] [MUTANT]
 */
import { writeSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Batch } from '@gleaner/shared/collect'
import { isAppError } from '@gleaner/shared/errors'
import { type FileStore, syncFolder } from '../../src/store/files.ts'
import { openHome } from '../../src/store/home.ts'
import type {
  CandidateEnd,
  DatasetStore,
  FailpointName,
  ImageId,
  ImportItem,
  LeasedCandidate,
} from '../../src/store/types.ts'
import { actRefusals, createCrashActs } from './crash-acts.ts'
import { clientId, digestOf, makeBatch, makeEnd, makeImage, openRules } from './samples.ts'

/** What the process has promised by saying it. */
export type Ack =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sending'; readonly batch: Batch }
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'undone'; readonly batchId: string }
  | { readonly kind: 'recorded'; readonly imageId: ImageId }
  | { readonly kind: 'ended'; readonly url: string }
  | { readonly kind: 'removing'; readonly imageId: ImageId }
  | { readonly kind: 'removed'; readonly imageId: ImageId }

export const mutants = ['row-first', 'in-place', 'links-late'] as const
export type Mutant = (typeof mutants)[number]

const [, , folder = '', seedText = '1', killText = '', mutant = ''] = process.argv

function say(ack: Ack) {
  writeSync(1, `${JSON.stringify(ack)}\n`)
}

/** mulberry32: the same seed gives the same run, as far as timing lets it. */
function createRandom(seed: number) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = createRandom(Number(seedText))
const below = (end: number) => Math.floor(random() * end)
const [killAt = '', killCount = '1'] = killText.split('@')
let passed = 0
/** Once in so many turns; more often where the process is to die in one of these steps. */
const comes = (oneIn: number, ...steps: readonly string[]) =>
  below(steps.includes(killAt.split(':')[0] ?? '') ? Math.min(oneIn, 2) : oneIn) === 0

function failpoint(name: FailpointName) {
  if (name !== killAt) return
  passed += 1
  if (passed === Number(killCount)) process.kill(process.pid, 'SIGKILL')
}

/** Mistakes the harness must notice. */
function mutate(root: string, files: FileStore): FileStore {
  if (mutant === 'row-first') {
    return {
      ...files,
      place: async (place, bytes) =>
        void setTimeout(() => void files.place(place, bytes).catch(() => {}), 10),
    }
  }
  if (mutant === 'links-late') {
    return {
      ...files,
      link: async links => {
        setTimeout(() => void files.link(links).catch(() => {}), 50)
        return links.map(() => true)
      },
    }
  }
  if (mutant === 'in-place') {
    return {
      ...files,
      place: async ({ folders, name }, bytes) => {
        const parent = join(root, ...folders)
        await mkdir(parent, { recursive: true })
        await writeFile(join(parent, name), bytes.subarray(0, bytes.length / 2))
        failpoint('file:written')
        await writeFile(join(parent, name), bytes)
        await syncFolder(parent)
      },
    }
  }
  return files
}

const labels = ['robin', 'wren', 'test tube', 'Köln']
const kinds = ['failed', 'rejected', 'opted_out', 'cancelled'] as const
const padding = 'x'.repeat(20_000)

function sendBatch(accept: (batch: Batch) => void) {
  const count = 1 + below(12)
  const urls = Array.from({ length: count }, () => [
    `https://host${below(3)}.example/${below(4000)}`,
    `https://mirror.example/${below(4000)}`,
  ])
  const batch = makeBatch(urls, { class: labels[below(labels.length)] ?? 'robin' })
  say({ kind: 'sending', batch })
  for (const [first = ''] of urls) undone.delete(first)
  accept(batch)
  say({ kind: 'batch', batch })
  sent.push(batch)
  if (below(4) === 0) accept(batch)
}

const sent: Batch[] = []
/** Addresses of collects that were undone. */
const undone = new Set<string>()
/** Pictures by the address that led to them. */
const recordedBy = new Map<string, ImageId>()

/** Takes one of the latest batches back: its pictures may go from the moment it is said. */
async function undoOne(store: DatasetStore) {
  const [batch] = sent.splice(Math.max(0, sent.length - 1 - below(4)), 1)
  if (!batch) return
  for (const { sources } of batch.candidates) {
    const imageId = recordedBy.get(sources[0]?.url ?? '')
    if (imageId) say({ kind: 'removing', imageId })
  }
  store.undo(clientId, [batch.batchId])
  for (const { sources } of batch.candidates) undone.add(sources[0]?.url ?? '')
  say({ kind: 'undone', batchId: batch.batchId })
  await store.tidy()
}

/** What a browser may bring: asked for in one step, brought in another, let go of when it is no good. */
async function deliverOne(store: DatasetStore) {
  const [asked] = store.browserFetches(clientId, undefined, 20).slice(below(3))
  if (!asked) return
  const { candidateId, position } = asked
  const bytes = Buffer.from(`brought ${below(3000)} ${padding}`)
  const way = { candidateId, position }
  await store.deliver(clientId, way, { kind: 'bytes', bytes, digest: digestOf(bytes), format: 'png' })
}

/** Files a person brings, some of them known: filed first, then named together with how far the import has come. */
async function importSome({ imports }: DatasetStore) {
  const request = { dataset: 'Birds' }
  const id = imports.begin({ source: '/pictures', request, by: 'test' })
  const items = Array.from({ length: 1 + below(4) }, (): ImportItem => {
    const bytes = Buffer.from(`imported ${below(3000)} ${padding}`)
    const file = { bytes, digest: digestOf(bytes), format: 'png' }
    const url = `import:${file.digest}`
    const boxes = [{ x: 1, y: 1, width: 5, height: 5, label: 'robin' }]
    const size = { width: 640, height: 480 }
    return {
      candidate: { sources: [{ kind: 'original', url }] },
      file,
      split: 'train',
      boxes,
      crop: { x: 2, y: 2, width: 600, height: 400 },
      size,
      author: 'test',
    }
  })
  const groups = [{ label: labels[below(labels.length)] ?? 'robin', origin: { engine: 'import' }, items }]
  imports.plan(id, { format: 'class-folders', total: items.length, skipped: {} })
  await imports.take(
    id,
    { from: 0, to: 100, items: items.length, again: 0, groups, skipped: new Map() },
    openRules,
  )
  imports.end(id, { state: 'done' })
}

/** Said when the picture is on the disk. Its collect may have been undone since it was written. */
const recordedFor =
  (lease: LeasedCandidate) =>
  ({ imageId }: { imageId: ImageId }) => {
    const url = lease.sources[0]?.url ?? ''
    recordedBy.set(url, imageId)
    if (undone.has(url)) say({ kind: 'removing', imageId })
    say({ kind: 'recorded', imageId })
  }

/** Ends a candidate by what its browser brought: as a picture, or as no good. */
async function workOnBytes(store: DatasetStore, lease: LeasedCandidate) {
  const { sourceIndex } = lease
  const base = { sourceIndex, attempts: [], explanation: 'By chance.' }
  const brought = await store.broughtByBrowser(lease)
  if (brought?.kind !== 'bytes' || below(2) === 0) {
    await store.finish(lease, { ...base, state: 'rejected', code: 'IMAGE_CORRUPT' })
  } else {
    const { original, ...image } = makeImage(brought.bytes.toString())
    const { bytes, digest } = brought
    const picture = { ...image, original: { ...original, bytes, digest } }
    await store.recordImage(lease, picture, makeEnd(lease), { committed: recordedFor(lease) })
  }
  await store.tidy()
}

async function work(store: DatasetStore, lease: LeasedCandidate) {
  if (lease.host === 'browser') return workOnBytes(store, lease)
  const dice = below(20)
  if (dice === 0) return void store.release(lease)
  const { sourceIndex } = lease
  const base = { sourceIndex, attempts: makeEnd(lease).attempts, explanation: 'By chance.' }
  if (dice < 3) {
    const next = { sourceIndex: 1, host: 'mirror.example', countsAsAttempt: true, dueAtMs: 0 }
    return void (await store.postpone(lease, { ...base, ...next, code: 'DOWNLOAD_DNS' }))
  }
  if (dice < 6) {
    const url = lease.sources[sourceIndex]?.url ?? ''
    const end: CandidateEnd = {
      ...base,
      ...(dice === 5
        ? { browser: { position: sourceIndex, url, pacingKey: lease.host, code: 'DOWNLOAD_FORBIDDEN' } }
        : {}),
      state: dice === 5 ? 'failed' : (kinds[below(kinds.length)] ?? 'failed'),
      code: 'DOWNLOAD_TIMEOUT',
    }
    if (await store.finish(lease, end)) say({ kind: 'ended', url: lease.sources[0]?.url ?? '' })
    return
  }
  const image = makeImage(`${below(3000)} ${padding}`, { isThumbnail: dice < 9 })
  const held = store.looks().find(({ isThumbnail }) => isThumbnail)
  const committed = recordedFor(lease)
  if (held && comes(11, 'upgrade')) {
    await store.upgradeImage(
      lease,
      held.imageId,
      image,
      { ...makeEnd(lease), code: 'UPGRADED' },
      { committed },
    )
  } else {
    await store.recordImage(lease, image, makeEnd(lease), { committed })
  }
}

/** Two pictures are said to be copies; one gives way to the other, or neither does. */
async function decideOne({ looks, duplicates }: DatasetStore) {
  const all = looks()
  const [one, other] = [all[below(all.length)], all[below(all.length)]]
  if (!one || !other || one.seq === other.seq) return
  duplicates.addPair(one.imageId, { imageId: other.imageId, distanceBits: below(30), kind: 'same' })
  const members = [one, other].map(({ seq }) => ({ seq, reasons: [] }))
  const pair = { kind: 'copies', representative: one.seq, keeper: one.seq, members } as const
  duplicates.regroup([one.seq, other.seq], [pair])
  const [group] = duplicates.groups({}, { limit: 500 }).groups.slice(-1)
  if (!group) return
  const memberIds = duplicates.group(group.id)?.members.map(({ id }) => id) ?? []
  const dice = below(6)
  if (dice < 4) {
    const keepIds = [group.keeperId]
    for (const id of memberIds) if (id !== group.keeperId) say({ kind: 'removing', imageId: id as ImageId })
    await duplicates.decide(group.id, { act: 'keep', keepIds, memberIds })
  } else await duplicates.decide(group.id, { act: dice === 4 ? 'keep-all' : 'not-duplicates', memberIds })
}

/** A picture that was offered for several classes goes to one of them, or to none. */
async function settleOne({ duplicates }: DatasetStore) {
  const [conflict] = duplicates.conflicts({ limit: 3 }).conflicts.slice(below(2))
  if (!conflict) return
  const [offer] = conflict.offers
  if (below(4) === 0) {
    say({ kind: 'removing', imageId: conflict.image.id as ImageId })
    await duplicates.decideConflict(conflict.id, { act: 'remove' })
  } else if (offer) {
    await duplicates.decideConflict(conflict.id, { act: 'file', classId: offer.classId })
  }
}

async function takeDecisionBack({ duplicates }: DatasetStore) {
  const { lastAct } = duplicates.overview()
  if (lastAct) await duplicates.undo(lastAct.id)
}

/** Other hands may have been faster. */
function passOver(error: unknown) {
  if (!isAppError(error) || !actRefusals.includes(error.code)) throw error
}

const acts = createCrashActs({ below, say })

async function main() {
  const wrapFiles = (files: FileStore, root: string) => mutate(root, files)
  const home = await openHome({ folder, now: Date.now, failpoint, wrapFiles })
  say({ kind: 'ready' })
  sendBatch(batch => void home.accept(clientId, batch, openRules))
  const store = home.byName('Birds')
  if (!store) throw new Error('no dataset')
  store.acts.resume()
  const hand = async () => {
    for (;;) {
      const host = store.readyHosts(Date.now()).find(({ dueAtMs }) => dueAtMs <= Date.now())?.host
      const lease = host === undefined ? undefined : store.lease(host, Date.now())
      if (lease) await work(store, lease)
      else if (below(2) === 0) store.retry({ code: 'DOWNLOAD_TIMEOUT' }, openRules)
      else sendBatch(batch => void home.accept(clientId, batch, openRules))
      if (comes(12, 'remove')) await acts.removeOne(store).catch(passOver)
      if (comes(5, 'act', 'files')) await acts.actOne(store).catch(passOver)
      if (comes(15, 'rename')) await acts.actOnClass(store).catch(passOver)
      if (comes(5, 'aside', 'restore')) await decideOne(store).catch(passOver)
      if (comes(5, 'move', 'aside')) await settleOne(store).catch(passOver)
      if (comes(5, 'restore', 'move')) await takeDecisionBack(store).catch(passOver)
      if (comes(8, 'undo')) await undoOne(store)
      if (comes(4, 'deliver')) await deliverOne(store)
      if (comes(6, 'import')) await importSome(store)
      if (below(6) === 0) sendBatch(batch => void home.accept(clientId, batch, openRules))
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  await Promise.all(Array.from({ length: 4 }, hand))
}

if (import.meta.main) await main()
