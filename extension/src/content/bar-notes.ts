/** What the person should know, each with what can be done about it. */
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Sentences } from '../platform/message-table.ts'
import { connectionWords, refusingWords, runEndWords, sentenceOf, yieldWords } from '../platform/words.ts'
import type { BarActions, BarState } from './bar.ts'
import { button, element } from './elements.ts'
import { ofThePage } from './run.ts'

type Act = 'openOptions' | 'openSites' | 'readAsAnyPage' | 'saveReport'

interface Note {
  readonly say: string
  readonly hint: string
  readonly acts?: readonly Act[]
  /** Nothing is wrong. */
  readonly isNews?: true
}

const actWords: Readonly<Record<Act, string>> = {
  openOptions: 'Open options',
  openSites: 'Allow in the options',
  readAsAnyPage: 'Read as any page',
  saveReport: 'Save report',
}

/** Everything there is to say, most urgent first. */
export function notesOf(state: BarState): readonly Note[] {
  const { failure, page, status, run, runEnd, refusing, sentences } = state
  const trouble = status ? connectionWords(status, sentences) : undefined
  const notes: readonly (Note | null)[] = [
    failure && sentenceOf(sentences, failure),
    page.code && pageNote(page.code, state),
    run || !runEnd ? null : runNote(runEnd, sentences),
    trouble ? { ...trouble, acts: trouble.isForOptions ? ['openOptions'] : [] } : null,
    refusing.length > 0 ? refusingNote(refusing) : null,
  ]
  return notes.filter(note => note !== null)
}

const refusingNote = (refusing: BarState['refusing']): Note => ({
  say: refusingWords(refusing),
  hint: 'Your own browser may get them, if you allow it the site.',
  acts: ['openSites'],
})

function pageNote(code: ErrorCode, { page, sentences }: BarState): Note {
  const { say, hint } = sentenceOf(sentences, code)
  if (code !== 'HARVEST_FEW_ORIGINALS' && code !== 'HARVEST_LAYOUT_CHANGED') return { say, hint }
  return { say, hint: `${yieldWords(page)} ${hint}`, acts: ['readAsAnyPage', 'saveReport'] }
}

function runNote(end: NonNullable<BarState['runEnd']>, sentences: Sentences): Note {
  const say = runEndWords(end)
  // What went wrong is told as a failure of its own.
  const why = end.code && ofThePage.has(end.code) ? sentenceOf(sentences, end.code) : undefined
  return { say, hint: why ? `${why.say} ${why.hint}` : '', ...(!why && { isNews: true }) }
}

export function createNotes(actions: BarActions) {
  const root = element('div', { class: 'notes', attributes: { role: 'status' } })
  const act: Readonly<Record<Act, () => void>> = {
    openOptions: () => actions.openOptions(),
    openSites: () => actions.openOptions('sites'),
    readAsAnyPage: actions.readAsAnyPage,
    saveReport: actions.saveReport,
  }
  let drawn = ''

  function show(state: BarState): void {
    const notes = notesOf(state)
    const key = JSON.stringify(notes)
    // Drawn anew only where something differs: a screen reader would read it all again.
    if (key === drawn) return
    drawn = key
    root.hidden = notes.length === 0
    root.replaceChildren(
      ...notes.map(({ say, hint, acts = [], isNews }) =>
        element(
          'p',
          { class: isNews ? 'note news' : 'note' },
          element('strong', { text: say }),
          element('span', { text: hint }),
          ...acts.map(name => button(actWords[name], 'link', act[name])),
        ),
      ),
    )
  }

  return { root, show }
}
