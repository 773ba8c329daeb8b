/** Decisions about copies held to their promises under any sequence of calls and restarts. */
import { join } from 'node:path'
import type { DoneAct } from '@gleaner/shared/duplicates'
import { isAppError } from '@gleaner/shared/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect, drop, filesIn, imageOf, leaseOf, seqOf, url } from '../../test/support/held-copies.ts'
import { clientId, makeEnd, temporaryFolder } from '../../test/support/samples.ts'
import { type OpenDataset, openDataset } from './dataset-store.ts'
import { verifyDataset } from './verify.ts'

const labels = ['robin', 'wren'] as const

interface World {
  store: OpenDataset
  readonly folder: string
  /** Batches by the name of the picture they brought. */
  readonly batches: Map<string, string[]>
  /** Pairs of ids that a person set apart, by the act that said so. */
  readonly apart: Map<number, readonly (readonly [string, string])[]>
  /** Pictures that were removed for good. */
  readonly removed: Set<string>
  serial: number
}

/** Everything that can be seen of a dataset. */
function seen({ store, folder }: World) {
  const { duplicates } = store
  const groups = (['open', 'kept'] as const).flatMap(
    state => duplicates.groups({ state }, { limit: 500 }).groups,
  )
  return {
    files: filesIn(folder, 'images').map(name => name.replace(/_\d+\.jpg$/, '.jpg')),
    counts: store.counts(),
    groups: groups.map(({ id }) => duplicates.group(id)),
    conflicts: duplicates.conflicts({ limit: 500 }).conflicts.map(({ image, offers }) => ({
      id: image.id,
      classId: image.classId,
      offers,
    })),
  }
}

const heldIds = ({ store }: World) => store.looks().map(({ imageId }) => imageId)
const pick = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)]

type Step = (world: World) => Promise<void>

/** Takes a picture in; where the dataset knows it, it ends as whatever that leads to. */
const take =
  (n: number, label: string): Step =>
  async world => {
    const { store } = world
    const name = `n${n}${label}`
    const batch = collect(store, name, { class: label })
    world.batches.set(name, [...(world.batches.get(name) ?? []), batch.batchId])
    if (store.lookup([url(name)])[0]?.state !== 'queued') return
    const lease = leaseOf(store, name)
    // The same picture under two addresses, one for each class.
    const image = imageOf(`n${n}`)
    const wasRemoved = store.removedByDigest(image.original.digest) !== undefined
    const result = await store.recordImage(lease, image, makeEnd(lease))
    expect(result.kind === 'blocked', 'what was removed stays away').toBe(wasRemoved)
  }

const dropCopy =
  (n: number, label: string): Step =>
  async ({ store, ...world }) => {
    const imageId = pick(heldIds({ store, ...world }), n)
    if (imageId) await drop(store, `copy${world.serial}${n}${label}`, imageId, label)
  }

const pairUp =
  (n: number, m: number, kind: 'same' | 'burst'): Step =>
  async world => {
    const { duplicates } = world.store
    const [one, other] = [pick(heldIds(world), n), pick(heldIds(world), m)]
    if (one && other && one !== other) duplicates.addPair(one, { imageId: other, distanceBits: n, kind })
    regroup(world)
  }

/** As whoever makes groups would: stars around the first picture of what is connected. */
function regroup({ store }: World) {
  const { duplicates } = store
  for (let due = duplicates.due(1); due.length > 0; due = duplicates.due(1)) {
    const { pictures, pairs } = duplicates.component(due[0] ?? 0, 50)
    const groups = (['copies', 'burst'] as const).flatMap(kind => {
      const ofKind = pairs.filter(pair => (pair.kind === 'burst') === (kind === 'burst'))
      const [first] = ofKind.map(({ a }) => a).sort((x, y) => x - y)
      if (first === undefined) return []
      const near = ofKind.flatMap(({ a, b }) => (a === first ? [b] : b === first ? [a] : []))
      const members = [first, ...new Set(near)].map(seq => ({ seq, reasons: [] }))
      return [{ kind, representative: first, keeper: first, members }]
    })
    duplicates.regroup([...due, ...pictures.map(({ seq }) => seq)], groups)
  }
}

