import type { Page } from './harvester.ts'

const elementNode = 1

/** The parts of a page that are to be looked through. */
export type NewParts = Pick<Page, 'roots'> & Partial<Pick<Page, 'changed'>>

/**
 * Reading a document that does not want to be read. `<form><input name="getAttribute">` and
 * `<img name="querySelectorAll">` put themselves in the place of the methods of that name, also in the isolated world
 * of a content script; members are therefore taken from the prototype, where a page cannot put anything.
 */
export function call(target: object, name: string, ...args: readonly unknown[]): unknown {
  for (let holder = Object.getPrototypeOf(target); holder; holder = Object.getPrototypeOf(holder)) {
    const member = Object.getOwnPropertyDescriptor(holder, name)
    if (member) return Reflect.apply(member.get ?? member.value, target, args)
  }
  return undefined
}

/** All elements of `root` that match, in document order. */
export function findAll(root: Document | Element | ShadowRoot, selector: string): readonly Element[] {
  return [...(call(root, 'querySelectorAll', selector) as Iterable<Element>)]
}

/** `root`, where it is an element, and what is in it by now, in document order: of every kind or of those kinds only. */
export function* elementsIn(root: Document | Element | ShadowRoot, kinds = '*'): Generator<Element> {
  if (isElement(root)) yield root
  // Taken one by one: an array of all of them takes longer than anybody may be kept waiting on a large page.
  yield* call(root, 'querySelectorAll', kinds) as Iterable<Element>
}

/** The first element of `root` that matches. */
export function find(root: Document | Element | ShadowRoot, selector: string): Element | undefined {
  return (call(root, 'querySelector', selector) as Element | null) ?? undefined
}

/** Whether `value` is an element, and not an object of the page's data that says so. */
export function isElement(value: object): value is Element {
  return call(value, 'nodeType') === elementNode
}

/** The shadow root of an element, where the page has left it open. */
export function openShadowOf(element: Element): ShadowRoot | undefined {
  return (call(element, 'shadowRoot') as ShadowRoot | null) ?? undefined
}

/** Whether an element or shadow root is part of a document. */
export function isOnPage(node: Element | ShadowRoot): boolean {
  return call(node, 'isConnected') === true
}

/** `element` or the nearest around it that matches. */
export function closest(element: Element, selector: string): Element | undefined {
  return (call(element, 'closest', selector) as Element | null) ?? undefined
}

/**
 * All elements on the page that match and are new or touched since the last look: in what was added or changed, the
 * element itself, and around it, for a tile may have been filled later. Each once, in document order within each root.
 */
export function findNew({ roots, changed = [] }: NewParts, selector: string): readonly Element[] {
  const found = new Set<Element>()
  for (const root of [...roots, ...changed]) {
    const around = isElement(root) ? closest(root, selector) : undefined
    if (around) found.add(around)
    for (const element of findAll(root, selector)) found.add(element)
  }
  return [...found]
}

export function attributeOf(element: Element, name: string): string | undefined {
  return (call(element, 'getAttribute', name) as string | null) ?? undefined
}

export function textOf(element: Element): string {
  return (call(element, 'textContent') as string | null) ?? ''
}
