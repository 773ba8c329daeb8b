/** Finds what surrounds the picture proper: a border, bars of a letterbox, a bar with writing on it. */
import type { Area, Surround } from '../look/fingerprint.ts'
import type { Raster } from './luma.ts'

export interface Content {
  readonly content: Area
  readonly surround: Surround
}

/** Pixels of a bar are this near its colour, in levels of a channel. */
const tolerance = 14
/** So much of a line of a bar has its colour; what is left over is dirt. */
const plainShare = 0.98
/** Of a line of the picture behind a straight edge, less has the colour of the bar. */
const pictureShare = 0.4
/** Lines, as a share of the frame, in which a straight edge is over. */
const edgeShare = 0.012
/** A bar with writing is no higher than this share of the frame. */
const maxCaption = 0.35
/** The picture itself is at least such a share of the frame, in width and in height. */
const minContent = 0.25
/** What is thinner than this share of the frame is no border. */
const minMargin = 0.008
/** Pixels of a line that are looked at. */
const samples = 96

/** A frame that is being cut down, in px. */
interface Frame {
  left: number
  top: number
  right: number
  bottom: number
}

type Side = 'top' | 'bottom' | 'left' | 'right'

/** How sure it is that something surrounds the picture on purpose. */
const rank: Readonly<Record<Surround, number>> = { none: 0, plain: 1, border: 2, caption: 3 }

/** Finds what is of one colour around a picture, and bars with writing above and below. */
export function contentOf(raster: Raster): Content {
  const frame: Frame = { left: 0, top: 0, right: raster.width, bottom: raster.height }
  let surround: Surround = 'none'
  const marginOf = createMargins(raster)
  // Within a border only writing tells a bar from straight edges of the thing that is shown.
  for (const least of [rank.plain, rank.caption]) {
    for (const side of ['top', 'bottom', 'left', 'right'] as const) {
      const margin = marginOf(frame, side)
      if (rank[margin.surround] < least || !cutOff(frame, side, margin.lines, raster)) continue
      if (rank[margin.surround] > rank[surround]) surround = margin.surround
    }
  }
  const { width, height } = raster
  const content = {
    left: frame.left / width,
    top: frame.top / height,
    width: (frame.right - frame.left) / width,
    height: (frame.bottom - frame.top) / height,
  }
  return { content, surround }
}

/** Takes lines away, unless there are too few of them or too little would be left. */
function cutOff(frame: Frame, side: Side, lines: number, { width, height }: Raster): boolean {
  const across = side === 'left' || side === 'right'
  const whole = across ? width : height
  const left = (across ? frame.right - frame.left : frame.bottom - frame.top) - lines
  if (lines < 2 || lines < whole * minMargin || left < whole * minContent) return false
  if (side === 'top') frame.top += lines
  else if (side === 'bottom') frame.bottom -= lines
  else if (side === 'left') frame.left += lines
  else frame.right -= lines
  return true
}

/** One line of a frame, `depth` lines from a side of it: where its pixels lie in the raster. */
function lineAt({ width }: Raster, frame: Frame, side: Side, depth: number) {
  if (side === 'top' || side === 'bottom') {
    const y = side === 'top' ? frame.top + depth : frame.bottom - 1 - depth
    return { start: (y * width + frame.left) * 3, stride: 3, length: frame.right - frame.left }
  }
  const x = side === 'left' ? frame.left + depth : frame.right - 1 - depth
  return { start: (frame.top * width + x) * 3, stride: width * 3, length: frame.bottom - frame.top }
}

type Colour = readonly [red: number, green: number, blue: number]

const colourSamples = 33
const sampled = new Uint8Array(colourSamples)

/** The colour most of a line has: each channel's middle value of 33 pixels along it. */
function colourOf(raster: Raster, frame: Frame, side: Side): Colour {
  const { start, stride, length } = lineAt(raster, frame, side, 0)
  const middle = (channel: number) => {
    for (let at = 0; at < colourSamples; at++) {
      const pixel = Math.round((at / (colourSamples - 1)) * (length - 1))
      sampled[at] = raster.data[start + pixel * stride + channel] as number
    }
    return sampled.sort()[colourSamples >> 1] as number
  }
  return [middle(0), middle(1), middle(2)]
}