const pairsOf = (ids: readonly string[], pivot?: string) =>
  ids.flatMap((one, at) =>
    ids
      .slice(at + 1)
      .filter(other => pivot === undefined || one === pivot || other === pivot)
      .map(other => [one, other] as const),
  )

/** Decides; and, when asked to, takes it back at once, which leaves everything as it was. */
async function decide(world: World, isTakenBack: boolean, act: () => Promise<DoneAct>) {
  const before = seen(world)
  const done = await act()
  if (!isTakenBack) return done
  await world.store.duplicates.undo(done.id)
  expect(seen(world), `${done.act} was taken back`).toEqual(before)
  world.apart.delete(done.id)
  return undefined
}

const decideGroup =
  (
    n: number,
    how: 'keep' | 'keep-all' | 'not-duplicates' | 'burst',
    isTakenBack: boolean,
    isPivot: boolean,
  ): Step =>
  async world => {
    const { duplicates } = world.store
    const group = duplicates.group(pick(duplicates.groups({}, { limit: 500 }).groups, n)?.id ?? 0)
    if (!group) return
    const memberIds = group.members.map(({ id }) => id)
    const [imageId = ''] = memberIds
    const decision =
      how === 'keep'
        ? { act: how, keepIds: [pick(memberIds, n) ?? imageId], memberIds }
        : how === 'not-duplicates' && isPivot
          ? { act: how, memberIds, imageId }
          : { act: how, memberIds }
    const done = await decide(world, isTakenBack, () => duplicates.decide(group.id, decision))
    if (done && how === 'not-duplicates') {
      world.apart.set(done.id, pairsOf(memberIds, isPivot ? imageId : undefined))
    }
    regroup(world)
  }

const settle =
  (n: number, how: 'stay' | 'move' | 'remove', isTakenBack: boolean): Step =>
  async world => {
    const { duplicates } = world.store
    const conflict = pick(duplicates.conflicts({ limit: 500 }).conflicts, n)
    if (!conflict) return
    const classId = how === 'move' ? (conflict.offers[0]?.classId ?? 0) : conflict.image.classId
    const decision = how === 'remove' ? ({ act: 'remove' } as const) : ({ act: 'file', classId } as const)
    await decide(world, isTakenBack, () => duplicates.decideConflict(conflict.id, decision))
    regroup(world)
  }

/** Any act of before, perhaps one that is over: then nothing changes. */
const takeBack =
  (n: number): Step =>
  async world => {
    const before = seen(world)
    try {
      await world.store.duplicates.undo(n)
      world.apart.delete(n)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'DUPLICATES_NOT_UNDONE') throw error
      expect(seen(world)).toEqual(before)
    }
    regroup(world)
  }

const remove =
  (n: number): Step =>
  async world => {
    const imageId = pick(heldIds(world), n)
    if (!imageId) return
    await world.store.removeImage(imageId)
    world.removed.add(imageId)
    // What had given way to it goes for good.
    await world.store.tidy()
    regroup(world)
  }

const revive =
  (n: number): Step =>
  async world => {
    const found = pick(world.store.duplicates.tombstones({ limit: 500 }).tombstones, n)
    if (!found) return
    world.store.duplicates.revive(found.imageId)
    world.removed.delete(found.imageId)
  }

const undoCollect =
  (n: number): Step =>
  async ({ store, batches }) => {
    const name = pick([...batches.keys()], n)
    if (name === undefined) return
    store.undo(clientId, batches.get(name) ?? [])
    batches.delete(name)
    await store.tidy()
  }

const upgrade =
  (n: number): Step =>
  async world => {
    const { store } = world
    const imageId = pick(heldIds(world), n)
    if (!imageId) return
    const before = store.image(imageId)
    const name = `better${world.serial}`
    collect(store, name)
    const lease = leaseOf(store, name)
    await store.upgradeImage(lease, imageId, imageOf(name), makeEnd(lease, { code: 'UPGRADED' }))
    expect(store.image(imageId)).toMatchObject({ id: imageId, classId: before?.classId })
    regroup(world)
  }

