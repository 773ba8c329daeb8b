/** What the bar shows, out of all that is known. */

import type { TabView } from '../platform/message-table.ts'
import { isOfInterest } from '../platform/words.ts'
import type { BarState } from './bar.ts'
import { addressesOf, choiceOf, type Parts, pageCode, usualOriginals } from './scene.ts'

export function foundOf(parts: Pick<Parts, 'scene' | 'lookup' | 'selection'>): BarState['found'] {
  const { scene, lookup } = parts
  const { reading, destination } = scene
  const counted = lookup.count(destination.dataset, addressesOf(reading.candidates))
  const choice = choiceOf(parts)
  return {
    originals: reading.originals,
    thumbnailsOnly: reading.thumbnailsOnly,
    held: counted?.held ?? null,
    tried: counted?.tried ?? null,
    ...(choice && { choice }),
  }
}

/** @param ofHarvester - part of originals the harvester expects */
export function barState(
  parts: Parts,
  view: TabView,
  page: { readonly ofHarvester: number; readonly isPicking: boolean },
): BarState {
  const { scene, selection, progress, runner } = parts
  const { reading } = scene
  const press = progress.press()
  const run = runner.current()
  const code = pageCode(scene, page.ofHarvester)
  return {
    isConsented: view.isConsented,
    isMinimised: view.isMinimised,
    found: foundOf(parts),
    destination: run ?? scene.destination,
    datasets: view.datasets,
    classes: view.classes,
    status: progress.status() ?? view.status,
    press: press && isOfInterest(press, reading) ? press : null,
    canUndo: press !== null && !press.isUndone,
    undone: scene.undone,
    refusing: progress.refusing(),
    page: {
      code: run?.state === 'paused' ? 'HARVEST_CHALLENGE' : code,
      isAnyPage: reading.engine === 'page',
      tiles: reading.tiles,
      originals: reading.originals,
      thumbnailsOnly: reading.thumbnailsOnly,
      usualOriginals: usualOriginals(scene, page.ofHarvester) ?? 0,
    },
    failure: scene.failure,
    isBusy: scene.isBusy,
    filters: selection.filters(),
    isPicking: page.isPicking,
    areMarksShown: scene.areMarksShown,
    run,
    runEnd: scene.runEnd,
    sentences: scene.sentences,
    looks: scene.looks,
  }
}