/** Pixels of a line that are looked at; its ends are left out. */
function samplesOf(raster: Raster, frame: Frame, side: Side, depth: number) {
  const { start, stride, length } = lineAt(raster, frame, side, depth)
  const step = Math.max(1, Math.floor(length / samples))
  return { from: start + (step >> 1) * stride, by: step * stride, end: start + length * stride }
}

interface Plain {
  readonly colour: Colour
  /** Of a line, 0 to 1. */
  readonly share: number
}

/** Whether at least such a share of a line has a colour. Looks no further than where too little of it can have it. */
function isOf(
  raster: Raster,
  frame: Frame,
  side: Side,
  depth: number,
  { colour: [red, green, blue], share }: Plain,
): boolean {
  const { from, by, end } = samplesOf(raster, frame, side, depth)
  const { data } = raster
  const seen = Math.ceil((end - from) / by)
  if (seen <= 0) return false
  let same = seen
  for (let pixel = from; pixel < end; pixel += by) {
    const isSame =
      Math.abs((data[pixel] as number) - red) <= tolerance &&
      Math.abs((data[pixel + 1] as number) - green) <= tolerance &&
      Math.abs((data[pixel + 2] as number) - blue) <= tolerance
    if (isSame) continue
    same -= 1
    if (same / seen < share) return false
  }
  return true
}

/**
 * Whether no colour at all can be that of a plain line: too many of its pixels differ from those half the line away by more
 * than one colour reaches. True of most lines of most photos, and quickly seen.
 */
function isMotley(raster: Raster, frame: Frame, side: Side): boolean {
  const { from, by, end } = samplesOf(raster, frame, side, 0)
  const { data } = raster
  const seen = Math.ceil((end - from) / by)
  const half = (seen >> 1) * by
  let different = 0
  for (let pixel = from; pixel < from + half; pixel += by) {
    const isNear =
      Math.abs((data[pixel] as number) - (data[pixel + half] as number)) <= 2 * tolerance &&
      Math.abs((data[pixel + 1] as number) - (data[pixel + half + 1] as number)) <= 2 * tolerance &&
      Math.abs((data[pixel + 2] as number) - (data[pixel + half + 2] as number)) <= 2 * tolerance
    if (!isNear) different += 1
    if (seen - different < plainShare * seen) return true
  }
  return false
}

const depthOf = (frame: Frame, side: Side) =>
  side === 'left' || side === 'right' ? frame.right - frame.left : frame.bottom - frame.top

interface Margin {
  readonly lines: number
  readonly surround: Surround
}

/**
 * What lies at one side of a frame. Lines of one colour are a border where they end at a straight edge, a plain background
 * otherwise. A bar with writing begins and ends with such lines, the last of them at a straight edge; where there is none,
 * it is a thing before a plain background.
 */
function marginAt(raster: Raster, frame: Frame, side: Side): Margin {
  if (isMotley(raster, frame, side)) return { lines: 0, surround: 'none' }
  const colour = colourOf(raster, frame, side)
  const depth = depthOf(frame, side)
  const isPlain = (line: number) => isOf(raster, frame, side, line, { colour, share: plainShare })
  const isPicture = (line: number) => !isOf(raster, frame, side, line, { colour, share: pictureShare })
  let plain = 0
  while (plain < depth && isPlain(plain)) plain += 1
  if (plain === 0) return { lines: 0, surround: 'none' }
  const edge = Math.max(2, Math.round(depth * edgeShare))
  const isStraight = (line: number) => line + edge < depth && isPicture(line + edge)
  if (side === 'top' || side === 'bottom') {
    let written = 0
    for (let line = plain + 1; line < depth * maxCaption; line++) {
      if (isPlain(line) && isStraight(line + 1)) written = line + 1
    }
    if (written > 0) return { lines: written, surround: 'caption' }
  }
  return { lines: plain, surround: isStraight(plain) ? 'border' : 'plain' }
}

/** Looks at a side of a frame once, as long as the frame stays what it was. */
function createMargins(raster: Raster): (frame: Frame, side: Side) => Margin {
  const known = new Map<Side, { readonly frame: Frame; readonly margin: Margin }>()
  return (frame, side) => {
    const before = known.get(side)
    if (before && isSame(before.frame, frame)) return before.margin
    const margin = marginAt(raster, frame, side)
    known.set(side, { frame: { ...frame }, margin })
    return margin
  }
}

const isSame = (a: Frame, b: Frame) =>
  a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom
