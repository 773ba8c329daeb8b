import { defaultSettings } from '@gleaner/shared/dataset'
import { beforeAll, expect, test } from 'vitest'
import { type FastJpeg, loadFastJpeg } from './fast-jpeg.ts'
import { isQuicklyRendered, renderPixels } from './render.ts'

let fastJpeg: FastJpeg | undefined
beforeAll(async () => {
  fastJpeg = await loadFastJpeg()
})

const rasterOf = (width: number, height: number) => ({
  width,
  height,
  data: new Uint8Array(width * height * 3),
})
const settings = { ...defaultSettings.render, sidePx: 512 }

test.each([
  ['a raster of the size it is filed in', [512, 384], {}, true],
  ['one that is to be cut', [682, 512], { fit: 'cover' }, true],
  ['one that is still to be reduced', [700, 525], {}, false],
  ['better codes', [500, 375], { optimizeCoding: true }, false],
  ['many pixels', [1200, 900], { sidePx: 1200 }, false],
] as const)('whether rendering takes next to no time: %s', (_, [width, height], more, expected) => {
  const pixels = { raster: rasterOf(width, height) }
  const render = { ...settings, ...more }
  expect(isQuicklyRendered(pixels, { width: 4 * width, height: 4 * height }, render, fastJpeg)).toBe(expected)
  expect(isQuicklyRendered(pixels, pixels.raster, render, undefined), 'without the codec').toBe(false)
})

test('compressed pixels that are kept are there already', async () => {
  const pixels = { raster: rasterOf(500, 375), kept: Buffer.from('kept') }
  expect(isQuicklyRendered(pixels, pixels.raster, settings, fastJpeg)).toBe(true)
  const rendered = await renderPixels(pixels, pixels.raster, settings, fastJpeg)
  expect([rendered.bytes.toString(), rendered.width, rendered.height]).toEqual(['kept', 500, 375])
})

test('every picture gets bytes of its own, though they are encoded in one place', async () => {
  const [one, other] = [rasterOf(64, 64), rasterOf(64, 64)]
  other.data.fill(200)
  const first = await renderPixels({ raster: one }, one, settings, fastJpeg)
  const before = Buffer.from(first.bytes)
  const second = await renderPixels({ raster: other }, other, settings, fastJpeg)
  expect(first.bytes).toEqual(before)
  expect(second.bytes).not.toEqual(before)
})
