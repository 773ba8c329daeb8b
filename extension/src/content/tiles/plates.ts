/** What is drawn over each tile: its mark, and what becomes of it at a collect. */
import { drawing, element } from '../elements.ts'
import { type Box, type Point, shared } from './geometry.ts'
import type { MarkedTile } from './tile-layer.ts'
import { glyphs, nameOf } from './words.ts'

const check = glyphs.held

/** Tiles that are smaller than this on one side get small badges; far smaller ones none. In CSS pixels. */
const smallPx = 72
const tiniestPx = 28

/** Where a badge stands in a tile, from its beginning and its top. */
const badgeOf = (width: number, height: number) => {
  const isSmall = Math.min(width, height) < smallPx
  return { isSmall, insetPx: isSmall ? 3 : 7, sidePx: isSmall ? 16 : 20 }
}

/** How a tile stands in the viewport. */
export interface Stand {
  readonly box: Box
  /** What can be seen of it. */
  readonly seen: Box
}

/** Middle of the badge of a tile; nothing where the badge could not be seen whole. */
export function badgeSpot({ box, seen }: Stand, isRtl: boolean): Point | undefined {
  const width = box.right - box.left
  const height = box.bottom - box.top
  if (Math.min(width, height) < tiniestPx) return undefined
  const { insetPx, sidePx } = badgeOf(width, height)
  const left = isRtl ? box.right - insetPx - sidePx : box.left + insetPx
  const top = box.top + insetPx
  const badge = { left, top, right: left + sidePx, bottom: top + sidePx }
  const part = shared(badge, seen)
  const isWhole =
    part.left === badge.left &&
    part.top === badge.top &&
    part.right === badge.right &&
    part.bottom === badge.bottom
  return isWhole ? { x: left + sidePx / 2, y: top + sidePx / 2 } : undefined
}

export interface Plate {
  readonly element: HTMLElement
  /** Says what is to be said. */
  readonly say: (tile: MarkedTile) => void
  /** @returns whether anything had changed */
  readonly place: (
    onSheet: Box,
    stand: Stand,
    shows: { readonly badge: boolean; readonly plate: boolean },
  ) => boolean
}

export function createPlate(): Plate {
  const badge = element('div', { attributes: { role: 'img' } })
  const box = element('div', { class: 'box', attributes: { 'aria-hidden': 'true' } }, drawing(check))
  const plate = element('div', { class: 'plate' }, badge, box)
  let said: MarkedTile | undefined
  let placed = ''

  return {
    element: plate,
    say(tile) {
      if (said === tile) return
      const name = nameOf(tile)
      if (said?.mark !== tile.mark) {
        badge.className = `badge ${tile.mark}`
        badge.replaceChildren(drawing(glyphs[tile.mark]))
      }
      const label = tile.reason ? `${name}. ${tile.reason}` : name
      if (badge.getAttribute('aria-label') !== label) badge.setAttribute('aria-label', label)
      plate.classList.toggle('picked', tile.isPicked)
      plate.classList.toggle('dropped', !tile.isPicked)
      said = tile
    },
    place(onSheet, { box: whole, seen }, shows) {
      const cut = [
        seen.top - whole.top,
        whole.right - seen.right,
        whole.bottom - seen.bottom,
        seen.left - whole.left,
      ].map(length => Math.max(0, Math.round(length)))
      const { left, top, right, bottom } = onSheet
      const where = [left, top, right - left, bottom - top].map(length => Math.round(length * 4) / 4)
      const key = `${where} ${cut} ${shows.badge} ${shows.plate}`
      if (key === placed) return false
      placed = key
      plate.hidden = !shows.plate
      badge.hidden = !shows.badge
      const [x = 0, y = 0, width = 0, height = 0] = where
      const { style } = plate
      style.transform = `translate(${x}px, ${y}px)`
      style.width = `${width}px`
      style.height = `${height}px`
      style.clipPath = cut.some(length => length > 0)
        ? `inset(${cut.map(length => `${length}px`).join(' ')})`
        : ''
      plate.classList.toggle('small', badgeOf(width, height).isSmall)
      return true
    },
  }
}
