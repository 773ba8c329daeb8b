/** Tells when to look where things are: at most once a frame, and not at all while nothing moves. */
import { hear } from './hear.ts'

/** Between two thorough looks, in milliseconds. */
const calmMs = 150
/** Looks in vain before changes of the page count for less. */
const patience = 4
/** How long a movement that was only announced is followed, in milliseconds. */
const followMs = 600

/** Attributes by which pages move, show and hide things. */
const attributeFilter = ['class', 'style', 'hidden', 'open', 'aria-hidden', 'dir']

export interface Looked {
  /** Something stood elsewhere than before. */
  readonly hasMoved: boolean
  /** There was time for everything. */
  readonly isDone: boolean
}

export interface Pulse {
  readonly start: () => void
  readonly stop: () => void
  /** Looks in the next frame. */
  readonly request: () => void
  /** Elements whose size matters. */
  readonly sizes: ResizeObserver
}

/**
 * @param look - measures and draws; `isThorough` once things have calmed down, and now and then while they have not.
 */
export function createPulse(document: Document, look: (isThorough: boolean) => Looked): Pulse {
  let frame = 0
  let calm: ReturnType<typeof setTimeout> | undefined
  let later: ReturnType<typeof setTimeout> | undefined
  let looksInVain = 0
  let isWanted = false
  let followUntilMs = 0
  let deafen: readonly (() => void)[] = []

  const lookClosely = () => {
    calm = undefined
    if (!look(true).isDone) goOn()
  }
  const goOn = () => {
    frame ||= requestAnimationFrame(nowMs => {
      frame = 0
      const { hasMoved, isDone } = look(false)
      looksInVain = hasMoved ? 0 : looksInVain + 1
      // A look that only goes on with the one before calls for no closer one.
      if (isWanted) calm ??= setTimeout(lookClosely, calmMs)
      isWanted = false
      if (nowMs < followUntilMs) request()
      else if (!isDone) goOn()
    })
  }
  const request = () => {
    isWanted = true
    goOn()
  }
  /** Pages that never hold still, and yet do not move what is marked, are not looked at in every frame. */
  const changed = () => {
    if (looksInVain < patience) request()
    else
      later ??= setTimeout(() => {
        later = undefined
        request()
      }, calmMs)
  }
  const follow = () => {
    followUntilMs = performance.now() + followMs
    request()
  }
  const sizes = new ResizeObserver(request)
  const changes = new MutationObserver(changed)

  return {
    sizes,
    request,
    start() {
      if (deafen.length > 0) return
      changes.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter })
      deafen = [
        hear(window, ['scroll', 'resize', 'fullscreenchange'], request),
        hear(document, ['load', 'toggle'], changed),
        hear(document, ['transitionrun', 'animationstart'], follow),
        hear(document, ['transitionend', 'animationend'], changed),
        hear(window.visualViewport ?? window, ['resize', 'scroll'], request),
      ]
    },
    stop() {
      for (const end of deafen) end()
      deafen = []
      changes.disconnect()
      sizes.disconnect()
      cancelAnimationFrame(frame)
      clearTimeout(calm)
      clearTimeout(later)
      frame = 0
      calm = later = undefined
    },
  }
}
