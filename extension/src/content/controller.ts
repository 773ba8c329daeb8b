/** Joins page, bar, tiles and background. Does no more than that. */
import type { Destination, Queued, Run } from '../platform/message-table.ts'
import { codeOf, Refusal } from '../platform/refusal.ts'
import { type Actions, createActions } from './actions.ts'
import type { Bar } from './bar.ts'
import { createFollow } from './follow.ts'
import { createGrowth } from './growth.ts'
import { createLookup, isNew } from './lookup.ts'
import { createMarks } from './marks.ts'
import { createPress } from './press.ts'
import { createProgress } from './progress.ts'
import type { Reader } from './reader.ts'
import { ofThePage } from './run.ts'
import { createRunner, type Patience } from './runner.ts'
import { type Ask, addressOf, createScene, isOfResults, isOriginal, type Parts } from './scene.ts'
import type { Scroller } from './scroller.ts'
import { createSelection } from './selection.ts'
import { barState } from './state.ts'
import { createTabAnswers, type TabAnswers } from './tab-answers.ts'
import type { TileLayer } from './tiles/tile-layer.ts'

export interface Controller extends Actions, TabAnswers {
  /** The page changed and is calm again; looks at what is new. */
  readonly pageChanged: () => Promise<void>
  /** Something the bar draws was changed elsewhere; asks for everything again. */
  readonly refresh: () => Promise<void>
  /** The person picked or dropped tiles. */
  readonly pick: (keys: readonly string[], isPicked: boolean) => void
  readonly draw: () => void
}

export interface ControllerDeps {
  readonly document: Document
  readonly reader: Reader
  readonly ask: Ask
  readonly bar: Pick<Bar, 'show' | 'destination'>
  readonly layer: TileLayer
  readonly scroller: Scroller
  readonly patience: Patience
  readonly pageUrl: () => string
  readonly newPressId: () => string
  readonly isVisible: () => boolean
  /** Calls back once after a pause in milliseconds. A new request replaces the one before. */
  readonly wait: (name: 'poll' | 'lookup' | 'run', pauseMs: number, then: () => unknown) => void
  readonly pause: () => Promise<void>
  /** A clock that only goes forward, in milliseconds. */
  readonly nowMs: () => number
  /** The clock on the wall, in milliseconds since 1970. */
  readonly dateMs: () => number
  /** Hands a file to the person. */
  readonly save: (name: string, text: string) => void
}

