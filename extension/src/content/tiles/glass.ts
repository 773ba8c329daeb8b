/**
 * A pane over the viewport that takes every key and every movement of the pointer while a person picks. It is a frame: what
 * happens in a frame happens in a document of its own, so that not even the first listener of the page hears of it.
 */
import { element } from '../elements.ts'
import { hear } from './hear.ts'

export interface GlassEvents {
  readonly pointer: (event: PointerEvent) => void
  readonly wheel: (event: WheelEvent) => void
  readonly key: (event: KeyboardEvent) => void
}

export interface Glass {
  readonly lower: () => void
  /** Takes it away, after the key that is down has come up where nobody waits for one. */
  readonly lift: () => void
}

const label = 'Pick tiles. Arrow keys move, Space picks or drops, Escape ends.'

/** How long a key may stay down before the pane no longer waits for it, in milliseconds. */
const keyMs = 1_000
/** How often the keys are taken back from the page. */
const patience = 50

/** @param isOwn - what may have the keys beside the pane */
export function createGlass(
  document: Document,
  root: ShadowRoot,
  events: GlassEvents,
  isOwn: (element: Element) => boolean,
): Glass {
  let frame: HTMLIFrameElement | undefined
  let isKeyDown = false
  let isLifted = true
  let timesTaken = 0
  let deafen = () => {}

  const focus = () => frame?.contentDocument?.body.focus()
  /** Scripts of the page may take the keys. They are taken back, but not for ever: some pages do the same. */
  const takeBack = ({ target }: FocusEvent) => {
    if (isOwn(target as Element) || timesTaken >= patience) return
    timesTaken += 1
    setTimeout(() => isLifted || focus())
  }

  const remove = () => {
    frame?.remove()
    frame = undefined
    isKeyDown = false
  }

  function furnish(pane: Document | null): void {
    const { body } = pane ?? {}
    if (!pane || !body || body.tabIndex === 0) return
    body.tabIndex = 0
    body.setAttribute('role', 'application')
    body.setAttribute('aria-label', label)
    const rules = {
      margin: '0',
      height: '100vh',
      overflow: 'hidden',
      outline: 'none',
      cursor: 'crosshair',
      'user-select': 'none',
      'touch-action': 'pan-x pan-y pinch-zoom',
    }
    for (const [name, value] of Object.entries(rules)) body.style.setProperty(name, value)
    pane.documentElement.style.setProperty('color-scheme', 'only light')
    const loud = { capture: true, passive: false }
    hear(pane, ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'], events.pointer, loud)
    hear(pane, ['pointerdown'], () => body.focus())
    hear(pane, ['wheel'], events.wheel, loud)
    hear<KeyboardEvent>(
      pane,
      ['keydown'],
      event => {
        isKeyDown = true
        if (!isLifted) events.key(event)
      },
      loud,
    )
    hear(pane, ['keyup'], () => {
      isKeyDown = false
      if (isLifted) remove()
    })
    hear(pane, ['contextmenu', 'dragstart'], event => event.preventDefault(), loud)
    if (!isLifted) focus()
  }

  return {
    lower() {
      isLifted = false
      if (frame?.isConnected) return
      timesTaken = 0
      deafen()
      deafen = hear(document, ['focusin'], takeBack)
      remove()
      const made = element('iframe', { attributes: { title: 'Gleaner: pick tiles' } })
      frame = made
      // Firefox puts a document in the place of the first one, and says so.
      hear(made, ['load'], () => furnish(made.contentDocument))
      root.append(made)
      furnish(made.contentDocument)
    },
    lift() {
      isLifted = true
      deafen()
      if (!isKeyDown) return remove()
      const left = frame
      left?.style.setProperty('pointer-events', 'none')
      setTimeout(() => isLifted && frame === left && remove(), keyMs)
    },
  }
}
