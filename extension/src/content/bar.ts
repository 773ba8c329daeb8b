/** The bar at the bottom of a results page: draws a state, reports what the person does. Knows no messages. */
import { catalogue, type ErrorCode } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import type { Choice, Destination, ServerStatus, TabProgress } from '../platform/message-table.ts'
import {
  collectWords,
  connectionWords,
  type Found,
  foundWords,
  pressShare,
  pressWords,
} from '../platform/words.ts'
import css from './bar.css?inline'
import { createCombo } from './combo.ts'
import { drawing, element, onTrusted, setText } from './elements.ts'

export interface BarState {
  readonly isConsented: boolean
  readonly isMinimised: boolean
  readonly found: Found
  readonly destination: Destination
  readonly datasets: readonly Choice[]
  readonly classes: readonly Choice[]
  readonly status: ServerStatus | null
  readonly press: TabProgress['press']
  /** What is odd about the page. */
  readonly pageCode: ErrorCode | null
  /** Why the last thing the person asked for did not work. */
  readonly failure: ErrorCode | null
  readonly isBusy: boolean
}

export interface BarActions {
  readonly collect: () => void
  readonly consent: () => void
  readonly minimise: (isMinimised: boolean) => void
  readonly choose: (destination: Destination) => void
  readonly openOptions: () => void
}

export interface Bar {
  /** Draws a state; `null` takes the bar off the page. */
  readonly show: (state: BarState | null) => void
  /** What the fields say just now. */
  readonly destination: () => Destination
}

const consentTitle = 'Gleaner can collect these results for you.'
const consentText =
  'It reads image addresses on this page and sends those you collect to your own computer, nowhere else.'

const wheat =
  'M12 2.5c1.9 1.600 1.900 4.200 0 6-1.900-1.800-1.900-4.400 0-6Zm-.8 9.700c-2.600.1-4.300-1.500-4.500-4.100 2.600 0 4.400 1.600 4.500 4.100Zm1.600 0c2.600.1 4.300-1.500 4.500-4.100-2.600 0-4.400 1.600-4.500 4.100Zm-1.600 4.300c-2.600.1-4.300-1.500-4.500-4.100 2.600 0 4.400 1.600 4.500 4.100Zm1.600 0c2.600.1 4.300-1.500 4.500-4.100-2.600 0-4.400 1.600-4.500 4.100Zm-1.600 4.300c-2.600.1-4.300-1.500-4.500-4.100 2.600 0 4.400 1.600 4.500 4.100Zm1.600 0c2.600.1 4.300-1.500 4.500-4.100-2.600 0-4.400 1.600-4.500 4.100Z'
const minus = 'M6 12h12'

const mark = () => element('span', { class: 'mark', attributes: { 'aria-hidden': 'true' } }, drawing(wheat))

function button(text: string, kind: string, act: () => void): HTMLButtonElement {
  const made = element('button', { class: kind, text, attributes: { type: 'button' } })
  onTrusted(made, 'click', act)
  return made
}

/**
 * Makes the element that carries the bar. It stands outside the page's flow and shields itself from the page's rules:
 * an important inline style outranks every rule a page can write.
 */
function createHost(): { readonly host: HTMLElement; readonly root: ShadowRoot } {
  const host = document.createElement('gleaner-bar')
  const style: Readonly<Record<string, string>> = {
    all: 'initial',
    position: 'fixed',
    inset: 'auto 0 14px 0',
    'margin-inline': 'auto',
    width: 'fit-content',
    display: 'block',
    'z-index': '2147483647',
  }
  for (const [name, value] of Object.entries(style)) host.style.setProperty(name, value, 'important')
  const root = host.attachShadow({ mode: 'closed' })
  addStyle(root)
  // Pages bind single letters to actions; what is typed here is none of their business.
  for (const type of ['keydown', 'keypress', 'keyup', 'input', 'paste', 'copy', 'cut'] as const) {
    root.addEventListener(type, event => event.stopPropagation())
  }
  return { host, root }
}

/** A constructed style sheet is not subject to the page's content security policy. */
function addStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    // Firefox refuses sheets made in the script's own world (bug 1751346), but lets its style elements pass.
    root.append(element('style', { text: css }))
  }
}

