import { catalogue } from '@gleaner/shared/errors'
import { noCounts } from '@gleaner/shared/outcome'
import { JSDOM } from 'jsdom'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { noFilters } from '../platform/filters.ts'
import type { Run } from '../platform/message-table.ts'
import { type BarActions, type BarState, createBar } from './bar.ts'

const state: BarState = {
  isConsented: true,
  isMinimised: false,
  found: { originals: 214, thumbnailsOnly: 12, held: 31, tried: 0 },
  destination: { dataset: 'Animals', class: 'cat' },
  datasets: [],
  classes: [],
  status: { code: null, facts: {}, port: 4817, waiting: 0, refused: 0 },
  press: null,
  canUndo: false,
  undone: null,
  refusing: [],
  page: {
    code: null,
    isAnyPage: false,
    tiles: 226,
    originals: 214,
    thumbnailsOnly: 12,
    usualOriginals: 1,
  },
  failure: null,
  isBusy: false,
  filters: noFilters,
  isPicking: false,
  areMarksShown: true,
  run: null,
  runEnd: null,
  sentences: catalogue,
  looks: '.bar {}',
}
const press: NonNullable<BarState['press']> = {
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  candidates: 1,
  waiting: 0,
  refused: 0,
  refusedCode: null,
  counts: { ...noCounts(), stored: 1 },
  isUndone: false,
}
const run: Run = {
  dataset: 'Animals',
  class: 'dog',
  engine: 'lumen',
  query: 'cat',
  wanted: 200,
  found: 34,
  results: 'lumen.example cat',
  seenAtMs: 0,
  barren: 0,
  state: 'running',
}

let root: ShadowRoot
let page: Document

beforeEach(() => {
  const { window } = new JSDOM('<!doctype html><body><p>results</p></body>')
  page = window.document
  vi.stubGlobal('document', page)
  vi.stubGlobal('HTMLElement', window.HTMLElement)
  const attach = window.Element.prototype.attachShadow
  window.Element.prototype.attachShadow = function (init) {
    root = attach.call(this, init)
    return root
  }
})
afterEach(() => vi.unstubAllGlobals())

function open() {
  const acts: string[] = []
  const actions = new Proxy({} as BarActions, {
    get: (_, name) => () => void acts.push(String(name)),
  })
  return { bar: createBar(actions), acts }
}
const text = () => root.querySelector('.bar')?.textContent ?? ''
const host = () => page.querySelector('gleaner-bar')
const collect = () => root.querySelector<HTMLButtonElement>('.into > button.primary')
const named = (name: string | RegExp) =>
  [...root.querySelectorAll('button')].find(({ textContent }) => textContent?.match(name))
const isShown = (element: Element | null | undefined) => element?.closest('[hidden]') === null

test('is closed to the page, named, and gone when there is nothing to show', () => {
  const { bar } = open()
  bar.show(state)
  expect(host()?.shadowRoot).toBeNull()
  expect(root.querySelector('[role=region]')?.getAttribute('aria-label')).toBe('Gleaner')
  expect(text()).toContain('214 originals · 12 thumbnails only · 31 already in the set')
  expect(page.body.children).toHaveLength(1)
  bar.show(null)
  expect(host()).toBeNull()
})

test('the button tells what pressing brings, and is off when that is nothing', () => {
  const { bar } = open()
  bar.show(state)
  expect([collect()?.textContent, collect()?.disabled]).toEqual(['Collect 195 new', false])
  bar.show({ ...state, found: { ...state.found, choice: { filtered: 100, dropped: 9, fresh: 86 } } })
  expect([collect()?.textContent, collect()?.disabled]).toEqual(['Collect 86 of 195 new', false])
  expect(text()).toContain('100 left out by filters · 9 dropped')
  bar.show({ ...state, found: { ...state.found, held: 225, tried: 1 } })
  expect([collect()?.textContent, collect()?.disabled]).toEqual(['Nothing new', true])
  expect(text()).toContain('225 already in the set · 1 tried before')
})

test('obeys no event that a page made up', () => {
  const { bar, acts } = open()
  bar.show({
    ...state,
    status: { ...state.status, code: 'SERVER_NOT_PAIRED' } as BarState['status'],
    page: { ...state.page, code: 'HARVEST_LAYOUT_CHANGED' },
    isPicking: true,
    canUndo: true,
    press,
  })
  expect(root.querySelectorAll('button, input, select').length).toBeGreaterThan(20)
  for (const target of root.querySelectorAll('button, input, select, li')) {
    for (const type of ['click', 'pointerdown', 'keydown', 'input', 'change', 'focus', 'blur']) {
      target.dispatchEvent(
        new (page.defaultView as Window & typeof globalThis).Event(type, { bubbles: true }),
      )
    }
  }
  expect(acts).toEqual([])
})

test('shows what a page wrote as text', () => {
  const { bar } = open()
  const label = '<img src=x onerror=alert(1)>'
  const destination = { dataset: label, class: label }
  bar.show({ ...state, destination, press: { ...press, ...destination, query: label } })
  bar.show({ ...state, destination, refusing: [{ host: label, pictures: 1, origins: [] }] })
  expect(root.querySelector('img')).toBeNull()
  bar.show({ ...state, destination, press: { ...press, ...destination, query: label } })
  expect(text()).toContain(`${label} in ${label}: 1 stored`)
})

