/** Made-up scenes that can be looked at from anywhere, and fingerprints of what is seen. */
import { dctHash } from '../../src/imaging/dct-hash.ts'
import { fingerprintOf } from '../../src/imaging/fingerprint.ts'
import { miniature, type Raster } from '../../src/imaging/luma.ts'
import type { Fingerprint } from '../../src/look/fingerprint.ts'
import { numbersFrom } from './pictures.ts'

/** Values (red, green, blue; 0 to 255) at shares of width and height; goes on beyond 0 to 1. */
export type Scene = (u: number, v: number) => readonly [number, number, number]

/** Soft blobs of many sizes and colours: no two seeds have anything in common. */
export function scene(seed: number): Scene {
  const next = numbersFrom(seed)
  const blobs = Array.from({ length: 90 }, () => ({
    ...{ u: next() * 1.4 - 0.2, v: next() * 1.4 - 0.2, radius: 0.015 + 0.14 * next() ** 2 },
    colour: [next() * 255, next() * 255, next() * 255] as const,
  }))
  return (u, v) => {
    let [red, green, blue] = [110, 110, 110]
    for (const { u: cu, v: cv, radius, colour } of blobs) {
      const away = ((u - cu) ** 2 + (v - cv) ** 2) / radius ** 2
      if (away > 6) continue
      const share = Math.exp(-away * away)
      red += (colour[0] - red) * share
      green += (colour[1] - green) * share
      blue += (colour[2] - blue) * share
    }
    return [red, green, blue]
  }
}

export function rasterOf(what: Scene, width = 160, height = 120): Raster {
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const values = what((x + 0.5) / width, (y + 0.5) / height)
      for (const [channel, value] of values.entries()) {
        data[(y * width + x) * 3 + channel] = Math.min(255, Math.max(0, Math.round(value)))
      }
    }
  }
  return { data, width, height }
}

/** As the decoder makes it of a picture that is decoded in full. */
export function fingerprintOfRaster(raster: Raster): Fingerprint {
  const mini = miniature(raster)
  const { width, height } = raster
  return fingerprintOf({
    ...{ raster, mini, frame: { width, height }, layout: undefined },
    perceptualHash: dctHash(mini.luma),
  })
}

export const seen = (what: Scene, width?: number, height?: number) =>
  fingerprintOfRaster(rasterOf(what, width, height))

/** Only a part of it, in shares. */
export const cropped =
  (what: Scene, left: number, top: number, share: number): Scene =>
  (u, v) =>
    what(left + u * share, top + v * share)

/** With a margin of one colour around it, in shares of the new frame. */
export const bordered =
  (what: Scene, across: number, down: number, colour: readonly [number, number, number]): Scene =>
  (u, v) => {
    const [x, y] = [(u - across) / (1 - 2 * across), (v - down) / (1 - 2 * down)]
    return x < 0 || x > 1 || y < 0 || y > 1 ? colour : what(x, y)
  }

/** White bar below, with strokes as of letters. */
export const captioned =
  (what: Scene, share: number): Scene =>
  (u, v) => {
    if (v <= 1 - share) return what(u, v / (1 - share))
    const line = (v - 1 + share) / share
    const isStroke = line > 0.35 && line < 0.65 && u > 0.25 && u < 0.75 && Math.floor(u * 60) % 2 === 0
    return isStroke ? [20, 20, 20] : [255, 255, 255]
  }

export const mirrored =
  (what: Scene): Scene =>
  (u, v) =>
    what(1 - u, v)

/** By a quarter, clockwise. */
export const turned =
  (what: Scene): Scene =>
  (u, v) =>
    what(v, 1 - u)

/** By some degrees, clockwise, on a white ground, the frame as it was. */
export const tilted =
  (what: Scene, degrees: number): Scene =>
  (u, v) => {
    const angle = (-degrees * Math.PI) / 180
    const [x, y] = [u - 0.5, v - 0.5]
    const [a, b] = [
      0.5 + x * Math.cos(angle) - y * Math.sin(angle),
      0.5 + x * Math.sin(angle) + y * Math.cos(angle),
    ]
    return a < 0 || a > 1 || b < 0 || b > 1 ? [255, 255, 255] : what(a, b)
  }

/** Each value changed. */
export const toned =
  (what: Scene, change: (value: number) => number): Scene =>
  (u, v) => {
    const [red, green, blue] = what(u, v)
    return [change(red), change(green), change(blue)]
  }
