/**
 * Engines whose file was put into the page beside the content script, in the world the two share. One file for each, so
 * that no page is burdened with the others.
 */
import type { Harvester } from '../../harvesters/harvester.ts'

const place = globalThis as { gleanerEngines?: readonly Harvester[] }

/** Where a file runs twice, its engine counts once. */
export function bring(harvester: Harvester): void {
  place.gleanerEngines = [...brought().filter(({ engine }) => engine !== harvester.engine), harvester]
}

export const brought = (): readonly Harvester[] => place.gleanerEngines ?? []
