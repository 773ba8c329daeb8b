/** Pictures that are copies of one another, for tests of what is decided about them. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Batch } from '@gleaner/shared/collect'
import { defaultSettings } from '@gleaner/shared/dataset'
import type { OpenDataset } from '../../src/store/dataset-store.ts'
import type { ImageId, LeasedCandidate, NewImage, PictureLook } from '../../src/store/types.ts'
import { clientId, digestOf, makeBatch, makeEnd, makeImage, openRules } from './samples.ts'

/** For how long what was removed can be put back. */
export const trashMs = defaultSettings.trashDays * 24 * 3_600_000

export const url = (name: string) => `https://${name}.example/1`

/** @param pixels - pictures with the same ones have the same digest */
export function lookOf(seed: string, pixels = seed): PictureLook {
  const hash = Buffer.from(digestOf(`look ${seed}`), 'hex')
  return {
    version: 1,
    forms: Buffer.concat([Buffer.from([0]), hash]),
    packed: Buffer.from(`packed ${seed}`),
    pixelDigest: digestOf(`pixels ${pixels}`),
  }
}

export const imageOf = (seed: string, patch: Partial<NewImage> = {}) =>
  makeImage(seed, { look: lookOf(seed), ...patch })

export function collect(store: OpenDataset, name: string, patch: Partial<Batch> = {}) {
  const batch = makeBatch([url(name)], patch)
  store.accept(clientId, batch, openRules)
  return batch
}

export function leaseOf(store: OpenDataset, name: string): LeasedCandidate {
  const lease = store.lease(`${name}.example`, Date.now() + 60_000)
  if (!lease) throw new Error('nothing to lease')
  return lease
}

/** Collects a picture and stores it. */
export async function hold(
  store: OpenDataset,
  name: string,
  label = 'robin',
  image = imageOf(name),
): Promise<ImageId> {
  collect(store, name, { class: label })
  const result = await storeNext(store, name, image)
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

/** Takes a picture that was collected as far as it goes. */
export async function storeNext(store: OpenDataset, name: string, image = imageOf(name)) {
  const lease = leaseOf(store, name)
  return store.recordImage(lease, image, makeEnd(lease))
}

/** Collects what ends as a copy of a held picture by its look. */
export async function drop(store: OpenDataset, name: string, of: ImageId, label = 'robin') {
  collect(store, name, { class: label })
  const lease = leaseOf(store, name)
  const { digest } = imageOf(name).original
  await store.finish(lease, {
    ...{ ...makeEnd(lease), state: 'duplicate', code: 'DUPLICATE_LOOK', imageId: of, distanceBits: 7 },
    ...{ digest, pixelDigest: lookOf(name).pixelDigest, facts: { digest, level: 'look' } },
  })
  return lease.id
}

export function seqOf(store: OpenDataset, imageId: string): number {
  const look = store.looks().find(held => held.imageId === imageId)
  if (!look) throw new Error(`${imageId} is not held`)
  return look.seq
}

/** Pairs the first with all others, and groups them. @returns the number of the group */
export function group(
  store: OpenDataset,
  ids: readonly ImageId[],
  kind: 'copies' | 'burst' = 'copies',
): number {
  const { duplicates } = store
  const [first, ...rest] = ids
  if (!first) throw new Error('no picture')
  for (const imageId of rest) {
    duplicates.addPair(first, {
      imageId,
      distanceBits: 9,
      kind: kind === 'burst' ? 'burst' : 'same',
      difference: 0.1,
    })
  }
  const seqs = ids.map(id => seqOf(store, id))
  const members = seqs.map(seq => ({ seq, reasons: [`reason ${seq}`] }))
  const [representative = 0] = seqs
  duplicates.regroup(seqs, [{ kind, representative, keeper: representative, members }])
  const all = (['open', 'kept'] as const).flatMap(
    state => duplicates.groups({ kind, state }, { limit: 500 }).groups,
  )
  const found = all.find(({ id }) => duplicates.group(id)?.members.some(member => member.id === first))
  if (!found) throw new Error('no group')
  return found.id
}

/** Three copies in one group, of which the second class has one. */
export async function threeCopies({ store }: { readonly store: OpenDataset }) {
  const ids = [
    await hold(store, 'one'),
    await hold(store, 'two'),
    await hold(store, 'three', 'wren'),
  ] as const
  return { store, ids, groupId: group(store, ids), memberIds: [...ids] }
}

export const states = (store: OpenDataset, ...names: string[]) =>
  store.lookup(names.map(url)).map(known => known && `${known.state} ${known.class}`)

/** Files below a folder of the dataset, by their last two names. */
export function filesIn(folder: string, top: 'images' | 'originals'): string[] {
  const root = join(folder, top)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.\w+$/.test(name))
    .sort()
}
