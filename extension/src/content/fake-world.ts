/** For tests: a page, a background that answers as told, and a clock that only moves when asked. */
import { catalogue } from '@gleaner/shared/errors'
import { noCounts } from '@gleaner/shared/outcome'
import { noFilters } from '../platform/filters.ts'
import type { Messages, ServerStatus, TabProgress, TabView } from '../platform/message-table.ts'
import type { BarState } from './bar.ts'
import { createController } from './controller.ts'
import type { Reader, Reading } from './reader.ts'
import type { Ask } from './scene.ts'
import type { MarkedTile } from './tiles/tile-layer.ts'

export const connected: ServerStatus = { code: null, facts: {}, port: 4817, waiting: 0, refused: 0 }
export const view = (patch: Partial<TabView> = {}): TabView => ({
  status: connected,
  isConsented: true,
  isMinimised: false,
  destination: { dataset: 'Animals', class: 'cat' },
  datasets: [],
  classes: [],
  filters: noFilters,
  run: null,
  usualOriginals: {},
  ...patch,
})
export const readingOf = (query: string, number: number, patch: Partial<Reading> = {}): Reading => ({
  engine: 'lumen',
  label: 'Lumen Images',
  query,
  filters: undefined,
  candidates: Array.from({ length: number }, (_, index) => ({
    rank: index + 1,
    sources: [{ kind: 'original', url: `https://pictures.example/${query}/${index}.jpg` }],
  })),
  originals: number,
  thumbnailsOnly: 0,
  tiles: number,
  missed: {},
  results: `lumen.example ${query}`,
  isUnanswered: false,
  ...patch,
})
export const known = (
  state: NonNullable<Messages['lookup']['answer']['known'][number]>['state'],
  patch: object = {},
) => ({ state, code: null, class: 'cat', isThumbnail: false, ...patch })
export const progressOf = (patch: Partial<TabProgress> = {}): TabProgress => ({
  status: connected,
  press: null,
  refusingHosts: [],
  ...patch,
})
export const pressOf = (patch: Partial<NonNullable<TabProgress['press']>> = {}) => ({
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  candidates: 3,
  waiting: 0,
  refused: 0,
  refusedCode: null,
  counts: noCounts(),
  isUndone: false,
  ...patch,
})

type Answers = { -readonly [N in keyof Messages]?: (ask: Messages[N]['ask']) => Messages[N]['answer'] }

export function setUp(answers: Answers = {}) {
  const asked: [keyof Messages, unknown][] = []
  const timers = new Map<string, () => unknown>()
  const pausesMs = new Map<string, number>()
  const world = {
    reading: readingOf('cat', 3),
    isChallenge: false,
    isAnyPage: false,
    shown: null as BarState | null,
    marks: null as readonly MarkedTile[] | null,
    isPicking: false,
    fields: { dataset: 'Animals', class: 'cat' },
    /** The fields say what was drawn last, as they do while nobody types. */
    areFieldsDrawn: false,
    isVisible: true,
    pageUrl: 'https://lumen.example/images?q=cat',
    engine: 'lumen',
    access: 'install',
    saved: [] as { name: string; text: string }[],
    /** What scrolling does to the page. */
    scrolled: () => true,
    ms: 0,
    /** On the wall. */
    dateMs: 1_000_000,
  }
  const all: Answers = {
    describe: () => view(),
    progress: () => progressOf(),
    lookup: ({ urls }) => ({ known: urls.map((_, index) => (index === 0 ? known('stored') : null)) }),
    collect: ({ candidates }) => ({ candidates: candidates.length }),
    undo: () => ({ candidates: 3, images: 2 }),
    consent: () => null,
    choose: () => null,
    minimise: () => null,
    setFilters: () => null,
    setRun: () => null,
    setYield: () => null,
    sentences: () => catalogue,
    looks: () => '.bar {}',
    ...answers,
  }
  const ask: Ask = async (type, question) => {
    asked.push([type, question])
    const answer = all[type]
    if (!answer) throw new Error(`unexpected ${type}`)
    return answer(question as never) as never
  }
  const tiles = new Map<number, Element>()
  const tileOf = (rank: number) => {
    const tile = tiles.get(rank) ?? ({ rank } as unknown as Element)
    tiles.set(rank, tile)
    return tile
  }
  const harvester = () => ({ engine: world.engine, access: world.access, usualOriginals: 1, hosts: [] })
  let pressNumber = 0
  const controller = createController({
    document: {} as Document,
    reader: {
      touch: () => {},
      read: async () => world.reading,
      harvester: harvester as unknown as Reader['harvester'],
      readAsAnyPage: () => {
        world.isAnyPage = true
      },
      isChallenge: () => world.isChallenge,
      tileOf,
      tiles: () => world.reading.candidates.map(({ rank = 0 }) => tileOf(rank)),
      more: () => undefined,
    },
    ask,
    bar: {
      show: state => {
        const before = world.shown?.destination
        if (
          world.areFieldsDrawn &&
          state &&
          before &&
          JSON.stringify(before) !== JSON.stringify(state.destination)
        )
          world.fields = state.destination
        world.shown = state
      },
      destination: () => world.fields,
    },
    layer: {
      show: marks => {
        world.marks = marks
      },
      clear: () => {
        world.marks = null
        world.isPicking = false
      },
      startPicking: () => {
        world.isPicking = true
      },
      stopPicking: () => {
        world.isPicking = false
      },
      isPicking: () => world.isPicking,
    },
    scroller: { scrollOn: () => world.scrolled() },
    patience: { onTheWayMs: 300, atTheEndMs: 4000, challengeMs: 1000 },
    pageUrl: () => world.pageUrl,
    newPressId: () => (pressNumber++).toString(16).padStart(32, '0'),
    isVisible: () => world.isVisible,
    wait: (name, pauseMs, then) => {
      timers.set(name, then)
      pausesMs.set(name, pauseMs)
    },
    pause: async () => {},
    nowMs: () => world.ms,
    dateMs: () => world.dateMs,
    save: (name, text) => void world.saved.push({ name, text }),
  })
  /** What was started without waiting for it has come to its end, or waits for the clock. */
  const settle = () => new Promise<void>(resolve => setImmediate(resolve))
  const pass = async (name: string) => {
    const then = timers.get(name)
    timers.delete(name)
    world.ms += pausesMs.get(name) ?? 0
    await then?.()
    await settle()
  }
  const asksOf = <N extends keyof Messages>(type: N) =>
    asked.filter(([name]) => name === type).map(([, question]) => question as Messages[N]['ask'])
  /** The page as it is once everything there is to ask was asked. */
  const open = async () => {
    await controller.refresh()
    await pass('poll')
    await pass('lookup')
  }
  return { controller, world, all, asksOf, pass, settle, open, timers, pausesMs }
}
