/** Hands over what the person chose, and takes it back. */
import type { Candidate, Origin } from '@gleaner/shared/candidate'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { Destination, Queued } from '../platform/message-table.ts'
import { candidatesPerPress } from '../platform/press-limit.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Lookup } from './lookup.ts'
import type { Progress } from './progress.ts'
import { type Ask, addressesOf, pageCode, type Scene } from './scene.ts'
import type { Selection } from './selection.ts'

export interface Press {
  /** Everything on the page that the person did not leave out. @throws Refusal with the reason why nothing is handed over */
  readonly all: (into: Destination) => Promise<Queued>
  /** @param continues - whether it belongs to the last collect of the tab */
  readonly handOver: (
    into: Destination,
    candidates: readonly Candidate[],
    continues: boolean,
  ) => Promise<Queued>
  /** Takes the last collect of the tab back. */
  readonly undo: () => Promise<void>
  /** Where the results of the page are found, as each of them remembers it. */
  readonly origin: () => Origin
}

/** @throws Refusal when pictures cannot go there */
export function checkDestination(destination: Destination): void {
  if (destination.class === '') throw new Refusal('CLASS_NAME_INVALID')
  if (destination.dataset === '') throw new Refusal('DATASET_NAME_INVALID')
}

export function createPress(deps: {
  readonly ask: Ask
  readonly scene: Scene
  readonly lookup: Lookup
  readonly selection: Selection
  readonly progress: Progress
  readonly pageUrl: () => string
  readonly usualOriginals: () => number
  readonly newPressId: () => string
}): Press {
  const { ask, scene, lookup, selection, progress } = deps

  function origin(): Origin {
    const { engine, query, filters } = scene.reading
    // Absent when it is longer than the limit: the background takes no such message, and it is only a remark.
    const pageUrl = parseHttpUrl(deps.pageUrl())?.href
    return {
      engine,
      ...(pageUrl && { pageUrl }),
      ...(query !== null && { query }),
      ...(filters && { filters }),
    }
  }

  async function handOver(
    into: Destination,
    candidates: readonly Candidate[],
    continues: boolean,
  ): Promise<Queued> {
    const { dataset, class: label } = into
    const question = { pressId: deps.newPressId(), dataset, class: label, origin: origin(), continues }
    const queued = await ask('collect', { ...question, candidates: [...candidates] })
    // Taken back meanwhile: it stays so.
    if (queued.candidates === 0) return queued
    scene.undone = null
    if (!continues) progress.begin()
    lookup.expect(addressesOf(candidates))
    progress.start()
    return queued
  }

  /** One press, in as many portions as it takes. */
  async function handOverAll(into: Destination, chosen: readonly Candidate[]): Promise<Queued> {
    let candidates = 0
    for (let start = 0; start < chosen.length; start += candidatesPerPress) {
      const queued = await handOver(into, chosen.slice(start, start + candidatesPerPress), start > 0)
      if (queued.candidates === 0) break
      candidates += queued.candidates
    }
    return { candidates }
  }

  /** What was read of a page the person approved of is what such pages usually give. */
  async function rememberYield(): Promise<void> {
    const { engine, tiles, originals } = scene.reading
    if (engine === 'page' || tiles === 0 || pageCode(scene, deps.usualOriginals()) !== null) return
    await ask('setYield', { engine, tiles, originals })
  }

  return {
    all: async into => {
      checkDestination(into)
      const chosen = scene.reading.candidates.filter(selection.has)
      if (chosen.length === 0) throw new Refusal('HARVEST_NO_RESULTS')
      const queued = await handOverAll(into, chosen)
      // A remark for later pages; not worth a word when it fails.
      await rememberYield().catch(() => undefined)
      return queued
    },
    handOver,
    undo: async () => {
      scene.undone = null
      scene.runEnd = null
      scene.undone = await ask('undo', {})
      lookup.forget()
      progress.begin()
      progress.start()
    },
    origin,
  }
}
