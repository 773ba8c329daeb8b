/** The forms a picture is held in and looked up by. */
import {
  type Area,
  type Fingerprint,
  type FormKind,
  formKinds,
  type Hit,
  heldFormBytes,
  lookSide,
  type Orientation,
  type QueryForm,
} from './fingerprint.ts'
import { basisOf, bitsByOrientation, spectraOf, type WindowBasis, wholeBasis } from './spectrum.ts'

export const wholeArea: Area = { left: 0, top: 0, width: 1, height: 1 }

/** Rounded, for windows that lie alike along an axis are to be known as such. */
const centre = (width: number, height = width): Area => ({
  left: Math.round((1 - width) * 5e5) / 1e6,
  top: Math.round((1 - height) * 5e5) / 1e6,
  width,
  height,
})

/** Places in `formKinds`. */
const whole = 0
const trimmed = 1
const inner = 2
const square = 3
const middle = 4

const upright = 0
const leftToRight = 4

/** First number of the windows that are only looked up. */
const firstCut = formKinds.length

/** Share of a side that is cut off. */
const cutOff = 0.1

/** Start and length of a window along one axis, in shares. */
type Stretch = readonly [start: number, length: number]

/** The inner window of a whole picture in what is left of it: cut off at its start, at its end. */
const inCut: readonly Stretch[] = [
  [(0.1 - cutOff) / (1 - cutOff), 0.8 / (1 - cutOff)],
  [0.1 / (1 - cutOff), 0.8 / (1 - cutOff)],
]
/** The inner window of what is left, in the whole picture. */
const ofCut: readonly Stretch[] = [
  [cutOff + 0.1 * (1 - cutOff), 0.8 * (1 - cutOff)],
  [0.1 * (1 - cutOff), 0.8 * (1 - cutOff)],
]
const uncut: Stretch = [0.1, 0.8]

const windowAt = (across: Stretch, down: Stretch): Area => ({
  ...{ left: across[0], top: down[0], width: across[1], height: down[1] },
})

/** Above and below first, as what is cut off most: there stand captions and watermarks. */
const sideWindows = [inCut, ofCut].flatMap(cuts => [
  ...cuts.map(down => windowAt(uncut, down)),
  ...cuts.map(across => windowAt(across, uncut)),
])
const cornerWindows = [inCut, ofCut].flatMap(cuts =>
  cuts.flatMap(across => cuts.map(down => windowAt(across, down))),
)
const cutWindows = [...sideWindows, ...cornerWindows]

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
  if (kind !== square) return cutWindows[kind - firstCut]
  if (aspect > minSquareRatio) return centre(1, 1 / aspect)
  return aspect < 1 / minSquareRatio ? centre(aspect, 1) : undefined
}

const isWhole = ({ width, height }: Area) => width > 0.999 && height > 0.999

const innerBasis = basisOf(centre(0.8))
const middleBasis = basisOf(centre(0.9))
/** Windows that are cut off to the left or right lie alike from top to bottom. */
const cutBases = cutWindows.map(area => basisOf(area, area.top === uncut[0] ? 'down' : 'across'))

/** @returns `undefined` where the picture has no such form */
function basisOfForm(picture: Formed, kind: FormKind): WindowBasis | undefined {
  if (kind === whole) return wholeBasis
  if (kind === inner) return innerBasis
  if (kind === middle) return middleBasis
  if (kind >= firstCut) return cutBases[kind - firstCut]
  const area = areaOf(picture, kind)
  return area && basisOf(area)
}

/** The bits of each form a picture has. */
type Forms = (kind: FormKind, orientation: Orientation) => Uint8Array | undefined

function createForms(picture: Formed): Forms {
  const spectrumOf = spectraOf(picture.raster.subarray(0, lookSide * lookSide))
  const known = new Map<FormKind, ReturnType<typeof bitsByOrientation> | undefined>()
  return (kind, orientation) => {
    if (!known.has(kind)) {
      const basis = basisOfForm(picture, kind)
      known.set(kind, basis && bitsByOrientation(spectrumOf(basis)))
    }
    return known.get(kind)?.(orientation)
  }
}

let latest: { readonly of: Formed; readonly forms: Forms } | undefined

/** A picture is held in some of the forms it was looked up by just before: they are worked out once. */
function formsOf(picture: Formed): Forms {
  const { raster, aspect, content } = picture
  if (latest?.of.raster === raster && latest.of.aspect === aspect && latest.of.content === content) {
    return latest.forms
  }
  const forms = createForms(picture)
  latest = { of: { raster, aspect, content }, forms }
  return forms
}

/**
 * @param wholeBits - perceptual hash of the whole frame, from values not yet rounded
 */
export function heldFormsOf(picture: Formed, wholeBits: Uint8Array): Uint8Array {
  const forms: number[] = [whole, ...wholeBits]
  const bitsOf = formsOf(picture)
  for (const kind of [trimmed, inner, square]) {
    const bits = bitsOf(kind, upright)
    if (bits) forms.push(kind, ...bits)
  }
  return Uint8Array.from(forms)
}

/** A whole frame has to be nearer than this: strangers are nearer once in a million. */
const wholeRadius = 80
const windowRadius = 72

/** One way a picture is looked up. */
interface Ask {
  readonly kind: FormKind
  readonly orientation: Orientation
  readonly among: readonly FormKind[]
  readonly radiusBits: number
}

const ask = (kind: FormKind, among: readonly FormKind[], orientation: Orientation = upright): Ask => ({
  ...{ kind, orientation, among, radiusBits: windowRadius },
})

/** Whole in every orientation, and its windows as copies would show them. */
const usualAsks: readonly Ask[] = [
  { ...ask(whole, [whole]), radiusBits: wholeRadius },
  ask(whole, [trimmed, inner, square]),
  ...([1, 2, 3, 5, 6, 7] as const).map(orientation => ask(whole, [whole], orientation)),
  ask(whole, [whole, trimmed], leftToRight),
  ask(trimmed, [whole, trimmed, inner]),
  ask(trimmed, [whole, trimmed], leftToRight),
  ask(middle, [whole, inner]),
  ask(inner, [whole]),
  ask(square, [whole]),
]

/** Where the inner window of a picture lies in one cut off at a side, and in one it was itself cut from. */
const sideAsks = sideWindows.map((_, at) => ask(firstCut + at, [inner]))
const cornerAsks = cornerWindows.map((_, at) => ask(firstCut + sideWindows.length + at, [inner]))

const asksBy = { usual: usualAsks, far: [...usualAsks, ...sideAsks, ...cornerAsks] }

/**
 * How a picture is looked up.
 *
 * @param reach - `far` finds copies cut off at one side or corner as well, for twice the time of a look-up
 */
export function queryForms(
  picture: Formed & Pick<Fingerprint, 'heldForms'>,
  reach: keyof typeof asksBy = 'usual',
): QueryForm[] {
  if (picture.heldForms.length === 0) return []
  const bitsOf = formsOf(picture)
  return asksBy[reach].flatMap(({ kind, orientation, ...rest }) => {
    const bits = bitsOf(kind, orientation)
    return bits ? [{ bits, kind, orientation, ...rest }] : []
  })
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
