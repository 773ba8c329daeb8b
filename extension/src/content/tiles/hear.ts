/**
 * Hears what a person or the browser itself did. Events a page made up are not heard.
 *
 * @returns how to stop hearing
 */
export function hear<Heard extends Event>(
  target: EventTarget,
  types: readonly string[],
  act: (event: Heard) => void,
  options: AddEventListenerOptions = { capture: true, passive: true },
): () => void {
  const listener = (event: Event) => {
    if (event.isTrusted) act(event as Heard)
  }
  for (const type of types) target.addEventListener(type, listener, options)
  return () => {
    for (const type of types) target.removeEventListener(type, listener, options)
  }
}
