/**
 * Reading a document that does not want to be read. `<form><input name="getAttribute">` and
 * `<img name="querySelectorAll">` put themselves in the place of the methods of that name, also in the isolated world
 * of a content script; members are therefore taken from the prototype, where a page cannot put anything.
 */
function call(target: object, name: string, ...args: readonly unknown[]): unknown {
  for (let holder = Object.getPrototypeOf(target); holder; holder = Object.getPrototypeOf(holder)) {
    const member = Object.getOwnPropertyDescriptor(holder, name)
    if (member) return Reflect.apply(member.get ?? member.value, target, args)
  }
  return undefined
}

/** All elements of `root` that match, in document order. */
export function findAll(root: Document | Element, selector: string): readonly Element[] {
  return [...(call(root, 'querySelectorAll', selector) as Iterable<Element>)]
}

/** The first element of `root` that matches. */
export function find(root: Document | Element, selector: string): Element | undefined {
  return (call(root, 'querySelector', selector) as Element | null) ?? undefined
}

/** True when `element` or something around it matches. */
export function isInside(element: Element, selector: string): boolean {
  return call(element, 'closest', selector) !== null
}

export function attributeOf(element: Element, name: string): string | undefined {
  return (call(element, 'getAttribute', name) as string | null) ?? undefined
}

export function textOf(element: Element): string {
  return (call(element, 'textContent') as string | null) ?? ''
}
