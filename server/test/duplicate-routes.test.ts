/** What dashboard and command line can rely on when they ask about duplicates, over the real store. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImagePage, Overview, Problem } from '@gleaner/shared/api'
import type {
  ConflictPage,
  DoneAct,
  DuplicateOverview,
  GroupDetail,
  GroupPage,
} from '@gleaner/shared/duplicates'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpenHome, openHome } from '../src/store/index.ts'
import type { HeldPair, ImageId } from '../src/store/types.ts'
import { type RunningApp, startApp } from './support/running-app.ts'
import { clientId, digestOf, makeBatch, makeEnd, makeImage, openRules } from './support/samples.ts'

let folder: string
let home: OpenHome
let server: RunningApp
let nowMs: number
let picture: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-duplicates-'))
  nowMs = 1_700_000_000_000
  picture = 0
  home = await openHome({ folder, now: () => nowMs++ })
  home.create('Birds')
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } }, { home })
})
afterEach(async () => {
  await server.close()
  home.close()
  rmSync(folder, { recursive: true, force: true })
})

const birds = () => {
  const dataset = home.byId('birds')
  if (!dataset) throw new Error('no dataset')
  return dataset
}

async function api<Answer>(method: string, path: string, body?: unknown) {
  const authorization = `Bearer ${server.ownerToken}`
  const headers =
    body === undefined ? { authorization } : { authorization, 'content-type': 'application/json' }
  const answer = await server.ask(method, `/api/datasets/birds${path}`, { headers, body })
  return { status: answer.status, body: JSON.parse(answer.body) as Answer }
}

/** Collects one address for a class and leases its candidate. */
function leased(label = 'robin') {
  const url = `https://a.example/${++picture}.png`
  birds().accept(clientId, makeBatch([url], { class: label }), openRules)
  const lease = birds().lease('a.example', nowMs)
  if (!lease) throw new Error('nothing to lease')
  return lease
}

