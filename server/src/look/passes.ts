/** How many questions are asked in one reading of the memory, and what is passed over meanwhile. */
import type { QueryForm } from './fingerprint.ts'
import { shelfBits, shelfDistance, shelfOf } from './order.ts'
import { mostWanted, type Nearness, type Wanted } from './scan.ts'

/** What a picture is looked up by. Without an orientation it is upright. */
export type WantedForm = Pick<QueryForm, 'bits' | 'among' | 'radiusBits'> &
  Partial<Pick<QueryForm, 'orientation'>>

/** What may be passed over, for forms that are wanted within a radius. */
export interface Sketches extends Nearness {
  readonly radiusBits: number
  /** The same of the lead, for forms that are mirrored or turned: copies were seldom changed in another way as well. */
  readonly turnedLeadBits: number
  /** Where forms are on shelves: of the lead and the bits that tell the shelf together, and of the sketch. */
  readonly onShelf: OnShelf
  readonly turnedOnShelf: OnShelf
}

/** `bits` are of the lead and the shelf. */
export type OnShelf = Pick<Nearness, 'sketchBits'> & { readonly bits: number }

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
  /** What is near to each wanted form on a shelf: the more the shelf differs, the less its lead may. */
  readonly onShelf: (shelf: number) => readonly Nearness[]
}

/**
 * What is compared with the held forms of one kind, as many wanted forms at a time as one pass takes.
 *
 * @param sketches - in ascending order of the radius
 */
export function passesOf(queries: readonly (readonly WantedForm[])[], sketches: readonly Sketches[]): Pass[] {
  const sketchesOf = (radius: number) => sketches.find(({ radiusBits }) => radius <= radiusBits)
  const asks = queries.flatMap((forms, query) => forms.map((wanted, form): Ask => ({ query, form, wanted })))
  const kinds = [...new Set(asks.flatMap(({ wanted }) => wanted.among))].sort((a, b) => a - b)
  const choices = kinds.flatMap(kind => [true, false].map(maySketch => ({ kind, maySketch })))
  return choices.flatMap(({ kind, maySketch }) => {
    const asked = asks.filter(
      ({ wanted }) =>
        wanted.among.includes(kind) && (sketchesOf(wanted.radiusBits) !== undefined) === maySketch,
    )
    return Array.from({ length: Math.ceil(asked.length / mostWanted) }, (_, at) => {
      const some = asked.slice(at * mostWanted, (at + 1) * mostWanted)
      const wanted = some.map(({ wanted: { bits, radiusBits, orientation = 0 } }): Wanted => {
        const { sketchBits = 0, lowBits = 0, leadBits = 0, turnedLeadBits = 0 } = sketchesOf(radiusBits) ?? {}
        return {
          bits,
          radiusBits,
          sketchBits,
          lowBits,
          leadBits: orientation === 0 ? leadBits : turnedLeadBits,
        }
      })
      const shelves = some.map(({ wanted: { bits, radiusBits, orientation = 0 } }): ShelvesOfWanted => {
        const { lowBits = 0, onShelf, turnedOnShelf } = sketchesOf(radiusBits) ?? {}
        const { bits: most = 0, sketchBits = 0 } = (orientation === 0 ? onShelf : turnedOnShelf) ?? {}
        return {
          shelf: shelfOf(bits),
          near: Array.from({ length: shelfBits + 1 }, (_, apart) => {
            return { lowBits, sketchBits, leadBits: most - apart }
          }),
        }
      })
      return { kind, maySketch, asks: some, wanted, onShelf: onShelfOf(shelves) }
    })
  })
}

interface ShelvesOfWanted {
  readonly shelf: number
  /** By how many bits another shelf differs in. */
  readonly near: readonly Nearness[]
}

function onShelfOf(wanted: readonly ShelvesOfWanted[]): Pass['onShelf'] {
  const known: (readonly Nearness[])[] = []
  return held => {
    const near = known[held] ?? wanted.flatMap(({ shelf, near }) => near[shelfDistance(shelf, held)] ?? [])
    known[held] = near
    return near
  }
}
