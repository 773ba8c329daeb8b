/** The bar at the bottom of a results page: draws a state, reports what the person does. Knows no messages. */
import type { ErrorCode } from '@gleaner/shared/errors'
import { call } from '../harvesters/dom.ts'
import type {
  Choice,
  Destination,
  Filters,
  RefusingHost,
  Run,
  Sentences,
  ServerStatus,
  TabProgress,
} from '../platform/message-table.ts'
import { type Found, foundWords, runWords } from '../platform/words.ts'
import { mark } from './bar-parts.ts'
import { createReady } from './bar-ready.ts'
import { createClosedRoot } from './closed-root.ts'
import { button, element, onTrusted, setText } from './elements.ts'
import type { RunEnd } from './runner.ts'
import { rootOf } from './tiles/reading.ts'

export interface BarState {
  readonly isConsented: boolean
  readonly isMinimised: boolean
  readonly found: Found
  readonly destination: Destination
  readonly datasets: readonly Choice[]
  readonly classes: readonly Choice[]
  readonly status: ServerStatus | null
  readonly press: TabProgress['press']
  readonly canUndo: boolean
  /** What the last undo took back. */
  readonly undone: { readonly candidates: number; readonly images: number } | null
  readonly refusing: readonly RefusingHost[]
  readonly page: {
    /** What is odd about the page. */
    readonly code: ErrorCode | null
    /** Read as a page of no engine. */
    readonly isAnyPage: boolean
    readonly tiles: number
    readonly originals: number
    readonly thumbnailsOnly: number
    /** Part of the tiles that usually give an original, from 0 to 1. */
    readonly usualOriginals: number
  }
  /** Why the last thing the person asked for did not work. */
  readonly failure: ErrorCode | null
  readonly isBusy: boolean
  readonly filters: Filters
  readonly isPicking: boolean
  readonly areMarksShown: boolean
  readonly run: Run | null
  readonly runEnd: RunEnd | null
  readonly sentences: Sentences
  /** Style of the bar; the first one that is told counts. */
  readonly looks: string
}

export interface BarActions {
  readonly collect: () => void
  readonly undo: () => void
  readonly startRun: (wanted: number) => void
  readonly stopRun: () => void
  readonly consent: () => void
  readonly minimise: (isMinimised: boolean) => void
  readonly choose: (destination: Destination) => void
  readonly openOptions: (section?: 'sites') => void
  readonly setFilters: (filters: Filters) => void
  readonly togglePicking: () => void
  readonly pickMany: (which: 'all' | 'none' | 'invert') => void
  readonly showMarks: (areShown: boolean) => void
  readonly readAsAnyPage: () => void
  readonly saveReport: () => void
}

export interface Bar {
  /** Draws a state; `null` takes the bar off the page. */
  readonly show: (state: BarState | null) => void
  /** What the fields say just now. */
  readonly destination: () => Destination
  /** Puts the person at the button that turns picking on. */
  readonly focusPick: () => void
}

const consentTitle = 'Gleaner can collect these results for you.'
const consentText =
  'It reads image addresses on this page and sends those you collect to your own computer, nowhere else.'

const hostStyle = {
  position: 'fixed',
  inset: 'auto 0 14px 0',
  'margin-inline': 'auto',
  width: 'fit-content',
  display: 'block',
  'z-index': '2147483647',
}

export function createBar(actions: BarActions): Bar {
  const { host, root, dress } = createClosedRoot('gleaner-bar', hostStyle)
  let isDressed = false
  // Pages bind single letters to actions; what is typed here is none of their business.
  for (const type of ['keydown', 'keypress', 'keyup', 'input', 'paste', 'copy', 'cut'] as const) {
    root.addEventListener(type, event => event.stopPropagation())
  }
  const consent = createConsent(actions)
  const ready = createReady(actions)
  const bar = element(
    'section',
    { class: 'bar', attributes: { role: 'region', 'aria-label': 'Gleaner' } },
    consent,
    ready.root,
  )
  const pill = createPill(actions)
  root.append(bar, pill.root)

  function place(isMinimised: boolean): void {
    host.style.setProperty('inset', isMinimised ? 'auto 14px 14px auto' : 'auto 0 14px 0', 'important')
    host.style.setProperty('margin-inline', isMinimised ? '0' : 'auto', 'important')
  }

  function show(state: BarState | null): void {
    if (state === null) {
      host.remove()
      return
    }
    const { isConsented, isMinimised, looks } = state
    if (!isDressed) dress(looks)
    isDressed = true
    consent.hidden = isConsented
    ready.root.hidden = !isConsented
    bar.hidden = isMinimised
    pill.root.hidden = !isMinimised
    pill.show(state)
    place(isMinimised)
    if (isConsented) ready.show(state)
    if (!host.isConnected) call(rootOf(document), 'append', host)
  }

  return { show, destination: ready.destination, focusPick: ready.focusPick }
}

/** What is left of the bar when it is made small: still says how many, and into which class. */
function createPill(actions: BarActions) {
  const number = element('span')
  const label = element('bdi', { class: 'class' })
  const root = element(
    'button',
    { class: 'pill', attributes: { type: 'button' } },
    mark(),
    number,
    document.createTextNode(' '),
    label,
  )
  onTrusted(root, 'click', () => actions.minimise(false))
  return {
    root,
    show: ({ isConsented, found, destination, status, run }: BarState) => {
      const count = run ? `${run.found} / ${run.wanted}` : String(found.originals + found.thumbnailsOnly)
      const what = run ? runWords(run) : foundWords(found)
      setText(number, isConsented ? count : 'Gleaner')
      setText(label, isConsented ? destination.class : '')
      label.hidden = !isConsented || destination.class === ''
      // Who speaks to the computer says what stands there: so the name holds it word for word.
      const shown = destination.class === '' ? count : `${count} ${destination.class}`
      root.setAttribute(
        'aria-label',
        `Open Gleaner: ${isConsented ? `${shown} (${what})` : 'not allowed yet'}`,
      )
      const isWarning = run?.state === 'paused' || (status !== null && status.code !== null)
      root.classList.toggle('warns', isConsented && isWarning)
    },
  }
}

function createConsent(actions: BarActions): HTMLElement {
  const words = element(
    'p',
    { class: 'consent' },
    element('strong', { text: consentTitle }),
    element('span', { text: consentText }),
  )
  const allow = button('Allow', 'primary', actions.consent)
  const later = button('Not now', '', () => actions.minimise(true))
  return element('div', { class: 'row' }, mark(), words, later, allow)
}
