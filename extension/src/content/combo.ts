/** A text field with a list of choices above it (ARIA combobox pattern); new names may be typed. */
import type { Choice } from '../platform/message-table.ts'
import { element, onTrusted } from './elements.ts'

export interface Combo {
  readonly root: HTMLElement
  readonly input: HTMLInputElement
  readonly value: () => string
  /** Changes what is in the field unless the person is typing there. */
  readonly setValue: (value: string) => void
  readonly setChoices: (choices: readonly Choice[]) => void
}

const shownAtMost = 8

/** Choices that contain what was typed, those that begin with it first. */
export function narrowed(choices: readonly Choice[], typed: string): readonly Choice[] {
  const part = typed.trim().toLowerCase()
  const at = ({ name }: Choice) => name.toLowerCase().indexOf(part)
  const hits = choices.filter(choice => at(choice) >= 0)
  return [...hits.filter(hit => at(hit) === 0), ...hits.filter(hit => at(hit) > 0)].slice(0, shownAtMost)
}

export function createCombo(deps: {
  readonly id: string
  readonly label: string
  readonly maxLength: number
  /** The person left the field, or picked a choice, with a value that differs from the last settled one. */
  readonly settled: (value: string) => void
  /** Enter was pressed on a settled value. */
  readonly entered: () => void
}): Combo {
  const listId = `${deps.id}-list`
  const input = element('input', {
    attributes: {
      id: deps.id,
      type: 'text',
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': listId,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      maxlength: String(deps.maxLength),
    },
  })
  const list = element('ul', { class: 'list', attributes: { id: listId, role: 'listbox', hidden: '' } })
  list.setAttribute('aria-label', deps.label)
  const label = element('label', { text: deps.label, attributes: { for: deps.id } })
  const root = element('div', { class: 'combo' }, label, input, list)

  let choices: readonly Choice[] = []
  let shown: readonly Choice[] = []
  let active = -1
  let isTyped = false
  let settledValue = ''

  const isOpen = () => !list.hidden

  function mark(place: number): void {
    active = place
    for (const [index, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(index === place))
      if (index === place && option instanceof HTMLElement) reveal(option)
    }
    if (place < 0) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', `${listId}-${place}`)
  }

  /** Scrolls the list only: the page must not move. */
  function reveal(option: HTMLElement): void {
    const top = option.offsetTop - list.clientTop
    const bottom = top + option.offsetHeight
    if (top < list.scrollTop) list.scrollTop = top
    else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight
  }

  function draw(): void {
    shown = narrowed(choices, isTyped ? input.value : '')
    const options = shown.map(({ name, images }, place) => {
      const option = element(
        'li',
        { attributes: { id: `${listId}-${place}`, role: 'option', 'aria-selected': 'false' } },
        element('bdi', { text: name }),
      )
      if (images !== null)
        option.append(element('span', { class: 'detail', text: images.toLocaleString('en') }))
      // `pointerdown` would take the focus out of the field before the click arrives.
      onTrusted(option, 'pointerdown', event => event.preventDefault())
      onTrusted(option, 'click', () => choose(name))
      return option
    })
    list.replaceChildren(...options)
    mark(-1)
  }

  function open(): void {
    draw()
    list.hidden = shown.length === 0
    input.setAttribute('aria-expanded', String(!list.hidden))
  }

  function close(): void {
    list.hidden = true
    input.setAttribute('aria-expanded', 'false')
    mark(-1)
  }

  function settle(): void {
    isTyped = false
    const value = input.value.trim()
    if (value === settledValue || value === '') return
    settledValue = value
    deps.settled(value)
  }

  function choose(name: string): void {
    input.value = name
    close()
    settle()
  }

  function move(step: 1 | -1): void {
    const places = shown.length
    if (!isOpen()) open()
    else mark(active < 0 && step < 0 ? places - 1 : (active + step + places) % places)
  }

  function press(event: KeyboardEvent): void {
    if (event.isComposing) return
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Escape' && isOpen()) close()
    else if (event.key === 'Enter') {
      const picked = shown[active]
      if (isOpen() && picked) choose(picked.name)
      else {
        close()
        settle()
        deps.entered()
      }
    } else return
    event.preventDefault()
  }

  onTrusted(input, 'keydown', press)
  onTrusted(input, 'input', () => {
    isTyped = true
    open()
  })
  onTrusted(input, 'click', () => (isOpen() ? undefined : open()))
  onTrusted(input, 'focus', () => input.select())
  onTrusted(input, 'blur', () => {
    close()
    settle()
  })

  return {
    root,
    input,
    value: () => input.value.trim(),
    setValue: value => {
      if (isTyped || isOpen()) return
      settledValue = value
      if (input.value !== value) input.value = value
    },
    setChoices: next => {
      choices = next
    },
  }
}
