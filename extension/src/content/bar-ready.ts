/** The bar of a person who has allowed it: what was found, where it goes, what became of it. */
import { limits } from '@gleaner/shared/limits'
import type { Destination } from '../platform/message-table.ts'
import {
  collectWords,
  foundWords,
  pressShare,
  pressWords,
  undoneWords,
  unfinished,
} from '../platform/words.ts'
import type { BarActions, BarState } from './bar.ts'
import { createNotes } from './bar-notes.ts'
import { mark, minimiseButton } from './bar-parts.ts'
import { createTools } from './bar-tools.ts'
import { createCombo } from './combo.ts'
import { button, element, setText } from './elements.ts'

export function createReady(actions: BarActions) {
  const found = element('p', { class: 'found' })
  const collect = button('Collect', 'primary', actions.collect)
  const settled = () => actions.choose(destination())
  const entered = () => (collect.disabled ? undefined : actions.collect())
  const combo = (id: string, label: string, maxLength: number) =>
    createCombo({ id, label, maxLength, settled, entered })
  const labelField = combo('class', 'Class', limits.classChars)
  const datasetField = combo('dataset', 'Dataset', limits.datasetChars)
  const destination = (): Destination => ({ dataset: datasetField.value(), class: labelField.value() })

  const tools = createTools(actions)
  const notes = createNotes(actions)
  const outcome = createOutcome(actions)
  const top = element('div', { class: 'row top' }, mark(), found, tools.buttons, minimiseButton(actions))
  const into = element('div', { class: 'row into' }, labelField.root, datasetField.root, collect, tools.run)
  const root = element('div', { class: 'stack' }, notes.root, outcome.root, top, tools.panels, into)

  function show(state: BarState): void {
    const { say, isWorthwhile } = collectWords(state.found)
    setText(found, foundWords(state.found))
    setText(collect, say)
    collect.disabled = state.isBusy || state.run !== null || !isWorthwhile
    labelField.setChoices(state.classes)
    labelField.setValue(state.destination.class)
    datasetField.setChoices(state.datasets)
    datasetField.setValue(state.destination.dataset)
    labelField.input.setAttribute('aria-invalid', String(state.failure === 'CLASS_NAME_INVALID'))
    datasetField.input.setAttribute('aria-invalid', String(state.failure === 'DATASET_NAME_INVALID'))
    // What goes on by itself goes on into the class it was begun for.
    for (const { input } of [labelField, datasetField]) input.disabled = state.run !== null
    outcome.show(state)
    tools.show(state)
    notes.show(state)
  }

  return { root, show, destination, focusPick: tools.focusPick }
}

/** How the last collect fares, and the way back. */
function createOutcome(actions: BarActions) {
  const fill = element('div', { class: 'fill' })
  const track = element('div', { class: 'track', attributes: { 'aria-hidden': 'true' } }, fill)
  const result = element('p', { class: 'result', attributes: { role: 'status' } })
  const undo = button('Undo', 'link', actions.undo)
  undo.title = 'Takes the last collect back, with its pictures'
  const root = element('div', { class: 'stack' }, track, element('div', { class: 'row' }, result, undo))
  return {
    root,
    show: ({ press, undone, canUndo, isBusy }: BarState) => {
      const text = undone
        ? undoneWords(undone)
        : press && `${press.class} in ${press.dataset}: ${pressWords(press)}`
      track.hidden = press === null || press.isUndone || undone !== null
      root.hidden = text === null && !canUndo
      undo.hidden = !canUndo || undone !== null
      undo.disabled = isBusy
      // Numbers that change every second are not read out; where they end is.
      result.setAttribute('aria-live', press && unfinished(press) > 0 ? 'off' : 'polite')
      setText(result, text ?? '')
      if (press) fill.style.setProperty('width', `${Math.round(pressShare(press) * 100)}%`)
    },
  }
}
