/** Acts about very many pictures: in slices, beside others, stopped and gone on with. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Act, ActSummary } from '@gleaner/shared/acts'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { digestOf, makeBatch, openRules, temporaryFolder } from '../../../test/support/samples.ts'
import { type OpenDataset, openDataset } from '../dataset-store.ts'
import { openParts } from '../parts.ts'
import type { ImageId } from '../types.ts'
import { verifyDataset } from '../verify.ts'
import { openActs } from './open.ts'

const count = 600
let keys = 0
const newKey = () => (++keys).toString(16).padStart(32, '0')

/** Pictures of a class, written by hand: one after the other through the queue would take minutes. */
function fill(folder: string, label: string): void {
  const store = openDataset({ folder, now: Date.now })
  const urls = Array.from({ length: count }, (_, index) => `https://a.example/${index}`)
  store.accept('c'.repeat(32), makeBatch(urls, { class: label }), openRules)
  store.close()
  const db = new Database(join(folder, 'gleaner.db'))
  mkdirSync(join(folder, 'images', label), { recursive: true })
  const image = db.prepare(
    `INSERT INTO image (id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                        original_format, original_width_px, original_height_px, original_kept, quality_score, mean_cb,
                        mean_cr, rights, is_thumbnail, stored_at_ms)
     VALUES (?, 1, 'stored', ?, ?, 8, 8, ?, 9, 'png', 8, 8, 0, 50, 0, 0, '{}', 0, 1)`,
  )
  const copy = db.prepare('INSERT INTO copy SELECT original_digest, seq FROM image WHERE seq = ?')
  const take = db.prepare(
    `UPDATE candidate SET state = 'leased', lease_epoch = (SELECT epoch FROM dataset), lease_token = 1 WHERE id = ?`,
  )
  const end = db.prepare(
    `UPDATE candidate SET state = 'stored', code = 'STORED', explanation = 'x', image_id = ?, lease_epoch = NULL
      WHERE id = ?`,
  )
  db.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const bytes = Buffer.concat([jpegStart, Buffer.from(`picture ${index}`), jpegEnd])
      const original = digestOf(`original ${index}`)
      const id = original.slice(0, 20)
      writeFileSync(join(folder, 'images', label, `${id}.jpg`), bytes, { mode: 0o600 })
      const { lastInsertRowid } = image.run(id, bytes.length, digestOf(bytes), original)
      copy.run(lastInsertRowid)
      take.run(index + 1)
      end.run(id, index + 1)
    }
  })()
  db.close()
}
const jpegStart = Buffer.from([0xff, 0xd8, 0xff])
const jpegEnd = Buffer.from([0xff, 0xd9])

/** A dataset with a class of many pictures; closed and gone at the end of the scope. */
function filled() {
  const root = temporaryFolder()
  const folder = join(root.path, 'birds')
  fill(folder, 'robin')
  const open: OpenDataset[] = []
  const reopen = () => {
    const store = openDataset({ folder, now: Date.now })
    open.push(store)
    return store
  }
  return {
    folder,
    reopen,
    [Symbol.dispose]: () => {
      for (const store of open) store.close()
      root[Symbol.dispose]()
    },
  }
}

const names = (folder: string, label: string) => readdirSync(join(folder, 'images', label)).length
const all = { filter: {} }
const findingsIn = async (folder: string) => (await verifyDataset(folder)).findings