/** Stores a picture that belongs together with those held. */
async function store(nearPairs: readonly HeldPair[] = [], label?: string): Promise<ImageId> {
  const lease = leased(label)
  const result = await birds().recordImage(lease, makeImage(`${picture}`), {
    ...makeEnd(lease),
    nearPairs,
  })
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

const pairWith = (imageId: string, patch: Partial<HeldPair> = {}): HeldPair => ({
  imageId,
  distanceBits: 8,
  kind: 'crop',
  difference: 0.02,
  placement: [0.8, 0, 0, 0.8, 0.1, 0.1],
  ...patch,
})

/** Makes one group of all that the pairs connect, as the pipeline does; the first picture is its keeper. */
function group(kind: 'copies' | 'burst' = 'copies'): void {
  const { duplicates } = birds()
  const [seq] = duplicates.due(100)
  if (seq === undefined) throw new Error('nothing is due')
  const { pictures } = duplicates.component(seq, 100)
  const seqs = pictures.map(each => each.seq).sort((a, b) => a - b)
  const [keeper = 0] = seqs
  const members = seqs.map(each => ({
    seq: each,
    reasons: [each === keeper ? 'It has the most detail.' : 'It was cut.'],
  }))
  duplicates.regroup(
    duplicates.due(100),
    seqs.length < 2 ? [] : [{ kind, representative: keeper, keeper, members }],
  )
}

async function groups(query = ''): Promise<GroupPage['groups']> {
  return (await api<GroupPage>('GET', `/duplicates/groups${query}`)).body.groups
}

/** A group of `size`, ready to be decided about. */
async function someGroup(size: number): Promise<{ id: number; memberIds: ImageId[] }> {
  const first = await store()
  const memberIds = [first]
  for (let count = 1; count < size; count++) memberIds.push(await store([pairWith(first)]))
  group()
  const id = (await groups()).at(-1)?.id
  if (id === undefined) throw new Error('no group')
  return { id, memberIds }
}

const overview = async () => (await api<DuplicateOverview>('GET', '/duplicates')).body
const heldIds = async () => (await api<ImagePage>('GET', '/images')).body.images.map(({ id }) => id)
const decide = (id: number, body: object) =>
  api<DoneAct & Problem>('POST', `/duplicates/groups/${id}/decision`, body)
const undo = (actId: number) => api<DoneAct & Problem>('POST', '/duplicates/undo', { actId })

/** Files in the class folders. */
const filesOf = (label: string) => {
  const path = join(folder, 'birds', 'images', label)
  return existsSync(path) ? readdirSync(path).sort() : []
}

describe('groups', () => {
  test('an empty dataset has nothing to decide', async () => {
    expect(await overview()).toEqual({ groups: 0, bursts: 0, kept: 0, conflicts: 0, lastAct: null })
    expect(await groups()).toEqual([])
    expect((await api('GET', '/duplicates/groups/1')).status).toBe(404)
  })

  test('one group tells its pictures, the keeper first, how they relate and why', async () => {
    const { id, memberIds } = await someGroup(3)
    const [keeper, second] = memberIds
    const { body } = await api<GroupDetail>('GET', `/duplicates/groups/${id}`)
    expect(body).toMatchObject({ id, kind: 'copies', state: 'open', size: 3, keeperId: keeper })
    expect(body.members.map(member => member.id)).toEqual(memberIds)
    expect(body.members.map(({ reasons }) => reasons[0])).toEqual([
      'It has the most detail.',
      'It was cut.',
      'It was cut.',
    ])
    expect(body.members[1]).toMatchObject({ classLabel: 'robin', host: 'a.example', title: 'Picture 0' })
    const pair = body.pairs.find(({ a, b }) => [a, b].includes(keeper ?? '') && [a, b].includes(second ?? ''))
    expect(pair).toMatchObject({ level: 'look', kind: 'crop', distanceBits: 8, difference: 0.02 })
    expect(pair?.placement).toHaveLength(6)
  })

  test('the placement says where `b` lies on `a`, whichever of the two came first', async () => {
    const { id, memberIds } = await someGroup(2)
    const { body } = await api<GroupDetail>('GET', `/duplicates/groups/${id}`)
    const [pair] = body.pairs
    const isNewerB = pair?.b === memberIds[1]
    // The newer picture fills the middle 80 percent of the older one, in each direction.
    const expected = isNewerB ? [0.8, 0, 0, 0.8, 0.1, 0.1] : [1.25, 0, 0, 1.25, -0.125, -0.125]
    expect(pair?.placement?.map(part => Number(part.toFixed(6)))).toEqual(expected)
  })

  test('are listed oldest first, page by page, and by kind, state and class', async () => {
    const made = [(await someGroup(2)).id, (await someGroup(2)).id, (await someGroup(2)).id]
    const first = (await api<GroupPage>('GET', '/duplicates/groups?limit=2')).body
    const second = (await api<GroupPage>('GET', `/duplicates/groups?limit=2&cursor=${first.cursor}`)).body
    expect([...first.groups, ...second.groups].map(({ id }) => id)).toEqual(made)
    expect(second.cursor).toBeNull()
    expect(await groups('?kind=burst')).toEqual([])
    expect(await groups('?kind=copies')).toHaveLength(3)
    expect(await groups('?state=kept')).toEqual([])
    expect(await groups('?classId=1')).toHaveLength(3)
    expect(await groups('?classId=99')).toEqual([])
    expect((await api('GET', '/duplicates/groups?kind=clones')).status).toBe(400)
    expect((await api('GET', '/duplicates/groups?cursor=nonsense')).status).toBe(400)
  })

  test('that reach over classes say so', async () => {
    const first = await store([], 'robin')
    await store([pairWith(first)], 'wren')
    group()
    expect(await groups()).toMatchObject([{ isAcrossClasses: true }])
  })
})

describe('deciding about a group', () => {
  test('keeping one removes the others as one act, which can be taken back whole', async () => {
    const { id, memberIds } = await someGroup(3)
    const [keeper = ''] = memberIds
    const before = filesOf('robin')
    const done = await decide(id, { act: 'keep', keepIds: [keeper], memberIds })
    expect(done).toMatchObject({ status: 200, body: { act: 'keep', removed: 2 } })
    expect(await heldIds()).toEqual([keeper])
    expect(filesOf('robin')).toHaveLength(1)
    expect(await overview()).toMatchObject({ groups: 0, lastAct: { id: done.body.id, act: 'keep' } })

    expect(await undo(done.body.id)).toMatchObject({ status: 200, body: { id: done.body.id, removed: 2 } })
    expect(await heldIds()).toEqual(memberIds.toReversed())
    expect(filesOf('robin')).toEqual(before)
    expect((await overview()).lastAct).toBeNull()
    expect(await undo(done.body.id)).toMatchObject({ status: 409, body: { code: 'DUPLICATES_NOT_UNDONE' } })
  })

  test('what is no duplicate stays, and is not asked about again', async () => {
    const { id, memberIds } = await someGroup(2)
    expect(await decide(id, { act: 'not-duplicates', memberIds })).toMatchObject({ body: { removed: 0 } })
    expect(await heldIds()).toHaveLength(2)
    expect(await groups()).toEqual([])
    const [one = '', other = ''] = memberIds
    expect(birds().duplicates.isApart(one, { imageId: other })).toBe(true)
  })

  test('of a group, one picture alone may be no duplicate', async () => {
    const { id, memberIds } = await someGroup(3)
    const [a = '', b = '', c = ''] = memberIds
    await decide(id, { act: 'not-duplicates', imageId: c, memberIds })
    const { isApart } = birds().duplicates
    expect([isApart(a, { imageId: c }), isApart(b, { imageId: c }), isApart(a, { imageId: b })]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('all may stay together, as copies, and are listed as kept', async () => {
    const { id, memberIds } = await someGroup(2)
    await decide(id, { act: 'keep-all', memberIds })
    expect(await groups()).toEqual([])
    expect(await groups('?state=kept')).toMatchObject([{ id, state: 'kept' }])
    expect(await overview()).toMatchObject({ groups: 0, kept: 1 })
  })

  test('a group that changed since is not touched', async () => {
    const { id, memberIds } = await someGroup(2)
    const [keeper = ''] = memberIds
    await store([pairWith(keeper)])
    group()
    const late = await decide(id, { act: 'keep', keepIds: [keeper], memberIds })
    expect(late).toMatchObject({ status: 409, body: { code: 'DUPLICATES_CHANGED' } })
    expect(await heldIds()).toHaveLength(3)
  })

  test('a decision that keeps what is not in the group is refused before anything happens', async () => {
    const { id, memberIds } = await someGroup(2)
    const stranger = await store()
    for (const body of [
      { act: 'keep', keepIds: [stranger], memberIds },
      { act: 'keep', keepIds: [], memberIds },
      { act: 'not-duplicates', imageId: stranger, memberIds },
      { act: 'keep', keepIds: [memberIds[0]], memberIds: [memberIds[0]] },
      { act: 'remove-all', memberIds },
    ]) {
      expect(await decide(id, body)).toMatchObject({ status: 400, body: { code: 'PROTOCOL_INVALID' } })
    }
    expect(await heldIds()).toHaveLength(3)
    expect((await overview()).lastAct).toBeNull()
  })

  test('open pages are told of it', async () => {
    const { id, memberIds } = await someGroup(2)
    const stop = new AbortController()
    const headers = { authorization: `Bearer ${server.ownerToken}` }
    const news = await fetch(`${server.origin}/api/events`, { headers, signal: stop.signal })
    const decoder = new TextDecoder()
    let heard = ''
    let isDecided = false
    for await (const chunk of news.body ?? []) {
      heard += decoder.decode(chunk, { stream: true })
      // The first news are what is so already: from then on only changes are told.
      if (!isDecided) await decide(id, { act: 'keep-all', memberIds })
      isDecided = true
      if (heard.includes('"changed"')) break
    }
    stop.abort()
    expect(heard).toContain('{"type":"changed","datasetId":"birds"}')
  })

  test('it is written to the log who decided what', async () => {
    const { id, memberIds } = await someGroup(2)
    const { body } = await decide(id, { act: 'burst', memberIds })
    const lines = server.services.lines.map(line => JSON.parse(line) as object)
    expect(lines).toContainEqual({
      level: 'info',
      event: 'duplicates-decided',
      ...{ dataset: 'birds', act: 'burst', actId: body.id, removed: 0, by: 'token' },
    })
  })
})

test('how much waits is part of the overview', async () => {
  await someGroup(2)
  const { body } = await server
    .ask('GET', '/api/overview', { headers: { authorization: `Bearer ${server.ownerToken}` } })
    .then(answer => ({ body: JSON.parse(answer.body) as Overview }))
  expect(body.datasets[0]?.review).toEqual({ groups: 1, bursts: 0, kept: 0, conflicts: 0 })
})

test('what was dropped by its look can be called no duplicate: it is queued again', async () => {
  const imageId = await store()
  const lease = leased()
  const dropped = { code: 'DUPLICATE_LOOK', state: 'duplicate', imageId, distanceBits: 9 } as const
  await birds().finish(lease, { ...makeEnd(lease), ...dropped, digest: digestOf('another') })
  const path = `/candidates/${lease.id}/not-duplicate`
  expect(await api<DoneAct>('POST', path, {})).toMatchObject({ status: 200, body: { act: 'not-duplicates' } })
  expect(birds().counts().queued).toBe(1)
  expect(birds().duplicates.isApart(imageId, { digest: digestOf('another') })).toBe(true)
  expect((await api('POST', path, {})).status).toBe(404)
})

test('a removed picture stays away until it is let come again', async () => {
  const imageId = await store()
  const url = `/images/${imageId}`
  expect((await api('POST', `${url}/revive`, {})).status, 'nobody removed it').toBe(404)
  await birds().removeImage(imageId)
  expect(birds().counts()).toMatchObject({ queued: 0, blocked: 1 })
  expect(await api('POST', `${url}/revive`, {})).toMatchObject({ status: 200, body: { affected: 1 } })
  expect(birds().counts()).toMatchObject({ queued: 1, blocked: 0 })
})

describe('label conflicts', () => {
  /** The same file is found for another class. */
  async function conflict(): Promise<ImageId> {
    const imageId = await store([], 'robin')
    const lease = leased('wren')
    await birds().finish(lease, {
      ...makeEnd(lease),
      state: 'duplicate',
      code: 'DUPLICATE_OTHER_CLASS',
      imageId,
      distanceBits: 0,
      facts: { level: 'bytes' },
      digest: digestOf('the same'),
    })
    return imageId
  }
  const conflicts = async () => (await api<ConflictPage>('GET', '/duplicates/conflicts')).body.conflicts
  const settle = (id: number, body: object) =>
    api<DoneAct & Problem>('POST', `/duplicates/conflicts/${id}/decision`, body)

  test('wait for a person, who learns what was found for which class', async () => {
    const imageId = await conflict()
    expect(await overview()).toMatchObject({ conflicts: 1 })
    expect(await conflicts()).toMatchObject([
      {
        image: { id: imageId, classLabel: 'robin' },
        offers: [{ classLabel: 'wren', candidates: 1, level: 'bytes', query: 'robin' }],
      },
    ])
  })

  test('the picture moves to the class it belongs to, and back', async () => {
    const imageId = await conflict()
    const [first] = await conflicts()
    const classId = first?.offers[0]?.classId ?? 0
    const done = await settle(first?.id ?? 0, { act: 'file', classId })
    expect(done).toMatchObject({ status: 200, body: { act: 'file', removed: 0 } })
    expect([filesOf('robin'), filesOf('wren')]).toMatchObject([[], [expect.stringContaining(imageId)]])
    expect(await conflicts()).toEqual([])
    await undo(done.body.id)
    expect([filesOf('robin'), filesOf('wren')]).toMatchObject([[expect.stringContaining(imageId)], []])
    expect(await conflicts()).toHaveLength(1)
  })

  test('it stays where it is, or goes', async () => {
    await conflict()
    const [first] = await conflicts()
    const stays = await settle(first?.id ?? 0, { act: 'file', classId: first?.image.classId })
    expect(stays.status).toBe(200)
    expect(await conflicts()).toEqual([])
    await undo(stays.body.id)
    const goes = await settle(first?.id ?? 0, { act: 'remove' })
    expect(goes.body).toMatchObject({ act: 'remove', removed: 1 })
    expect(await heldIds()).toEqual([])
    await undo(goes.body.id)
    expect(await heldIds()).toHaveLength(1)
  })

  test('a class that nobody offered is refused', async () => {
    await conflict()
    const [first] = await conflicts()
    expect(await settle(first?.id ?? 0, { act: 'file', classId: 99 })).toMatchObject({ status: 409 })
    expect((await settle(12_345, { act: 'remove' })).status).toBe(404)
  })
})