export function createBar(actions: BarActions): Bar {
  const { host, root } = createHost()
  const consent = createConsent(actions)
  const ready = createReady(actions)
  const bar = element(
    'section',
    { class: 'bar', attributes: { role: 'region', 'aria-label': 'Gleaner' } },
    consent,
    ready.root,
  )
  const pillText = element('span')
  const pill = element('button', { class: 'pill', attributes: { type: 'button' } }, mark(), pillText)
  onTrusted(pill, 'click', () => actions.minimise(false))
  root.append(bar, pill)

  function place(isMinimised: boolean): void {
    host.style.setProperty('inset', isMinimised ? 'auto 14px 14px auto' : 'auto 0 14px 0', 'important')
    host.style.setProperty('margin-inline', isMinimised ? '0' : 'auto', 'important')
  }

  function show(state: BarState | null): void {
    if (state === null) {
      host.remove()
      return
    }
    const { isConsented, isMinimised, found } = state
    consent.hidden = isConsented
    ready.root.hidden = !isConsented
    bar.hidden = isMinimised
    pill.hidden = !isMinimised
    const number = found.originals + found.thumbnailsOnly
    setText(pillText, isConsented ? number.toLocaleString('en') : 'Gleaner')
    pill.setAttribute('aria-label', `Open Gleaner: ${isConsented ? foundWords(found) : 'not allowed yet'}`)
    pill.classList.toggle('warns', isConsented && state.status !== null && state.status.code !== null)
    place(isMinimised)
    if (isConsented) ready.show(state)
    if (!host.isConnected) document.documentElement.append(host)
  }

  return { show, destination: ready.destination }
}

const minimiseButton = (actions: BarActions, label: string) => {
  const made = element(
    'button',
    { class: 'icon', attributes: { type: 'button', 'aria-label': label } },
    drawing(minus),
  )
  onTrusted(made, 'click', () => actions.minimise(true))
  return made
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

function createReady(actions: BarActions) {
  const found = element('p', { class: 'found' })
  const collect = button('Collect', 'primary', actions.collect)
  const settled = () => actions.choose(destination())
  const entered = () => (collect.disabled ? undefined : actions.collect())
  const combo = (id: string, label: string, maxLength: number) =>
    createCombo({ id, label, maxLength, settled, entered })
  const labelField = combo('class', 'Class', limits.classChars)
  const datasetField = combo('dataset', 'Dataset', limits.datasetChars)
  const destination = (): Destination => ({ dataset: datasetField.value(), class: labelField.value() })

  const into = element('div', { class: 'into' }, labelField.root, datasetField.root, collect)
  const fill = element('div', { class: 'fill' })
  const track = element('div', { class: 'track', attributes: { 'aria-hidden': 'true' } }, fill)
  const result = element('p', { class: 'result', attributes: { role: 'status' } })
  const notes = element('div', { class: 'notes', attributes: { role: 'status' } })
  const content = element(
    'div',
    {},
    element('div', { class: 'row' }, mark(), found, into, minimiseButton(actions, 'Minimise Gleaner')),
  )
  content.append(track, result, notes)
  content.className = 'ready'

  let drawnNotes = ''
  function showNotes({ status, pageCode, failure }: BarState): void {
    const trouble = status ? connectionWords(status) : undefined
    const wanted = [
      ...[failure, pageCode].flatMap(code =>
        code ? [{ say: catalogue[code].say, hint: catalogue[code].hint, isForOptions: false }] : [],
      ),
      ...(trouble ? [trouble] : []),
    ]
    const key = JSON.stringify(wanted)
    if (key === drawnNotes) return
    drawnNotes = key
    notes.hidden = wanted.length === 0
    notes.replaceChildren(
      ...wanted.map(({ say, hint, isForOptions }) => {
        const note = element(
          'p',
          { class: 'note' },
          element('strong', { text: say }),
          element('span', { text: hint }),
        )
        if (isForOptions) note.append(button('Open options', 'link', actions.openOptions))
        return note
      }),
    )
  }

  function show(state: BarState): void {
    const { press } = state
    const { say, isWorthwhile } = collectWords(state.found)
    setText(found, foundWords(state.found))
    setText(collect, say)
    collect.disabled = state.isBusy || !isWorthwhile
    labelField.setChoices(state.classes)
    labelField.setValue(state.destination.class)
    datasetField.setChoices(state.datasets)
    datasetField.setValue(state.destination.dataset)
    labelField.input.setAttribute('aria-invalid', String(state.failure === 'CLASS_NAME_INVALID'))
    datasetField.input.setAttribute('aria-invalid', String(state.failure === 'DATASET_NAME_INVALID'))
    track.hidden = press === null
    result.hidden = press === null
    if (press) {
      fill.style.setProperty('width', `${Math.round(pressShare(press) * 100)}%`)
      setText(result, `${press.class} in ${press.dataset}: ${pressWords(press)}`)
    }
    showNotes(state)
  }

  return { root: content, show, destination }
}