/** What is told of an act, until it has gone through at least so many pictures. */
function follow(store: OpenDataset) {
  const told: ActSummary[] = []
  const waiting = new Set<() => void>()
  store.acts.listen({
    changed: act => {
      told.push(act)
      for (const look of [...waiting]) look()
    },
    trouble: () => {},
  })
  const reached = (done: number) =>
    new Promise<void>(resolve => {
      const look = () => {
        if ((told.at(-1)?.done ?? 0) < done) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { told, reached }
}

test('many pictures move as one act that goes on by itself, is told of, and is undone and redone as one', async () => {
  using made = filled()
  const { folder } = made
  const store = made.reopen()
  const { told } = follow(store)
  const act = { kind: 'move', label: 'wren', of: all } as const
  const request = { key: newKey(), act }
  const begun = await store.acts.ask(request, 'dashboard')
  expect(begun).toMatchObject({ state: 'running', total: count })
  const small = await store.acts.ask(
    {
      key: newKey(),
      act: { kind: 'mark', mark: 'kept', of: { imageIds: [digestOf('original 5').slice(0, 20)] } },
    },
    'dashboard',
  )
  expect(small, 'others do not wait for it').toMatchObject({ state: 'done', done: 1 })
  expect(await store.acts.ask(request, 'dashboard')).toMatchObject({ id: begun.id })
  await store.acts.idle()
  expect(names(folder, 'wren')).toBe(count)
  const ofMove = told.filter(({ id }) => id === begun.id)
  expect(ofMove.length, 'told on the way').toBeGreaterThan(3)
  expect(ofMove.at(-1)).toMatchObject({
    state: 'done',
    done: count,
    title: `Moved ${count} pictures from robin to wren`,
  })
  const places = ofMove.map(({ done }) => done)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(await findingsIn(folder)).toEqual([])

  await store.acts.undo({ key: newKey() })
  expect(await store.acts.undo({ key: newKey() })).toMatchObject({ id: begun.id, state: 'undoing' })
  await expect(store.acts.undo({ key: newKey() }), 'not past what is under way').rejects.toMatchObject({
    code: 'ACT_UNDER_WAY',
  })
  await store.acts.idle()
  expect(names(folder, 'robin')).toBe(count)
  await store.acts.redo({ key: newKey() })
  await store.acts.idle()
  expect(names(folder, 'wren')).toBe(count)
  expect(await findingsIn(folder)).toEqual([])
})

test('a large act waits while the log of the index takes no more, and small ones do not', async () => {
  using made = filled()
  const parts = openParts({ folder: made.folder, now: Date.now })
  const full = Promise.withResolvers<void>()
  let isFull = true
  const log = { ...parts.log, room: () => (isFull ? full.promise : undefined) }
  const acts = openActs(
    { ...parts, log },
    {
      requeueImage: async () => 0,
      tidy: async () => 0,
      seqsOf: async () => Array.from({ length: count }, (_, index) => index + 1),
      decisions: { isUndoable: () => false, undo: async () => {}, redo: async () => {} },
    },
  )
  const asks = (act: Act) => acts.ask({ key: newKey(), act }, 'dashboard')
  const { id } = await asks({ kind: 'move', label: 'wren', of: all })
  const imageIds = [digestOf('original 5').slice(0, 20)]
  for (const mark of ['kept', 'unsure', 'kept'] as const) {
    expect(await asks({ kind: 'mark', mark, of: { imageIds } })).toMatchObject({ state: 'done' })
  }
  const held = () => acts.page({ limit: 10 }).acts.find(act => act.id === id)
  expect(held()).toMatchObject({ state: 'running', done: 0 })
  isFull = false
  full.resolve()
  await acts.idle()
  expect(held()).toMatchObject({ state: 'done', done: count })
  parts.log.stop()
  parts.logSync.close()
  parts.db.close()
})

test('cancelled, what was done until then stays, and can be undone', async () => {
  using made = filled()
  const { folder } = made
  const store = made.reopen()
  const { reached } = follow(store)
  const { id } = await store.acts.ask({ key: newKey(), act: { kind: 'trash', of: all } }, 'dashboard')
  await reached(50)
  store.acts.cancel(id)
  await store.acts.idle()
  const [act] = store.acts.page({ limit: 1 }).acts
  const done = act?.done ?? 0
  expect(act).toMatchObject({ id, state: 'cancelled' })
  expect(done).toBeGreaterThanOrEqual(50)
  expect(names(folder, 'robin')).toBe(count - done)
  expect(await findingsIn(folder)).toEqual([])
  await store.acts.undo({ key: newKey() })
  await store.acts.idle()
  expect(names(folder, 'robin')).toBe(count)
  expect(await findingsIn(folder)).toEqual([])
})

test('stopped in the middle, the next start goes on: done, undone, and the trash emptied', async () => {
  using made = filled()
  const { folder } = made
  let store = made.reopen()
  const stopInTheMiddle = async (begin: () => Promise<unknown>) => {
    const { reached } = follow(store)
    await begin()
    await reached(60)
    await store.acts.stop()
    const [act] = store.acts.page({ limit: 1 }).acts
    expect(act?.done).toBeLessThan(count)
    store.close()
    store = made.reopen()
    await store.recover()
    expect(await findingsIn(folder), 'in between, too').toEqual([])
    store.acts.resume()
    await store.acts.idle()
  }
  await stopInTheMiddle(() => store.acts.ask({ key: newKey(), act: { kind: 'trash', of: all } }, 'dashboard'))
  expect(store.classes()).toMatchObject([{ label: 'robin', images: 0 }])
  await stopInTheMiddle(() => store.acts.undo({ key: newKey() }))
  expect(names(folder, 'robin')).toBe(count)
  await store.acts.redo({ key: newKey() })
  await store.acts.idle()
  await stopInTheMiddle(() => store.acts.emptyTrash({ key: newKey() }, 'dashboard'))
  expect(store.acts.page({ limit: 1 })).toMatchObject({ undoId: null, acts: [{ done: count, skipped: 0 }] })
  await store.tidy()
  expect(
    readdirSync(join(folder, 'originals')).flatMap(name => readdirSync(join(folder, 'originals', name))),
  ).toEqual([])
  expect(await findingsIn(folder)).toEqual([])
})

test('a class that goes takes along what comes into it meanwhile', async () => {
  using made = filled()
  const { folder } = made
  const store = made.reopen()
  const { id: into } = store.ensureClass('wren')
  const from = store.classes().find(({ label }) => label === 'robin')?.id ?? 0
  store.accept('c'.repeat(32), makeBatch(['https://b.example/late'], { class: 'robin' }), openRules)
  await store.acts.ask(
    { key: newKey(), act: { kind: 'merge-class', classId: from, intoClassId: into } },
    'dashboard',
  )
  await store.acts.idle()
  expect(store.classes()).toMatchObject([{ label: 'wren', images: count }])
  expect(store.lookup(['https://b.example/late'])).toMatchObject([{ state: 'queued', class: 'wren' }])
  await store.acts.undo({ key: newKey() })
  await store.acts.idle()
  expect(store.lookup(['https://b.example/late'])).toMatchObject([{ class: 'robin' }])
  expect(names(folder, 'robin')).toBe(count)

  await store.acts.ask({ key: newKey(), act: { kind: 'delete-class', classId: from } }, 'dashboard')
  await store.acts.idle()
  expect(store.lookup(['https://b.example/late'])).toMatchObject([{ state: 'cancelled' }])
  expect(store.classes().map(({ label }) => label)).toEqual(['wren'])
  const one = digestOf('original 5').slice(0, 20) as ImageId
  await store.acts.ask({ key: newKey(), act: { kind: 'restore', of: { imageIds: [one] } } }, 'dashboard')
  expect(
    store
      .classes()
      .map(({ label }) => label)
      .sort(),
    'it is there again with its picture',
  ).toEqual(['robin', 'wren'])
  await store.acts.undo({ key: newKey() })
  await store.acts.undo({ key: newKey() })
  await store.acts.idle()
  expect(store.lookup(['https://b.example/late'])).toMatchObject([{ state: 'queued', class: 'robin' }])
  expect(names(folder, 'robin')).toBe(count)
  expect(await findingsIn(folder)).toEqual([])
})
