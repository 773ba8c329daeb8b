/**
 * What an export shows of a picture, and from which file it is made: figures only, no pixels. Coordinates of boxes and
 * crops are those of the upright original.
 */
import type { ExportRender } from '@gleaner/shared/exports'
import type { Box, Rectangle, VersionHeader, VersionImage } from '@gleaner/shared/versions'
import type { Cut, WantedPicture } from '../imaging/wanted-picture.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** From coordinates of the original to those of some other picture: times `scale`, plus `shift`. */
interface Mapping {
  readonly scaleX: number
  readonly scaleY: number
  readonly shiftX: number
  readonly shiftY: number
}

export interface View extends Size {
  /** Which file it is made from, or that the filed one is taken as it is. */
  readonly source: 'as-filed' | 'filed' | 'original'
  /** How it is made; `null` where it is taken as it is. */
  readonly wanted: WantedPicture | null
  readonly boxes: readonly Box[]
  /** Boxes that were cut off, in part or in whole. */
  readonly boxesCut: number
  readonly isEnlarged: boolean
  /** Made from the filed picture, although that shows too little of it, because the original is gone. */
  readonly lacksOriginal: boolean
}

const longSide = ({ width, height }: Size) => Math.max(width, height)
const shortSide = ({ width, height }: Size) => Math.min(width, height)
const rounded = (size: Size, scale: number): Size => ({
  width: Math.max(1, Math.round(size.width * scale)),
  height: Math.max(1, Math.round(size.height * scale)),
})

/** Parts of a box that are narrower than this, in pixels, are nothing that can be learned. */
const leastBoxSide = 1

/**
 * @param image - of a version
 * @param filed - how pictures of the version were filed
 */
export function viewOf(image: VersionImage, filed: VersionHeader['render'], render: ExportRender): View {
  const frame = { width: image.original.width, height: image.original.height }
  const held = filedMapping(frame, image.rendered, filed.fit)
  const crop = render.useCrops && image.crop ? wholePixels(image.crop, frame) : undefined
  if (!crop && isTakenAsFiled(image.rendered, filed, render)) {
    const encoded = isEncodedAsFiled(render)
      ? null
      : wantedOf(image.rendered, null, image.rendered, null, render)
    return { ...asFiled(image, held), wanted: encoded, source: encoded ? 'filed' : 'as-filed' }
  }
  const sidePx = render.sidePx ?? filed.sidePx
  const fit = render.sidePx === null ? 'inside' : render.fit
  const shown =
    fit === 'cover'
      ? middleSquare(crop ?? { left: 0, top: 0, ...frame })
      : (crop ?? { left: 0, top: 0, ...frame })
  const size = sizeOf(shown, fit, sidePx)
  const onFiled = mapped(shown, held)
  const isShown = isWithin(onFiled, image.rendered)
  if (isShown && onFiled.width >= size.width - 0.5 && onFiled.height >= size.height - 0.5) {
    return made(image, {
      source: 'filed',
      shown,
      cut: onFiled,
      file: image.rendered,
      size,
      fit,
      sidePx,
      render,
    })
  }
  if (image.original.isKept) {
    return made(image, { source: 'original', shown, cut: shown, file: frame, size, fit, sidePx, render })
  }
  const rest = clipped(onFiled, image.rendered)
  const restSize = sizeOf(rest, fit, sidePx)
  const seen = unmapped(rest, held)
  const lacks = !isShown || longSide(restSize) < longSide(size) || restSize.width > rest.width + 0.5
  return {
    ...made(image, {
      source: 'filed',
      shown: seen,
      cut: rest,
      file: image.rendered,
      size: restSize,
      fit,
      sidePx,
      render,
    }),
    lacksOriginal: lacks,
  }
}

const isTakenAsFiled = (
  rendered: Size,
  filed: VersionHeader['render'],
  { sidePx, fit, padding }: ExportRender,
) =>
  sidePx === null ||
  (sidePx === filed.sidePx &&
    fit === filed.fit &&
    (fit !== 'pad' || padding === filed.background) &&
    (fit === 'inside'
      ? longSide(rendered) === sidePx
      : rendered.width === sidePx && rendered.height === sidePx))

const isEncodedAsFiled = ({ format, isGrey }: ExportRender) => format === 'jpeg' && !isGrey

function asFiled(image: VersionImage, held: Mapping): Omit<View, 'wanted' | 'source'> {
  const { width, height } = image.rendered
  return {
    width,
    height,
    ...boxesOn(image.boxes, held, { left: 0, top: 0, width, height }),
    isEnlarged: false,
    lacksOriginal: false,
  }
}

interface Making {
  readonly source: 'filed' | 'original'
  /** Part of the original that is shown. */
  readonly shown: Cut
  /** The same part in the file it is made from. */
  readonly cut: Cut
  readonly file: Size
  readonly size: Size
  readonly fit: ExportRender['fit']
  readonly sidePx: number
  readonly render: ExportRender
}

function made(image: VersionImage, { source, shown, cut, file, size, fit, sidePx, render }: Making): View {
  const margins = fit === 'pad' ? marginsOf(size, sidePx) : null
  const around = margins ?? { left: 0, top: 0, right: 0, bottom: 0 }
  const width = size.width + around.left + around.right
  const height = size.height + around.top + around.bottom
  const scaleX = size.width / shown.width
  const scaleY = size.height / shown.height
  const mapping = {
    scaleX,
    scaleY,
    shiftX: around.left - shown.left * scaleX,
    shiftY: around.top - shown.top * scaleY,
  }
  const whole = pixelCut(cut, file)
  const isUntouched =
    source === 'filed' && !margins && !whole && size.width === file.width && size.height === file.height
  const isAsFiled = isUntouched && isEncodedAsFiled(render)
  return {
    ...{ width, height, source: isAsFiled ? 'as-filed' : source },
    wanted: isAsFiled ? null : wantedOf(file, whole, size, margins, render),
    ...boxesOn(image.boxes, mapping, { left: around.left, top: around.top, ...size }),
    isEnlarged: size.width > cut.width + 0.5 || size.height > cut.height + 0.5,
    lacksOriginal: false,
  }
}

