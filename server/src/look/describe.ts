/** Says how two pictures that belong together differ. */
import { type Affine, intersection, inverse, poseOf, project, sizeOf } from './affine.ts'
import type { Agreement } from './agreement.ts'
import type { Area, Fingerprint } from './fingerprint.ts'
import type { Likeness, LikenessKind } from './likeness.ts'
import { type ToneDifference, toneDifference } from './tone.ts'

const frame: Area = { left: 0, top: 0, width: 1, height: 1 }

/** A frame of which the other shows less than this is the wider one. */
const wholeShare = 0.965
/** A turn by so many degrees brings corners from nowhere into the frame. */
const turnedDegrees = 1.2
/** Below all of these, one is the other saved anew. */
const sameTone = { levels: 4, chroma: 4, gain: 0.06, shift: 6, saturation: 0.12, agreement: 0.985 } as const
/** Share of what is to be seen that lies in blocks only one picture has something in. */
const markedShare = 0.02

export type Description = Omit<Likeness, 'isDuplicate' | 'confidence'>

/** @param affine - from the frame of the second to that of the first, in cells */
export function describe(
  first: Fingerprint,
  second: Fingerprint,
  affine: Affine,
  agreement: Agreement,
): Description {
  const back = inverse(affine) ?? affine
  const areaInFirst = project(affine, frame)
  const areaInSecond = project(back, frame)
  const pose = poseOf(affine, first.aspect, second.aspect)
  const tone = toneDifference(first, second, affine)
  const extent = extentOf(first, second, { areaInFirst, areaInSecond })
  return {
    kind: kindOf(pose, extent, isSame(tone, agreement)),
    differenceLevels: tone.differenceLevels,
    chromaDifference: tone.chromaDifference,
    wider: extent.wider,
    marked: markedOf(agreement),
    transform: { ...pose, areaInFirst, areaInSecond },
  }
}

interface Extent {
  /** What the wider frame has more of: nothing, scene, or what surrounds the picture. */
  readonly more: 'nothing' | 'scene' | 'border' | 'caption'
  readonly wider: Likeness['wider']
}

function extentOf(
  first: Fingerprint,
  second: Fingerprint,
  { areaInFirst, areaInSecond }: { readonly areaInFirst: Area; readonly areaInSecond: Area },
): Extent {
  const [moreInFirst, moreInSecond] = [moreOf(first, areaInFirst), moreOf(second, areaInSecond)]
  const sceneOfFirst = moreInFirst === 'scene' ? 1 - sizeOf(areaInFirst) : 0
  const sceneOfSecond = moreInSecond === 'scene' ? 1 - sizeOf(areaInSecond) : 0
  if (sceneOfFirst > 0 || sceneOfSecond > 0) {
    return { more: 'scene', wider: sceneOfFirst >= sceneOfSecond ? 'first' : 'second' }
  }
  const more = [moreInFirst, moreInSecond].find(kind => kind !== 'nothing') ?? 'nothing'
  // Borders show nothing of the scene.
  return { more, wider: 'neither' }
}

/** What a frame has beyond the part of it that the other shows. */
function moreOf({ content, surround }: Fingerprint, shown: Area): Extent['more'] {
  if (sizeOf(shown) >= wholeShare) return 'nothing'
  if (sizeOf(intersection(shown, content)) < wholeShare * sizeOf(content)) return 'scene'
  return surround === 'caption' ? 'caption' : 'border'
}

function kindOf(
  { orientation, degrees }: { readonly orientation: number; readonly degrees: number },
  { more }: Extent,
  isSamePicture: boolean,
): LikenessKind {
  if (orientation >= 4) return 'mirror'
  if (orientation > 0) return 'turn'
  if (Math.abs(degrees) > turnedDegrees) return 'edited'
  if (more === 'scene') return 'crop'
  if (more !== 'nothing') return more
  return isSamePicture ? 'same' : 'edited'
}

const isSame = (tone: ToneDifference, { lowerQuarter }: Agreement) =>
  tone.differenceLevels <= sameTone.levels &&
  tone.chromaDifference <= sameTone.chroma &&
  Math.abs(tone.gain - 1) <= sameTone.gain &&
  Math.abs(tone.shift + 128 * (tone.gain - 1)) <= sameTone.shift &&
  Math.abs(tone.saturation - 1) <= sameTone.saturation &&
  lowerQuarter >= sameTone.agreement

function markedOf({ markedFirst, markedSecond }: Agreement): Likeness['marked'] {
  if (Math.max(markedFirst, markedSecond) < markedShare) return 'neither'
  if (markedFirst > 2 * markedSecond) return 'first'
  return markedSecond > 2 * markedFirst ? 'second' : 'neither'
}
