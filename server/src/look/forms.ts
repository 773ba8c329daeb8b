/** The forms a picture is held in and looked up by. */
import {
  type Area,
  type Fingerprint,
  type FormKind,
  type Hit,
  heldFormBytes,
  lookSide,
  type Orientation,
  type QueryForm,
} from './fingerprint.ts'
import { basisOf, bitsOf, oriented, type Spectrum, spectrumOf, wholeBasis } from './spectrum.ts'

export const wholeArea: Area = { left: 0, top: 0, width: 1, height: 1 }

const centre = (width: number, height = width): Area => ({
  left: (1 - width) / 2,
  top: (1 - height) / 2,
  width,
  height,
})

/** Places in `formKinds`. */
const whole = 0
const trimmed = 1
const inner = 2
const square = 3
const middle = 4

/** Frames longer than this are cut to squares so often that their middle square is a form. */
const minSquareRatio = 1.12

/** What is known about a picture when its forms are made. */
export type Formed = Pick<Fingerprint, 'raster' | 'aspect' | 'content'>

/** Window of a form in the frame; `undefined` where the picture has no such form. */
export function areaOf({ aspect, content }: Formed, kind: FormKind): Area | undefined {
  if (kind === whole) return wholeArea
  if (kind === trimmed) return isWhole(content) ? undefined : content
  if (kind === inner) return centre(0.8)
  if (kind === middle) return centre(0.9)
  if (kind !== square) return undefined
  if (aspect > minSquareRatio) return centre(1, 1 / aspect)
  return aspect < 1 / minSquareRatio ? centre(aspect, 1) : undefined
}

const isWhole = ({ width, height }: Area) => width > 0.999 && height > 0.999

const innerBasis = basisOf(centre(0.8))
const middleBasis = basisOf(centre(0.9))

/** @returns `undefined` where the picture has no such form */
function spectrumOfForm(picture: Formed, kind: FormKind): Spectrum | undefined {
  const area = areaOf(picture, kind)
  if (!area) return undefined
  const luma = picture.raster.subarray(0, lookSide * lookSide)
  if (kind === whole) return spectrumOf(luma, wholeBasis)
  if (kind === inner) return spectrumOf(luma, innerBasis)
  if (kind === middle) return spectrumOf(luma, middleBasis)
  return spectrumOf(luma, basisOf(area))
}

/**
 * @param wholeBits - perceptual hash of the whole frame, from values not yet rounded
 */
export function heldFormsOf(picture: Formed, wholeBits: Uint8Array): Uint8Array {
  const forms: number[] = [whole, ...wholeBits]
  for (const kind of [trimmed, inner, square]) {
    const spectrum = spectrumOfForm(picture, kind)
    if (spectrum) forms.push(kind, ...bitsOf(spectrum))
  }
  return Uint8Array.from(forms)
}

const upright = 0
/** A whole frame has to be nearer than this: strangers are nearer once in a million. */
const wholeRadius = 80
const windowRadius = 72

/** How a picture is looked up: whole in every orientation, and its windows as copies would show them. */
export function queryForms(picture: Formed & Pick<Fingerprint, 'heldForms'>): QueryForm[] {
  if (picture.heldForms.length === 0) return []
  const forms: QueryForm[] = []
  const add = (
    spectrum: Spectrum | undefined,
    kind: FormKind,
    orientation: Orientation,
    among: readonly FormKind[],
    radiusBits: number,
  ) => {
    if (spectrum)
      forms.push({ bits: bitsOf(oriented(spectrum, orientation)), kind, orientation, among, radiusBits })
  }
  const wholeSpectrum = spectrumOfForm(picture, whole)
  const trimmedSpectrum = spectrumOfForm(picture, trimmed)
  add(wholeSpectrum, whole, upright, [whole], wholeRadius)
  add(wholeSpectrum, whole, upright, [trimmed, inner, square], windowRadius)
  for (const orientation of [1, 2, 3, 4, 5, 6, 7] as const)
    add(wholeSpectrum, whole, orientation, [whole, trimmed], windowRadius)
  add(trimmedSpectrum, trimmed, upright, [whole, trimmed, inner], windowRadius)
  add(trimmedSpectrum, trimmed, 4, [whole, trimmed], windowRadius)
  add(spectrumOfForm(picture, middle), middle, upright, [whole, inner], windowRadius)
  add(spectrumOfForm(picture, inner), inner, upright, [whole], windowRadius)
  add(spectrumOfForm(picture, square), square, upright, [whole], windowRadius)
  return forms
}

/** Compares every form of two pictures: what an index does for many. Nearest first. */
export function hitsBetween(query: Fingerprint, held: Fingerprint): Hit[] {
  return hitsAmong(queryForms(query), held.heldForms)
}

/** @param heldForms - as in a {@link Fingerprint} */
export function hitsAmong(forms: readonly QueryForm[], heldForms: Uint8Array): Hit[] {
  const hits: Hit[] = []
  for (const query of forms) {
    for (let at = 0; at < heldForms.length; at += heldFormBytes) {
      const heldKind = heldForms[at] as number
      if (!query.among.includes(heldKind)) continue
      const distanceBits = distance(query.bits, heldForms, at + 1)
      if (distanceBits <= query.radiusBits) hits.push({ query, heldKind, distanceBits })
    }
  }
  return hits.sort((a, b) => a.distanceBits - b.distanceBits)
}

const setBits = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

function distance(bits: Uint8Array, among: Uint8Array, from: number): number {
  let differing = 0
  for (let at = 0; at < bits.length; at++) {
    differing += setBits[(bits[at] as number) ^ (among[from + at] as number)] as number
  }
  return differing
}
