/** Keys as deeds name them. */

interface Press {
  readonly key: string
  readonly shiftKey: boolean
}

/** As `KeyboardEvent.key` has it, letters small; with `Shift+` before a letter where that was held. */
export function keyOf({ key, shiftKey }: Press): string {
  const name = key.length === 1 ? key.toLowerCase() : key
  return shiftKey && /^[a-z]$/.test(name) ? `Shift+${name}` : name
}

interface Combination extends Press {
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** Which way through the history a press leads: Ctrl or Cmd with Z or, forward, with Shift+Z or Y. */
export function historyKey({ key, shiftKey, ctrlKey, metaKey, altKey }: Combination) {
  if (altKey || ctrlKey === metaKey) return undefined
  const name = key.toLowerCase()
  if (name === 'z') return shiftKey ? 'redo' : 'undo'
  return name === 'y' && !shiftKey ? 'redo' : undefined
}

/** Whether keys belong to a field somebody writes into. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]')

/** Whether a key presses what has the focus. */
export const pressesItself = (target: EventTarget | null, key: string): boolean =>
  (key === 'Enter' || key === ' ') &&
  target instanceof HTMLElement &&
  target.closest('button, a, summary, [role=button]') !== null
