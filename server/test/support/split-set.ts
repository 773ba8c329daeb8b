/** Held pictures of several classes, some of which belong together: for tests of splits and versions. */
import type { PairKind } from '@gleaner/shared/duplicates'
import type { OpenDataset } from '../../src/store/dataset-store.ts'
import type { ImageId, LeasedCandidate } from '../../src/store/types.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './samples.ts'

let serial = 0

export interface Wanted {
  readonly label?: string
  /** The page all of them stand on. */
  readonly landingUrl?: string
}

/** Files pictures that have nothing in common but what is asked for. @returns their ids, as they came */
export async function hold(store: OpenDataset, count: number, { label = 'robin', landingUrl }: Wanted = {}) {
  const names = Array.from({ length: count }, () => `p${++serial}`)
  const batch = makeBatch(
    names.map(name => `https://${name}.example/1`),
    { class: label },
  )
  const candidates = batch.candidates.map(each => ({ ...each, ...(landingUrl && { landingUrl }) }))
  store.accept(clientId, { ...batch, candidates }, openRules)
  const ids: ImageId[] = []
  for (const name of names) ids.push(await file(store, name))
  return ids
}

async function file(store: OpenDataset, name: string): Promise<ImageId> {
  const lease = store.lease(`${name}.example`, Date.now() + 60_000) as LeasedCandidate
  const result = await store.recordImage(lease, makeImage(name), makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

/** Two pictures that pixels have shown to be near. */
export function pair(store: OpenDataset, one: ImageId, imageId: ImageId, kind: PairKind = 'edited') {
  store.duplicates.addPair(one, {
    ...{ imageId, distanceBits: 30, level: 'look', kind, difference: 0.1 },
  })
}
