/** Says what a badge means when the pointer rests on it. Badges stand in nobody's way: where they are is reckoned, not hit. */
import { element, setText } from '../elements.ts'
import type { Point } from './geometry.ts'
import { hear } from './hear.ts'
import type { MarkedTile } from './tile-layer.ts'
import { nameOf } from './words.ts'

const restMs = 250
const gapPx = 14

/** @param badgeAt - the tile whose badge is at a point of the viewport */
export function createTip(root: ShadowRoot, badgeAt: (point: Point) => MarkedTile | undefined) {
  const name = element('strong')
  const reason = element('span')
  const tip = element('div', { class: 'tip', attributes: { 'aria-hidden': 'true' } }, name, reason)
  tip.hidden = true
  root.append(tip)
  let pending: ReturnType<typeof setTimeout> | undefined
  let shown: MarkedTile | undefined

  function show(tile: MarkedTile, { x, y }: Point): void {
    setText(name, nameOf(tile))
    setText(reason, tile.reason ?? '')
    tip.hidden = false
    const { offsetWidth, offsetHeight } = tip
    const left = Math.max(4, Math.min(x, window.innerWidth - offsetWidth - 4))
    const isBelow = y + gapPx + offsetHeight < window.innerHeight
    tip.style.left = `${left}px`
    tip.style.top = `${isBelow ? y + gapPx : y - gapPx - offsetHeight}px`
  }

  function hide(): void {
    clearTimeout(pending)
    shown = undefined
    tip.hidden = true
  }

  let deafen: readonly (() => void)[] = []
  return {
    hide,
    start() {
      if (deafen.length > 0) return
      const moved = ({ clientX: x, clientY: y, buttons }: PointerEvent) => {
        const tile = buttons === 0 ? badgeAt({ x, y }) : undefined
        if (tile === shown) return
        hide()
        shown = tile
        if (tile) pending = setTimeout(show, restMs, tile, { x, y })
      }
      deafen = [hear(window, ['pointermove'], moved), hear(window, ['scroll', 'pointerdown', 'blur'], hide)]
    },
    stop() {
      for (const end of deafen) end()
      deafen = []
      hide()
    },
  }
}