export function createController(deps: ControllerDeps): Controller {
  const { reader, bar, layer, wait } = deps
  const ask = patient(deps.ask)
  const scene = createScene()
  const lookup = createLookup(async (dataset, urls) => (await ask('lookup', { dataset, urls })).known)
  const selection = createSelection()
  const growth = createGrowth((pauseMs, then) => wait('run', pauseMs, then))
  /** Addresses the run under way has handed over. */
  const handed = new Set<string>()
  const usualOriginals = () => reader.harvester()?.usualOriginals ?? 0
  const status = () => progress.status() ?? scene.view?.status ?? null
  const isConnected = () => status()?.code === null

  const progress = createProgress({
    ask: () => ask('progress', {}),
    isWanted: () => scene.view?.isConsented === true && scene.reading.tiles > 0 && deps.isVisible(),
    wait: (pauseMs, then) => wait('poll', pauseMs, then),
    heard: async ({ hasMoved, isBack }) => {
      if (scene.failure === 'HARVEST_DISCONNECTED') scene.failure = null
      if (isBack) await follow.describe()
      if (hasMoved) lookup.ripen()
      follow.lookUpSoon()
      draw()
    },
    failed: error => {
      fail(error)
      draw()
    },
  })
  const { newPressId, pageUrl } = deps
  const press = createPress({ ask, scene, lookup, selection, progress, pageUrl, usualOriginals, newPressId })

  async function lookForRun(run: Run | null) {
    await follow.look()
    const { candidates } = scene.reading
    if (!run || !isOfResults(run, scene.reading)) return { fresh: [], candidates: 0 }
    const mayBe = candidates.filter(
      one => isOriginal(one) && selection.has(one) && !handed.has(addressOf(one)),
    )
    // Without the server everything counts as new; it sorts out itself what it knows.
    await lookup.learn(run.dataset, mayBe.map(addressOf)).catch(() => undefined)
    const fresh = mayBe.filter(one => isNew(lookup.of(run.dataset, addressOf(one)) ?? null))
    return { fresh, candidates: candidates.length }
  }

  const runner = createRunner({
    page: {
      look: () => lookForRun(runner.current()),
      tiles: reader.tiles,
      isChallenge: reader.isChallenge,
      scrollOn: deps.scroller.scrollOn,
      changed: growth.next,
    },
    handOver: async ({ dataset, class: label }, candidates, continues) => {
      const queued = await press.handOver({ dataset, class: label }, candidates, continues)
      for (const one of candidates) handed.add(addressOf(one))
      return queued
    },
    remember: run => ask('setRun', { run: run && { ...run, seenAtMs: deps.dateMs() } }),
    drawn: () => draw(),
    ended: end => {
      scene.runEnd = end
      if (end.code && !ofThePage.has(end.code)) scene.failure = end.code
      draw()
    },
    patience: deps.patience,
    nowMs: deps.nowMs,
  })
  const parts: Parts = { scene, lookup, selection, progress, runner }
  const marks = createMarks({ layer, tileOf: reader.tileOf, pause: deps.pause })

  /** Pages without results get no bar: the content script also runs on an engine's other pages. */
  function isBarWanted(): boolean {
    const { view, reading, failure } = scene
    if (!view || failure === 'HARVEST_SITE_PERMISSION') return false
    if (!view.isConsented) return mayAskConsent() || failure !== null
    return reading.tiles > 0 || failure !== null || runner.current() !== null
  }

  /** Before consent the page itself is not looked at; its address must do, or that the person allowed the site. */
  function mayAskConsent(): boolean {
    const isAllowed = reader.harvester()?.access === 'request'
    return isAllowed || /\/images\b|[?&](?:udm=2|tbm=isch)\b/.test(pageUrl())
  }

  function draw(): void {
    const { view, destination } = scene
    // Without its style it would be a heap of words.
    const isShown = view !== undefined && scene.looks !== '' && isBarWanted()
    const isPicking = layer.isPicking()
    bar.show(isShown ? barState(parts, view, { ofHarvester: usualOriginals(), isPicking }) : null)
    const areMarked = scene.areMarksShown && isConnected() && destination.dataset !== ''
    const isMarked = isShown && view.isConsented && (isPicking || areMarked)
    const { dataset, class: label } = runner.current() ?? destination
    const known = (one: Parameters<typeof addressOf>[0]) => lookup.of(dataset, addressOf(one))
    const { reading, sentences } = scene
    const { candidates } = reading
    marks.show(
      isMarked ? { candidates, known, isPicked: selection.has, class: label, isPicking, sentences } : null,
    )
  }

  function fail(error: unknown): void {
    scene.failure = codeOf(error)
    if (scene.failure === 'HARVEST_SITE_PERMISSION') runner.stop()
  }

  /** What goes wrong is shown, not thrown. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      fail(error)
    }
    draw()
  }

  let running: Promise<void> = Promise.resolve()
  const goOn = (run: Run) => {
    handed.clear()
    running = runner.go(run)
  }
  const stopRun = async () => {
    runner.stop()
    growth.tell()
    await running
  }
  const follow = createFollow({
    ...{ ask, scene, reader, lookup, selection, progress, runner, goOn, draw, isConnected },
    wait: (pauseMs, then) => wait('lookup', pauseMs, then),
    dateMs: deps.dateMs,
  })

  async function collect(into?: Destination): Promise<Queued> {
    if (scene.isBusy || runner.current()) throw new Refusal('PROTOCOL_BUSY')
    scene.isBusy = true
    try {
      if (!scene.view?.isConsented) throw new Refusal('HARVEST_NO_CONSENT')
      await follow.look()
      if (runner.current()) throw new Refusal('PROTOCOL_BUSY')
      scene.runEnd = null
      scene.destination = into ?? bar.destination()
      const queued = await press.all(scene.destination)
      follow.lookUpSoon()
      return queued
    } finally {
      scene.isBusy = false
    }
  }

  return {
    ...createActions({ ...deps, ask, parts, press, follow, attempt, draw, collect, goOn, stopRun }),
    ...createTabAnswers({ ...deps, parts, press, follow, usualOriginals }),
    pageChanged: () => {
      growth.tell()
      return attempt(follow.pageChanged)
    },
    refresh: () => attempt(follow.renew),
    pick: (keys, isPicked) => {
      selection.pick(keys, isPicked)
      draw()
    },
    draw,
  }
}

/** The worker may die with the answer in its hands. Nothing asked here does harm when asked twice. */
function patient(ask: Ask): Ask {
  return (type, question) =>
    ask(type, question).catch((error: unknown) => {
      if (codeOf(error) === 'HARVEST_DISCONNECTED') return ask(type, question)
      throw error
    })
}
