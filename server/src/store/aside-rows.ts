/** What is remembered of a picture that a decision took out of its class folder, so that it can come back as it was. */

/** What a candidate was before the decision. */
export interface EarlierCandidate {
  readonly id: number
  readonly state: 'stored' | 'duplicate' | 'upgraded' | 'queued' | 'leased'
  readonly code: string | null
  readonly explanation: string | null
  readonly distanceBits: number | null
  readonly actionId: number | null
  readonly updatedAtMs: number
}

export interface EarlierPair {
  readonly seq_a: number
  readonly seq_b: number
  readonly distance_bits: number
  readonly level: string | null
  readonly kind: string | null
  readonly difference: number | null
  readonly placement: string | null
}

/** What brings a picture back as it was. */
export interface Restores {
  readonly candidates: readonly EarlierCandidate[]
  readonly copies: readonly string[]
  readonly pixels: readonly string[]
  readonly pairs: readonly EarlierPair[]
  /** Numbers of pictures that had given way to this one. */
  readonly others: readonly number[]
}

export interface AsideRow {
  readonly seq: number
  /** The decision. */
  readonly action: number
  /** Number of the copy that stays; without one, nobody wants the picture. */
  readonly into: number | null
  readonly restores: string
}

export interface AsideFile {
  /** Number of the picture. */
  readonly seq: number
  readonly digest: string
  readonly format: string
  readonly sizeBytes: number
}

/** One that was on its way ends with what it held meanwhile. */
export function asEnded(earlier: EarlierCandidate) {
  if (earlier.state !== 'queued' && earlier.state !== 'leased') return earlier
  const { explanation } = earlier
  return {
    ...earlier,
    state: 'stored',
    code: 'STORED_THUMBNAIL',
    explanation: explanation ?? 'A thumbnail is held.',
  }
}
