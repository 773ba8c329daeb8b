/** What dashboard and command line can rely on when they act on pictures and classes, over the real store. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActPage, ActSummary } from '@gleaner/shared/acts'
import type { Overview, Problem } from '@gleaner/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenHome, openHome } from '../src/store/index.ts'
import { verifyDataset } from '../src/store/verify.ts'
import { type RunningApp, startApp } from './support/running-app.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './support/samples.ts'

let folder: string
let home: OpenHome
let server: RunningApp
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-acts-'))
  home = await openHome({ folder, now: Date.now })
  home.create('Birds')
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } }, { home })
})
afterAll(async () => {
  await server.close()
  home.close()
  rmSync(folder, { recursive: true, force: true })
})

let keys = 0
const key = () => (++keys).toString(16).padStart(32, '0')

async function api<Answer>(method: string, path: string, body?: unknown) {
  const authorization = `Bearer ${server.ownerToken}`
  const headers =
    body === undefined ? { authorization } : { authorization, 'content-type': 'application/json' }
  const answer = await server.ask(method, `/api/datasets/birds${path}`, { headers, body })
  return { status: answer.status, body: JSON.parse(answer.body) as Answer }
}
const act = (asked: object) => api<ActSummary & Problem>('POST', '/acts', { key: key(), act: asked })

let pictures = 0
async function hold(label: string): Promise<string> {
  const store = home.byId('birds')
  const url = `https://a.example/${++pictures}.png`
  store?.accept(clientId, makeBatch([url], { class: label }), openRules)
  const lease = store?.lease('a.example', Date.now())
  if (!store || !lease) throw new Error('nothing to lease')
  const result = await store.recordImage(lease, makeImage(url), makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}
const classes = async () => {
  const answer = await server.ask('GET', '/api/overview', {
    headers: { authorization: `Bearer ${server.ownerToken}` },
  })
  return (JSON.parse(answer.body) as Overview).datasets[0]?.classes ?? []
}
const classId = async (label: string) => (await classes()).find(one => one.label === label)?.id ?? 0
const foldersOf = () => readdirSync(join(folder, 'birds', 'images')).sort()

test('pictures are marked, moved, removed and put back; undo and redo go through it', async () => {
  const [one, two] = [await hold('robin'), await hold('robin')]
  expect(await act({ kind: 'mark', mark: 'kept', of: { imageIds: [one] } })).toMatchObject({
    status: 200,
    body: { kind: 'mark', state: 'done', by: 'command line', title: 'Kept 1 picture' },
  })
  const byFilter = { filter: { classIds: [await classId('robin')], marks: ['none'] } }
  const moved = await act({ kind: 'move', label: 'wren', of: byFilter })
  expect(moved.body).toMatchObject({ total: 1, done: 1, title: 'Moved 1 picture from robin to wren' })
  const trashed = await act({ kind: 'trash', of: { filter: {}, except: [one] } })
  expect(trashed.body).toMatchObject({ total: 1, done: 1 })
  const history = await api<ActPage>('GET', '/acts?limit=2')
  expect(history.body).toMatchObject({ undoId: trashed.body.id, redoId: null })
  expect(history.body.acts.map(({ kind }) => kind)).toEqual(['trash', 'move'])
  const older = await api<ActPage>('GET', `/acts?limit=2&cursor=${history.body.cursor}`)
  expect(older.body.acts.map(({ kind }) => kind)).toEqual(['mark'])
  const ofPicture = await api<ActPage>('GET', `/acts?imageId=${two}`)
  expect(ofPicture.body.acts.map(({ kind }) => kind)).toEqual(['trash', 'move'])

  const step = { key: key() }
  expect((await api<ActSummary>('POST', '/acts/undo', step)).body).toMatchObject({
    id: trashed.body.id,
    state: 'undone',
  })
  expect((await api<ActSummary>('POST', '/acts/undo', step)).body, 'once for a key').toMatchObject({
    id: trashed.body.id,
  })
  expect(foldersOf()).toEqual(['robin', 'wren'])
  expect((await api<ActSummary>('POST', '/acts/redo', { key: key() })).body).toMatchObject({ done: 1 })
  expect((await api<Problem>('POST', '/acts/redo', { key: key() })).body).toMatchObject({
    code: 'ACT_NOT_REDONE',
  })
  expect(await act({ kind: 'restore', of: { filter: { place: 'trash' } } })).toMatchObject({
    body: { done: 1 },
  })
})

test('classes are described, renamed, put below each other, merged and deleted', async () => {
  await hold('robin')
  await hold('finch')
  const [robin, wren, finch] = [await classId('robin'), await classId('wren'), await classId('finch')]
  const facts = { color: '#a0b0c0', goal: 20, description: 'Sings', synonyms: ['redbreast'], parentId: wren }
  expect((await act({ kind: 'describe-class', classId: robin, facts })).status).toBe(200)
  expect((await classes()).find(({ id }) => id === robin)).toMatchObject(facts)
  expect(
    (await act({ kind: 'describe-class', classId: wren, facts: { parentId: finch } })).body,
    'one level',
  ).toMatchObject({ code: 'CLASS_PARENT_INVALID' })
  expect((await act({ kind: 'rename-class', classId: robin, label: 'finch' })).body).toMatchObject({
    code: 'CLASS_EXISTS',
  })
  const renamed = await act({ kind: 'rename-class', classId: robin, label: 'Red robin' })
  expect(renamed.body).toMatchObject({ state: 'done', title: 'Renamed robin to Red robin' })
  expect(foldersOf()).toEqual(['finch', 'red_robin', 'wren'])
  const merged = await act({ kind: 'merge-class', classId: finch, intoClassId: robin })
  expect(merged.body).toMatchObject({ state: 'done', title: 'Merged finch into Red robin, 1 picture' })
  expect(foldersOf()).toEqual(['red_robin', 'wren'])
  expect((await classes()).map(({ label }) => label).sort()).toEqual(['Red robin', 'wren'])
  const deleted = await act({ kind: 'delete-class', classId: wren })
  expect(deleted.body).toMatchObject({ state: 'done', title: 'Deleted wren, 1 picture to the trash' })
  expect(await classes()).toMatchObject([{ label: 'Red robin', parentId: null }])
  for (const { body } of [deleted, merged, renamed]) {
    expect((await api<ActSummary>('POST', '/acts/undo', { key: key() })).body).toMatchObject({ id: body.id })
  }
  expect(foldersOf()).toEqual(['finch', 'robin', 'wren'])
  expect((await classes()).find(({ id }) => id === robin)).toMatchObject({ label: 'robin', parentId: wren })
  expect((await verifyDataset(join(folder, 'birds'))).findings).toEqual([])
})

test('what is asked for in vain says why', async () => {
  const unknown = 'f'.repeat(20)
  expect(await act({ kind: 'trash', of: { imageIds: [unknown] } })).toMatchObject({ status: 404 })
  expect(await act({ kind: 'delete-class', classId: 999 })).toMatchObject({ status: 404 })
  expect(await act({ kind: 'move', label: ' ', of: { filter: {} } })).toMatchObject({
    ...{ status: 400, body: { code: 'CLASS_NAME_INVALID' } },
  })
  expect(await api('POST', '/acts/undo', { key: key(), actId: 999 })).toMatchObject({ status: 409 })
  expect(await api('POST', '/acts/999/cancel', {})).toMatchObject({ status: 404 })
  expect(await api('POST', '/acts', { key: 'short', act: {} })).toMatchObject({ status: 400 })
})
