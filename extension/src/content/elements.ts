/** Builds the bar's elements. Text is only ever set as text. */

interface Parts {
  readonly class?: string
  readonly text?: string
  readonly attributes?: Readonly<Record<string, string>>
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parts: Parts = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  if (parts.class !== undefined) made.className = parts.class
  if (parts.text !== undefined) made.textContent = parts.text
  for (const [name, value] of Object.entries(parts.attributes ?? {})) made.setAttribute(name, value)
  made.append(...children)
  return made
}

const svg = 'http://www.w3.org/2000/svg'

/** A line drawing of 24 x 24 units in the colour of the text; decoration only. */
export function drawing(path: string): SVGElement {
  const made = document.createElementNS(svg, 'svg')
  for (const [name, value] of [
    ['viewBox', '0 0 24 24'],
    ['aria-hidden', 'true'],
  ] as const) {
    made.setAttribute(name, value)
  }
  const line = document.createElementNS(svg, 'path')
  line.setAttribute('d', path)
  made.append(line)
  return made
}

/** A button that does something when a person presses it. */
export function button(text: string, kind: string, act: () => void): HTMLButtonElement {
  const made = element('button', { class: kind, text, attributes: { type: 'button' } })
  onTrusted(made, 'click', act)
  return made
}

/** A button with a drawing in place of words. */
export function iconButton(path: string, label: string, act: () => void): HTMLButtonElement {
  const made = element(
    'button',
    { class: 'icon', attributes: { type: 'button', 'aria-label': label, title: label } },
    drawing(path),
  )
  onTrusted(made, 'click', act)
  return made
}

/** Listens to what a person did. Events a page made up are not heard. */
export function onTrusted<Type extends keyof HTMLElementEventMap>(
  target: HTMLElement,
  type: Type,
  act: (event: HTMLElementEventMap[Type]) => void,
): void {
  target.addEventListener(type, event => {
    if (event.isTrusted) act(event)
  })
}

/** Escape, wherever on the page: heard before the page's own scripts, which may keep it for themselves. */
export function onEscape(document: Document, act: () => void): void {
  const hear = (event: KeyboardEvent) => {
    if (event.isTrusted && event.key === 'Escape' && !event.isComposing) act()
  }
  document.addEventListener('keydown', hear, true)
}

/** Sets text only where it differs, so that a screen reader does not read it again. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text
}