function wantedOf(
  file: Size,
  cut: Cut | null,
  { width, height }: Size,
  margins: WantedPicture['margins'],
  { padding, isGrey, format, quality }: ExportRender,
): WantedPicture {
  const background = padding === 'mirror' ? '#ffffff' : padding
  const mostPixels = file.width * file.height
  return { mostPixels, cut, size: { width, height }, margins, padding, background, isGrey, format, quality }
}

function sizeOf(shown: Size, fit: ExportRender['fit'], sidePx: number): Size {
  if (fit === 'cover' || fit === 'stretch') return { width: sidePx, height: sidePx }
  const scale = sidePx / longSide(shown)
  return rounded(shown, fit === 'inside' ? Math.min(1, scale) : scale)
}

function marginsOf({ width, height }: Size, sidePx: number) {
  const left = Math.floor((sidePx - width) / 2)
  const top = Math.floor((sidePx - height) / 2)
  return { left, top, right: sidePx - width - left, bottom: sidePx - height - top }
}

/**
 * How the original lies in the picture that was filed. What is filed has the shape of the original where it is all of it;
 * where it is a square of something else, the settings of then say whether it was cut or padded.
 */
function filedMapping(frame: Size, rendered: Size, fit: VersionHeader['render']['fit']): Mapping {
  const scaleX = rendered.width / frame.width
  const scaleY = rendered.height / frame.height
  const tolerance = 0.5 / frame.width + 0.5 / frame.height + 1e-9
  if (Math.abs(scaleX - scaleY) <= tolerance) return { scaleX, scaleY, shiftX: 0, shiftY: 0 }
  const scale = fit === 'pad' ? longSide(rendered) / longSide(frame) : longSide(rendered) / shortSide(frame)
  return {
    ...{ scaleX: scale, scaleY: scale },
    shiftX: (rendered.width - frame.width * scale) / 2,
    shiftY: (rendered.height - frame.height * scale) / 2,
  }
}

const mapped = ({ left, top, width, height }: Cut, { scaleX, scaleY, shiftX, shiftY }: Mapping): Cut => ({
  left: left * scaleX + shiftX,
  top: top * scaleY + shiftY,
  width: width * scaleX,
  height: height * scaleY,
})

const unmapped = ({ left, top, width, height }: Cut, { scaleX, scaleY, shiftX, shiftY }: Mapping): Cut => ({
  left: (left - shiftX) / scaleX,
  top: (top - shiftY) / scaleY,
  width: width / scaleX,
  height: height / scaleY,
})

/** Half a pixel is what rounding may have cost. */
const isWithin = ({ left, top, width, height }: Cut, size: Size) =>
  left > -1 && top > -1 && left + width < size.width + 1 && top + height < size.height + 1

function clipped({ left, top, width, height }: Cut, size: Size): Cut {
  const [fromX, fromY] = [Math.max(0, left), Math.max(0, top)]
  const [toX, toY] = [Math.min(size.width, left + width), Math.min(size.height, top + height)]
  return { left: fromX, top: fromY, width: Math.max(1, toX - fromX), height: Math.max(1, toY - fromY) }
}

const middleSquare = ({ left, top, width, height }: Cut): Cut => {
  const side = Math.min(width, height)
  return {
    left: left + Math.floor((width - side) / 2),
    top: top + Math.floor((height - side) / 2),
    ...{ width: side, height: side },
  }
}

/** A rectangle somebody drew, in whole pixels and within the picture. */
function wholePixels({ x, y, width, height }: Rectangle, frame: Size): Cut | undefined {
  return pixelCut({ left: x, top: y, width, height }, frame) ?? undefined
}

/** @returns whole pixels; `null` where that is all of the file */
function pixelCut(cut: Cut, file: Size): Cut | null {
  const left = Math.min(file.width - 1, Math.max(0, Math.round(cut.left)))
  const top = Math.min(file.height - 1, Math.max(0, Math.round(cut.top)))
  const width = Math.min(file.width - left, Math.max(1, Math.round(cut.left + cut.width) - left))
  const height = Math.min(file.height - top, Math.max(1, Math.round(cut.top + cut.height) - top))
  const isAll = left === 0 && top === 0 && width === file.width && height === file.height
  return isAll ? null : { left, top, width, height }
}

/** @param visible - where the picture itself is shown */
function boxesOn(boxes: readonly Box[], mapping: Mapping, visible: Cut) {
  const shown: Box[] = []
  let boxesCut = 0
  for (const { x, y, width, height, label, author } of boxes) {
    const on = mapped({ left: x, top: y, width, height }, mapping)
    const left = Math.max(on.left, visible.left)
    const top = Math.max(on.top, visible.top)
    const right = Math.min(on.left + on.width, visible.left + visible.width)
    const bottom = Math.min(on.top + on.height, visible.top + visible.height)
    const isWhole = right - left > on.width - 0.5 && bottom - top > on.height - 0.5
    if (!isWhole) boxesCut += 1
    if (right - left < leastBoxSide || bottom - top < leastBoxSide) continue
    shown.push({ x: left, y: top, width: right - left, height: bottom - top, label, author })
  }
  return { boxes: shown, boxesCut }
}