test('every control has a name', () => {
  const { bar } = open()
  bar.show({ ...state, isPicking: true, canUndo: true, press, run })
  for (const control of root.querySelectorAll('button, input, select')) {
    const label = root.querySelector(`label[for="${control.id}"]`) ?? control.closest('label')
    expect(control.getAttribute('aria-label') || control.textContent || label?.textContent).toBeTruthy()
  }
})

test('asks before it reads, and shrinks to a button that still says the class', () => {
  const { bar } = open()
  bar.show({ ...state, isConsented: false })
  const shown = [...root.querySelectorAll<HTMLElement>('.bar > :not([hidden])')]
  expect(shown.map(({ textContent }) => textContent).join()).toMatch(
    /sends those you collect to your own computer/,
  )
  expect(shown.map(({ textContent }) => textContent).join()).not.toContain('214')
  bar.show({ ...state, isMinimised: true })
  const pill = root.querySelector('.pill')
  expect(isShown(root.querySelector('.bar'))).toBe(false)
  expect(pill?.textContent).toBe('226 cat')
  expect(pill?.getAttribute('aria-label')).toMatch(/^Open Gleaner: \d+ cat \(214 originals.*\)$/)
  bar.show({ ...state, isMinimised: true, run, destination: run })
  expect(pill?.textContent).toBe('34 / 200 dog')
})

describe('a collect that goes on by itself', () => {
  test('can be stopped, and keeps its class', () => {
    const { bar } = open()
    bar.show(state)
    expect([isShown(named('Scroll on')), isShown(named('Stop'))]).toEqual([true, false])
    bar.show({ ...state, run, destination: run })
    expect([isShown(named('Scroll on')), isShown(named('Stop'))]).toEqual([false, true])
    expect(text()).toContain('34 of 200 new originals so far')
    const field = root.querySelector<HTMLInputElement>('#class')
    expect([field?.value, field?.disabled, collect()?.disabled]).toEqual(['dog', true, true])
  })

  test('says at the end how much it found, and why no more', () => {
    const { bar } = open()
    bar.show({ ...state, runEnd: { found: 34, wanted: 200, code: 'HARVEST_REPEATS' } })
    expect(text()).toMatch(/Found 34 of 200 new originals\..*repeats what it has shown/)
    bar.show({ ...state, runEnd: { found: 200, wanted: 200, code: null } })
    expect(root.querySelector('.note.news')?.textContent).toBe('Found 200 of 200 new originals.')
  })
})

test('offers undo where there is something to take back, and says what was', () => {
  const { bar } = open()
  bar.show({ ...state, press, canUndo: true })
  expect(isShown(named('Undo'))).toBe(true)
  bar.show({ ...state, press: { ...press, isUndone: true }, undone: { candidates: 42, images: 30 } })
  expect(isShown(named('Undo'))).toBe(false)
  expect(text()).toContain('Taken back: 42 results, 30 pictures removed.')
})

test('says when a page gives less than usual, and what can be done', () => {
  const { bar } = open()
  bar.show({ ...state, page: { ...state.page, code: 'HARVEST_FEW_ORIGINALS', originals: 20 } })
  expect(text()).toContain('20 of 226 tiles gave an original and 12 only a thumbnail; 226 usually do.')
  expect([named('Read as any page'), named('Save report')].every(isShown)).toBe(true)
})

test('points to the options where hosts refuse the server', () => {
  const { bar } = open()
  bar.show({ ...state, refusing: [{ host: 'stock.example', pictures: 4, origins: [] }] })
  expect(text()).toContain('4 pictures of stock.example cannot be fetched by the server.')
  expect(isShown(named('Allow in the options'))).toBe(true)
})

describe('filters', () => {
  const panel = () => root.querySelector('#filters')
  test('are a panel that says how many count', () => {
    const { bar } = open()
    bar.show(state)
    expect([isShown(panel()), named(/^Filters$/)?.getAttribute('aria-expanded')]).toEqual([false, 'false'])
    bar.show({ ...state, filters: { ...noFilters, minSidePx: 300, formats: ['png'] } })
    expect(named(/^Filters \(2\)$/)).toBeDefined()
    expect(root.querySelector<HTMLInputElement>('#filters-side')?.value).toBe('300')
  })

  test('are shown from the start on a page of no engine', () => {
    const { bar } = open()
    bar.show({ ...state, page: { ...state.page, isAnyPage: true } })
    expect(isShown(panel())).toBe(true)
  })
})

test('draws notes anew only where they differ, so that nothing is read twice', () => {
  const { bar } = open()
  bar.show({ ...state, failure: 'HARVEST_OUTBOX_FULL' })
  const note = root.querySelector('.note')
  bar.show({ ...state, failure: 'HARVEST_OUTBOX_FULL', canUndo: true })
  expect(root.querySelector('.note')).toBe(note)
})
