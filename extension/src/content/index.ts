/** Content script: puts the bar on a results page. Makes no request and changes nothing of the page. */
import { findAmong } from '../harvesters/find.ts'
import { generic } from '../harvesters/generic.ts'
import type { Destination } from '../platform/message-table.ts'
import type { Envelope } from '../platform/messages.ts'
import { ask, extensionId, listen } from '../platform/messages.ts'
import { createBar } from './bar.ts'
import { createController } from './controller.ts'
import { onEscape } from './elements.ts'
import { brought } from './engines/brought.ts'
import { cameLate } from './late.ts'
import { createPageAnswers } from './page-answers.ts'
import { createPause } from './pause.ts'
import { createReader } from './reader.ts'
import { saveFile } from './save-file.ts'
import { createScroller } from './scroller.ts'
import { createTileLayer } from './tiles/tile-layer.ts'
import { watchPage } from './watch.ts'

/** How long a run waits for a page, in milliseconds. */
const patience = { onTheWayMs: 300, atTheEndMs: 4_000, challengeMs: 1_000 } as const

function start(): void {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  function wait(name: string, pauseMs: number, then: () => unknown): void {
    clearTimeout(timers.get(name))
    timers.set(name, setTimeout(then, pauseMs))
  }
  const nowMs = () => performance.now()
  const pause = createPause()
  const answers = createPageAnswers(document, () => brought().flatMap(one => one.answers ?? []))
  const [navigation] = performance.getEntriesByType('navigation')
  const isLate = cameLate(navigation as PerformanceNavigationTiming | undefined, nowMs())
  const reader = createReader({
    document,
    address: () => location.href,
    findHarvester: (url, page) => findAmong(brought(), url, page),
    generic,
    answers: answers.take,
    isLateFor: engine => isLate && brought().some(one => one.engine === engine && one.answers),
    nowMs,
    pause,
  })
  const layer = createTileLayer({
    document,
    onPick: (keys, isPicked) => controller.pick(keys, isPicked),
    onPickingEnded: () => {
      controller.draw()
      bar.focusPick()
    },
  })
  const bar = createBar({
    collect: () => controller.collect().catch(() => undefined),
    undo: () => void controller.undo(),
    startRun: wanted => void controller.startRun(wanted),
    stopRun: () => void controller.stopRun(),
    consent: () => void controller.consent(),
    minimise: isMinimised => void controller.minimise(isMinimised),
    choose: destination => void controller.choose(destination),
    openOptions: section => void controller.openOptions(section),
    setFilters: filters => void controller.setFilters(filters),
    togglePicking: () => controller.togglePicking(),
    pickMany: which => controller.pickMany(which),
    showMarks: areShown => controller.showMarks(areShown),
    readAsAnyPage: () => {
      watch.follow(generic)
      void controller.readAsAnyPage()
    },
    saveReport: () => void controller.saveReport(),
  })
  const scroller = createScroller({ document, lastTile: () => reader.tiles().at(-1), more: reader.more })
  const controller = createController({
    ...{ document, reader, ask, bar, layer, scroller, patience, wait, pause, nowMs },
    dateMs: Date.now,
    pageUrl: () => location.href,
    newPressId,
    isVisible: () => document.visibilityState === 'visible',
    save: saveFile,
  })

  const answersTo: Readonly<Record<string, (question: unknown) => Promise<unknown>>> = {
    readPage: controller.view,
    collectNow: question => controller.collect((question as { destination?: Destination }).destination),
    refresh: () => controller.refresh().then(() => null),
    undoNow: () => controller.undo().then(() => null),
    pickNow: async () => {
      controller.togglePicking()
      return null
    },
    candidateAt: question => controller.candidateAt((question as { imageUrl: string }).imageUrl),
    report: controller.report,
  }
  listen((message, sender) => {
    if (sender.id !== extensionId()) return undefined
    const { type, ask: question } = message as Envelope
    return Object.hasOwn(answersTo, type) ? answersTo[type]?.(question) : undefined
  })

  const harvester = reader.harvester() ?? generic
  const watch = watchPage({
    document,
    harvester,
    touched: reader.touch,
    changed: () => void controller.pageChanged(),
    shown: () => void controller.refresh(),
    ...{ nowMs, pause },
  })
  onEscape(document, () => void controller.stopRun())
  void controller.refresh()
}

const newPressId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')

// A site that is allowed while its page is open gets the script once more.
const here = globalThis as { gleanerIsHere?: true }
if (!here.gleanerIsHere) {
  here.gleanerIsHere = true
  start()
}