const restart: Step = async world => {
  world.store.close()
  world.store = openDataset({ folder: world.folder, now: Date.now, groupLimits: { waitMs: 0 } })
  const { orphans, requeued, lostOriginals } = await world.store.recover()
  expect({ orphans, requeued, lostOriginals }).toEqual({ orphans: 0, requeued: 0, lostOriginals: 0 })
}

async function check(world: World) {
  const { store, folder, apart, removed } = world
  const findings = (await verifyDataset(folder)).findings.filter(({ kind }) => kind !== 'unfinished-removal')
  expect(findings).toEqual([])
  const held = new Set<string>(heldIds(world))
  for (const id of removed) expect(held.has(id), `${id} was removed`).toBe(false)
  for (const [one, other] of [...apart.values()].flat()) {
    expect(store.duplicates.isApart(one, { imageId: other })).toBe(true)
    if (!held.has(one) || !held.has(other)) continue
    const seqs = [seqOf(store, one), seqOf(store, other)]
    const { pairs } = store.duplicates.component(seqs[0] ?? 0, 50)
    expect(pairs.find(({ a, b }) => seqs.includes(a) && seqs.includes(b))).toBeUndefined()
  }
}

const n = fc.nat(7)
const label = fc.constantFrom(...labels)
const steps: fc.Arbitrary<readonly [string, Step]>[] = [
  ...Array.from({ length: 3 }, () =>
    fc.tuple(fc.nat(5), label).map(([a, b]) => [`take ${a} ${b}`, take(a, b)] as const),
  ),
  fc.tuple(n, label).map(([a, b]) => [`drop a copy of ${a} ${b}`, dropCopy(a, b)] as const),
  ...Array.from({ length: 3 }, () =>
    fc
      .tuple(n, n, fc.constantFrom('same', 'same', 'burst'))
      .map(([a, b, kind]) => [`pair ${a} ${b} ${kind}`, pairUp(a, b, kind)] as const),
  ),
  fc
    .tuple(
      n,
      fc.constantFrom('keep', 'keep', 'keep-all', 'not-duplicates', 'burst'),
      fc.boolean(),
      fc.boolean(),
    )
    .map(
      ([a, how, back, pivot]) => [`${how} ${a} ${back} ${pivot}`, decideGroup(a, how, back, pivot)] as const,
    ),
  fc
    .tuple(n, fc.constantFrom('stay', 'move', 'remove'), fc.boolean())
    .map(([a, how, back]) => [`${how} ${a} ${back}`, settle(a, how, back)] as const),
  n.map(a => [`take back ${a}`, takeBack(a)] as const),
  n.map(a => [`remove ${a}`, remove(a)] as const),
  n.map(a => [`revive ${a}`, revive(a)] as const),
  n.map(a => [`undo the collect of ${a}`, undoCollect(a)] as const),
  n.map(a => [`upgrade ${a}`, upgrade(a)] as const),
  fc.constant(['restart', restart] as const),
]

test('decisions hold, can be taken back, and leave a sound dataset, whatever else happens', async () => {
  const sequence = fc.array(fc.oneof(...steps), { size: 'max', minLength: 10, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(sequence, async all => {
      using root = temporaryFolder()
      const folder = join(root.path, 'birds')
      const store = openDataset({ folder, now: Date.now, groupLimits: { waitMs: 0 } })
      const world: World = {
        store,
        folder,
        batches: new Map(),
        apart: new Map(),
        removed: new Set(),
        serial: 0,
      }
      const done: string[] = []
      const beginning = [0, 1, 2, 3].map(n => [`take ${n}`, take(n, labels[n % 2] ?? 'robin')] as const)
      try {
        for (const [name, step] of [...beginning, ...all]) {
          done.push(name)
          world.serial += 1
          await step(world)
          await check(world)
        }
      } catch (error) {
        throw new Error(`after ${done.join(', ')}`, { cause: error })
      } finally {
        world.store.close()
      }
    }),
    { numRuns: 12, endOnFailure: true },
  )
}, 300_000)
