/** How many questions are asked in one reading of the memory, and what is passed over meanwhile. */
import type { QueryForm } from './fingerprint.ts'
import { shelfOf } from './order.ts'
import { mostWanted, type Nearness, type OnShelf, type Wanted } from './scan.ts'

/** What a picture is looked up by. Without an orientation it is upright. */
export type WantedForm = Pick<QueryForm, 'bits' | 'among' | 'radiusBits'> &
  Partial<Pick<QueryForm, 'orientation'>>

/** What may be passed over, for forms that are wanted within a radius. */
export interface Sketches extends Nearness {
  readonly radiusBits: number
  /** The same of the lead, for forms that are mirrored or turned: copies were seldom changed in another way as well. */
  readonly turnedLeadBits: number
  readonly onShelf: OnShelf
  readonly turnedOnShelf: OnShelf
}

/** A wanted form and whose it is. */
export interface Ask {
  readonly query: number
  readonly form: number
  readonly wanted: WantedForm
}

/** Wanted forms that are compared with the held ones of a kind in one reading of the memory. */
export interface Pass {
  readonly kind: number
  readonly maySketch: boolean
  readonly asks: readonly Ask[]
  readonly wanted: readonly Wanted[]
}

/** Of radii that nothing may be passed over for. */
const unsketched = { lowBits: 0, sketchBits: 0, leadBits: 0, onShelf: { sketchBits: 0, bits: 0 } }

/**
 * What is compared with the held forms of one kind, as many wanted forms at a time as one pass takes.
 *
 * @param sketches - in ascending order of the radius
 */
export function passesOf(queries: readonly (readonly WantedForm[])[], sketches: readonly Sketches[]): Pass[] {
  const passes: Pass[] = []
  const open = new Map<number, { readonly asks: Ask[]; readonly wanted: Wanted[] }>()
  for (const [query, forms] of queries.entries()) {
    for (const [form, asked] of forms.entries()) {
      const near = sketches.find(({ radiusBits }) => asked.radiusBits <= radiusBits)
      const wanted = wantedOf(asked, near)
      for (const kind of asked.among) {
        const choice = kind * 2 + (near ? 0 : 1)
        let pass = open.get(choice)
        if (!pass || pass.asks.length === mostWanted) {
          pass = { asks: [], wanted: [] }
          open.set(choice, pass)
          passes.push({ kind, maySketch: near !== undefined, ...pass })
        }
        pass.asks.push({ query, form, wanted: asked })
        pass.wanted.push(wanted)
      }
    }
  }
  return passes
}

function wantedOf({ bits, radiusBits, orientation = 0 }: WantedForm, near: Sketches | undefined): Wanted {
  const shelf = shelfOf(bits)
  if (!near) return { bits, radiusBits, shelf, ...unsketched }
  const { lowBits, sketchBits } = near
  const nearness =
    orientation === 0
      ? { leadBits: near.leadBits, onShelf: near.onShelf }
      : { leadBits: near.turnedLeadBits, onShelf: near.turnedOnShelf }
  return { bits, radiusBits, shelf, lowBits, sketchBits, ...nearness }
}
