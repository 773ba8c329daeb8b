/** What narrows a collect and what makes it go on by itself: picking, filters, marks, scrolling. */
import { candidatesPerPress } from '../platform/press-limit.ts'
import { runWords } from '../platform/words.ts'
import type { BarActions, BarState } from './bar.ts'
import { createFilterPanel } from './bar-filters.ts'
import { button, element, onTrusted, setText } from './elements.ts'
import { activeFilters } from './filter.ts'

const wantedAtFirst = 200

export function createTools(actions: BarActions) {
  const pick = button('Pick', 'quiet', actions.togglePicking)
  const filters = button('Filters', 'quiet', () => open(!isOpen))
  const marks = button('Marks', 'quiet', () =>
    actions.showMarks(marks.getAttribute('aria-pressed') !== 'true'),
  )
  pick.title = 'Choose tiles by click, by dragging or by keyboard'
  marks.title = 'Show on each tile what your set knows of it'

  const panel = createFilterPanel('filters', actions.setFilters)
  filters.setAttribute('aria-controls', panel.root.id)
  let isOpen = false
  let hasOpened = false
  function open(willBeOpen: boolean): void {
    isOpen = willBeOpen
    hasOpened ||= willBeOpen
    panel.root.hidden = !isOpen
    filters.setAttribute('aria-expanded', String(isOpen))
  }
  open(false)

  const picking = createPicking(actions)
  const run = createRun(actions)
  const buttons = element('div', { class: 'tools' }, pick, filters, marks)
  const panels = element('div', { class: 'stack' }, picking.root, panel.root)

  return {
    buttons,
    panels,
    run: run.root,
    focusPick: () => pick.focus({ preventScroll: true }),
    show: (state: BarState) => {
      const active = activeFilters(state.filters)
      pick.setAttribute('aria-pressed', String(state.isPicking))
      marks.setAttribute('aria-pressed', String(state.areMarksShown))
      setText(filters, active > 0 ? `Filters (${active})` : 'Filters')
      // On pages of no engine most pictures are not meant: the size filter is there to be seen.
      if (state.page.isAnyPage && !hasOpened) open(true)
      panel.show(state.filters)
      picking.show(state)
      run.show(state)
    },
  }
}

function createPicking(actions: BarActions) {
  const words = element('p', { class: 'hint', text: 'Tiles to collect:' })
  const root = element(
    'div',
    { class: 'row', attributes: { role: 'group', 'aria-label': 'Picking' } },
    words,
    button('All', 'quiet', () => actions.pickMany('all')),
    button('None', 'quiet', () => actions.pickMany('none')),
    button('Invert', 'quiet', () => actions.pickMany('invert')),
    button('Done', '', actions.togglePicking),
  )
  return {
    root,
    show: ({ isPicking }: BarState) => {
      root.hidden = !isPicking
    },
  }
}

function createRun(actions: BarActions) {
  const wanted = element('input', {
    class: 'short',
    attributes: {
      type: 'number',
      min: '1',
      max: String(candidatesPerPress),
      value: String(wantedAtFirst),
      inputmode: 'numeric',
      'aria-label': 'New originals to collect',
    },
  })
  const begin = () => {
    const number = Math.round(Number(wanted.value))
    if (number >= 1 && number <= candidatesPerPress) actions.startRun(number)
    else wanted.value = String(wantedAtFirst)
  }
  const start = button('Scroll on', '', begin)
  start.title = 'Scrolls and collects by itself'
  onTrusted(wanted, 'keydown', event => {
    if (event.key === 'Enter' && !event.isComposing && !start.disabled) begin()
  })
  const idle = element(
    'div',
    { class: 'until' },
    element('span', { text: 'until' }),
    wanted,
    element('span', { text: 'new' }),
    start,
  )
  const words = element('p', { class: 'hint running' })
  const stop = button('Stop', '', actions.stopRun)
  const busy = element('div', { class: 'until' }, words, stop)
  const root = element('div', { class: 'run' }, idle, busy)
  return {
    root,
    show: ({ run, isBusy }: BarState) => {
      const hasFocus = [start, wanted, stop].some(control => control.matches(':focus'))
      const isTurning = busy.hidden !== (run === null)
      idle.hidden = run !== null
      busy.hidden = run === null
      start.disabled = isBusy
      if (run) setText(words, runWords(run))
      // The button that was pressed is gone: who works by keyboard stands at the other one.
      if (isTurning && hasFocus) (run ? stop : start).focus({ preventScroll: true })
    },
  }
}
