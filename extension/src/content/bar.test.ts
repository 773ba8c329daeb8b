import { noCounts } from '@gleaner/shared/outcome'
import { JSDOM } from 'jsdom'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
  pageCode: null,
  failure: null,
  isBusy: false,
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
  const act = (name: string) => () => {
    acts.push(name)
  }
  const actions: BarActions = {
    collect: act('collect'),
    consent: act('consent'),
    minimise: act('minimise'),
    choose: act('choose'),
    openOptions: act('openOptions'),
  }
  return { bar: createBar(actions), acts }
}
const text = () => root.querySelector('.bar')?.textContent ?? ''
const host = () => page.querySelector('gleaner-bar')

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
  const collect = () => root.querySelector<HTMLButtonElement>('.ready button.primary')
  bar.show(state)
  expect([collect()?.textContent, collect()?.disabled]).toEqual(['Collect 195 new', false])
  bar.show({ ...state, found: { ...state.found, held: 225, tried: 1 } })
  expect([collect()?.textContent, collect()?.disabled]).toEqual(['Nothing new', true])
  expect(text()).toContain('225 already in the set · 1 tried before')
})

test('obeys no event that a page made up', () => {
  const { bar, acts } = open()
  bar.show({ ...state, status: { ...state.status, code: 'SERVER_NOT_PAIRED' } as BarState['status'] })
  for (const target of root.querySelectorAll('button, input, li')) {
    for (const type of ['click', 'pointerdown', 'keydown', 'input', 'focus', 'blur']) {
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
  const press = {
    dataset: label,
    class: label,
    engine: 'lumen',
    query: label,
    candidates: 1,
    waiting: 0,
    refused: 0,
    refusedCode: null,
    counts: { ...noCounts(), stored: 1 },
  }
  bar.show({ ...state, destination: { dataset: label, class: label }, press })
  expect(root.querySelector('img')).toBeNull()
  expect(text()).toContain(`${label} in ${label}: 1 stored`)
})

test('every control has a name', () => {
  const { bar } = open()
  bar.show(state)
  for (const control of root.querySelectorAll('button, input')) {
    const label = root.querySelector(`label[for="${control.id}"]`)?.textContent
    expect(control.getAttribute('aria-label') ?? (control.textContent || label)).toBeTruthy()
  }
})

test('asks before it reads, and shrinks to a button', () => {
  const { bar } = open()
  bar.show({ ...state, isConsented: false })
  const shown = [...root.querySelectorAll<HTMLElement>('.bar > :not([hidden])')]
  expect(shown.map(({ textContent }) => textContent).join()).toMatch(
    /sends those you collect to your own computer/,
  )
  expect(shown.map(({ textContent }) => textContent).join()).not.toContain('214')
  bar.show({ ...state, isMinimised: true })
  expect(root.querySelector<HTMLElement>('.bar')?.hidden).toBe(true)
  expect(root.querySelector('.pill')?.getAttribute('aria-label')).toMatch(/^Open Gleaner: 214 originals/)
})
