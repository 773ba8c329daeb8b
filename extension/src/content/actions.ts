/** What the person can ask for: by the bar, by a key, by the popup. */
import type { Destination, Filters, Queued, Run } from '../platform/message-table.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Bar } from './bar.ts'
import type { Follow } from './follow.ts'
import { checkDestination, type Press } from './press.ts'
import { type Ask, type Parts, resultsOf } from './scene.ts'
import type { TileLayer } from './tiles/tile-layer.ts'

export interface Actions {
  /** Collects what the page shows and the person did not leave out. */
  readonly collect: (into?: Destination) => Promise<Queued>
  readonly undo: () => Promise<void>
  /** Scrolls on by itself until so many new originals are found. */
  readonly startRun: (wanted: number) => Promise<void>
  readonly stopRun: () => Promise<void>
  readonly consent: () => Promise<void>
  readonly minimise: (isMinimised: boolean) => Promise<void>
  readonly choose: (destination: Destination) => Promise<void>
  readonly openOptions: (section?: 'sites') => Promise<void>
  readonly setFilters: (filters: Filters) => Promise<void>
  /** Turns picking on or off. */
  readonly togglePicking: () => void
  readonly pickMany: (which: 'all' | 'none' | 'invert') => void
  readonly showMarks: (areShown: boolean) => void
  readonly readAsAnyPage: () => Promise<void>
}

export function createActions(deps: {
  readonly ask: Ask
  readonly parts: Parts
  readonly press: Press
  readonly follow: Follow
  readonly bar: Pick<Bar, 'destination'>
  readonly layer: TileLayer
  /** Shows what goes wrong. */
  readonly attempt: (work: () => Promise<void>) => Promise<void>
  readonly draw: () => void
  readonly collect: (into?: Destination) => Promise<Queued>
  readonly goOn: (run: Run) => void
  readonly stopRun: () => Promise<void>
  readonly dateMs: () => number
}): Actions {
  const { ask, parts, press, follow, bar, layer, draw, stopRun } = deps
  const { scene, selection, runner } = parts

  /** Runs something the person asked for, which is over with what went wrong before. */
  const obey = (work: () => Promise<void>): Promise<void> => {
    scene.failure = null
    return deps.attempt(work)
  }

  /** What was chosen last brings its own filters along; what is pressed right after it is meant with them. */
  let chosen: Promise<void> = Promise.resolve()

  async function startRun(wanted: number): Promise<void> {
    await chosen
    if (scene.isBusy || runner.current()) throw new Refusal('PROTOCOL_BUSY')
    if (!scene.view?.isConsented) throw new Refusal('HARVEST_NO_CONSENT')
    // First: where the page has moved on, the fields say something else afterwards.
    await follow.look()
    if (runner.current()) throw new Refusal('PROTOCOL_BUSY')
    scene.destination = bar.destination()
    checkDestination(scene.destination)
    if (scene.reading.tiles === 0) throw new Refusal('HARVEST_NO_RESULTS')
    scene.runEnd = null
    const { engine, query } = scene.reading
    const { dataset, class: label } = scene.destination
    const seen = { results: resultsOf(scene.reading), seenAtMs: deps.dateMs() }
    const begin = { wanted, found: 0, barren: 0, state: 'running' as const }
    deps.goOn({ dataset, class: label, engine, query, ...seen, ...begin })
  }

  async function choose(destination: Destination): Promise<void> {
    scene.destination = destination
    if (destination.class === '' || destination.dataset === '') return
    await ask('choose', { ...destination, query: scene.reading.query })
    await follow.describe()
    follow.lookUpSoon()
  }

  return {
    collect: async into => {
      let queued: Queued | undefined
      let thrown: unknown
      await chosen
      await obey(async () => {
        try {
          queued = await deps.collect(into)
        } catch (error) {
          thrown = error
          throw error
        }
      })
      if (!queued) throw thrown
      return queued
    },
    undo: () =>
      obey(async () => {
        await stopRun()
        await press.undo()
        follow.lookUpSoon()
      }),
    startRun: wanted => obey(() => startRun(wanted)),
    stopRun,
    consent: () =>
      obey(async () => {
        await ask('consent', {})
        await follow.renew()
      }),
    minimise: isMinimised =>
      obey(async () => {
        if (scene.view) scene.view = { ...scene.view, isMinimised }
        await ask('minimise', { isMinimised })
      }),
    choose: destination => {
      chosen = obey(() => choose(destination))
      return chosen
    },
    openOptions: section =>
      obey(async () => {
        await ask('openOptions', section ? { section } : {})
      }),
    setFilters: filters =>
      obey(async () => {
        follow.ownFilters()
        selection.setFilters(filters)
        if (scene.view) scene.view = { ...scene.view, filters }
        draw()
        const { dataset } = scene.destination
        if (dataset !== '') await ask('setFilters', { dataset, filters })
      }),
    togglePicking: () => {
      if (layer.isPicking()) layer.stopPicking()
      else if (scene.reading.tiles > 0) layer.startPicking()
      draw()
    },
    pickMany: which => {
      if (which === 'all') selection.pickAll()
      else if (which === 'none') selection.pickNone()
      else selection.invert()
      draw()
    },
    showMarks: areShown => {
      scene.areMarksShown = areShown
      draw()
    },
    readAsAnyPage: () =>
      obey(async () => {
        await stopRun()
        selection.pickAll()
        await follow.readAsAnyPage()
        follow.lookUpSoon()
      }),
  }
}
