/** What is drawn beside the tiles while a person picks: ring, rectangle, count, and what is said to a screen reader. */
import { element, setText } from '../elements.ts'
import type { Box } from './geometry.ts'
import type { Picking } from './picking.ts'
import { altOf, boxOf } from './reading.ts'
import type { Surface } from './surface.ts'
import type { MarkedTile } from './tile-layer.ts'
import { nameOf, pickedWords } from './words.ts'

const hint = 'Click, drag or arrow keys · Shift drops · Esc ends'

/** Boxes in the viewport. */
interface Measured {
  readonly ring: Box | undefined
  readonly rectangle: Box | undefined
  readonly drops: boolean
}

export function createExtras({ root, sheet, place, onSheet }: Surface) {
  const ring = element('div', { class: 'ring' })
  const rectangle = element('div', { class: 'rectangle' })
  const number = element('strong', { attributes: { role: 'status' } })
  const count = element('div', { class: 'count' }, number, element('span', { text: hint }))
  const heard = element('div', { class: 'heard', attributes: { 'aria-live': 'polite' } })
  const all = [ring, rectangle, count, heard]
  for (const made of all) made.hidden = true
  sheet.append(ring, rectangle)
  root.append(count, heard)

  return {
    count: (tiles: Iterable<MarkedTile>) => setText(number, pickedWords(tiles)),
    /** Says which tile the arrow keys have led to. */
    tell(tile: MarkedTile): void {
      const { isPicked, reason = '' } = tile
      setText(
        heard,
        [altOf(tile.tile), isPicked ? 'picked' : 'dropped', nameOf(tile), reason].filter(Boolean).join(', '),
      )
    },
    setPicking(isPicking: boolean, tiles: Iterable<MarkedTile>): void {
      for (const made of all) made.hidden = true
      count.hidden = heard.hidden = !isPicking
      setText(heard, '')
      setText(number, isPicking ? pickedWords(tiles) : '')
    },
    /** Measures what {@link draw} draws. */
    measure: (picking: Picking): Measured => {
      const focused = picking.focused()
      return { ring: focused && boxOf(focused), rectangle: picking.rectangle(), drops: picking.drops() }
    },
    draw(measured: Measured): void {
      place(ring, measured.ring && onSheet(measured.ring))
      place(rectangle, measured.rectangle && onSheet(measured.rectangle))
      rectangle.classList.toggle('drops', measured.drops)
    },
  }
}
