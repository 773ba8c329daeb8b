/** Formats that keep raw pixels: all pictures of one size, without loss on the way. */
import type { ExportRender } from '@gleaner/shared/exports'
import { Type } from 'typebox'
import type { ExportPicture } from '../exporter.ts'

export const sideOption = (usual: number) =>
  Type.Integer({
    title: 'Side of the pictures (px)',
    description: 'All pictures are squares of this side.',
    minimum: 8,
    maximum: 1024,
    default: usual,
  })

export const fitOption = Type.Enum(['cover', 'pad', 'stretch'], {
  title: 'How pictures become squares',
  description: '"cover" cuts off what stands out, "pad" fills up, "stretch" changes their shape.',
  default: 'cover',
})

interface SquareOptions {
  readonly sidePx: number
  readonly fit: 'cover' | 'pad' | 'stretch'
}

/** PNG keeps every pixel until it is written. */
export const squares = ({ sidePx, fit }: SquareOptions): Partial<ExportRender> => ({
  sidePx,
  fit,
  format: 'png',
})

/** @throws Error when a picture is not of the size that all are to have */
export function expectSize(picture: ExportPicture, pixels: Buffer, sidePx: number, channels: 1 | 3): void {
  if (pixels.length !== sidePx * sidePx * channels || picture.width !== sidePx)
    throw new Error(`${picture.id} is ${picture.width} × ${picture.height}, not ${sidePx} × ${sidePx}`)
}

/** From one pixel after the other to one plane after the other: red, green, blue. */
export function planesOf(pixels: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return pixels
  const count = pixels.length / channels
  const planes = new Uint8Array(pixels.length)
  for (let channel = 0; channel < channels; channel++)
    for (let at = 0; at < count; at++) planes[channel * count + at] = pixels[at * channels + channel] ?? 0
  return planes
}
