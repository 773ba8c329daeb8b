/** Chance that is the same everywhere: numbers from a seed and the id of a picture. */
import { hash } from 'node:crypto'

/** Each in [0, 1), independent of the others; where each counts is in its name. */
export interface Fractions {
  readonly split: number
  readonly fold: number
  readonly trial: number
}

const bytesEach = 6
const range = 256 ** bytesEach

/** @param id - of a picture, or of the first picture of a group */
export function fractionsOf(seed: string, id: string): Fractions {
  const digest = hash('sha256', JSON.stringify([seed, id]), 'buffer')
  const at = (place: number) => digest.readUIntBE(place * bytesEach, bytesEach) / range
  return { split: at(0), fold: at(1), trial: at(2) }
}
