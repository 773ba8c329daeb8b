import { defaultExportRender, type ExportRender } from '@gleaner/shared/exports'
import type { VersionHeader, VersionImage } from '@gleaner/shared/versions'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { viewOf } from './view.ts'

const digest = '0'.repeat(64)
const image: VersionImage = {
  ...{ id: '0'.repeat(20), label: 'cat', split: null, fold: null, trial: null, group: '0'.repeat(20) },
  rendered: { digest, width: 1, height: 1, sizeBytes: 1 },
  original: { digest, format: 'jpeg', width: 1, height: 1, sizeBytes: 1, isKept: true },
  ...{ perceptualHash: null, isThumbnail: false, crop: null, boxes: [], title: null, sourceUrl: null },
  ...{ landingUrl: null, engine: null, query: null, license: null, rights: {}, storedAtMs: 0 },
}

const filedBy = (fit: 'inside' | 'cover' | 'pad'): VersionHeader['render'] => ({
  ...{ fit, sidePx: 100, quality: 92, background: '#ffffff' },
  ...{ chroma: '4:2:0', optimizeCoding: false, keepFitting: false },
})

/** A picture of that size as it would be filed. */
function imageOf(
  width: number,
  height: number,
  fit: 'inside' | 'cover' | 'pad',
  isKept = true,
): VersionImage {
  const scale = Math.min(1, 100 / Math.max(width, height))
  const inside = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
  const size = fit === 'inside' ? inside : { width: 100, height: 100 }
  return {
    ...image,
    rendered: { ...image.rendered, ...size },
    original: { ...image.original, width, height, isKept },
    boxes: [
      { x: width / 4, y: height / 4, width: width / 2, height: height / 2, label: 'cat', author: 'test' },
    ],
  }
}

const render = (wanted: Partial<ExportRender>): ExportRender => ({ ...defaultExportRender, ...wanted })

test.each([
  ['as it was filed, where nothing is asked for', 400, 200, 'inside', {}, 'as-filed', [100, 50]],
  [
    'as it was filed, where that is what is asked for',
    400,
    200,
    'inside',
    { sidePx: 100 },
    'as-filed',
    [100, 50],
  ],
  [
    'as it was filed, where it is as large as it can be',
    60,
    40,
    'inside',
    { sidePx: 300 },
    'as-filed',
    [60, 40],
  ],
  ['from what was filed, where less is asked for', 400, 200, 'inside', { sidePx: 50 }, 'filed', [50, 25]],
  ['from what was filed, in another encoding', 400, 200, 'inside', { format: 'png' }, 'filed', [100, 50]],
  ['from the original, where more is asked for', 400, 200, 'inside', { sidePx: 200 }, 'original', [200, 100]],
  [
    'from the original, where a square needs more',
    400,
    200,
    'inside',
    { sidePx: 80, fit: 'cover' },
    'original',
    [80, 80],
  ],
  ['from the original, where a square was cut', 400, 200, 'cover', { sidePx: 80 }, 'original', [80, 40]],
  [
    'from what was filed, where the same square is asked for',
    400,
    200,
    'cover',
    { sidePx: 80, fit: 'cover' },
    'filed',
    [80, 80],
  ],
] as const)('%s', (_, width, height, fit, wanted, source, size) => {
  const view = viewOf(imageOf(width, height, fit), filedBy(fit), render(wanted))
  expect([view.source, [view.width, view.height]]).toEqual([source, size])
  expect(view.lacksOriginal).toBe(false)
})

test('where the original is gone, what was filed has to do, and that is said', () => {
  const view = viewOf(imageOf(400, 200, 'inside', false), filedBy('inside'), render({ sidePx: 200 }))
  expect(view).toMatchObject({ source: 'as-filed', width: 100, height: 50, lacksOriginal: true })
})

test('a box in the middle stays in the middle, within the picture, whatever is asked for', () => {
  const side = fc.integer({ min: 16, max: 900 })
  const fit = fc.constantFrom('inside', 'cover', 'pad', 'stretch')
  const filed = fc.constantFrom('inside', 'cover', 'pad')
  fc.assert(
    fc.property(
      side,
      side,
      fc.integer({ min: 8, max: 700 }),
      fit,
      filed,
      fc.boolean(),
      (w, h, sidePx, how, as, kept) => {
        fc.pre(Math.max(w, h) / Math.min(w, h) < 4)
        const view = viewOf(imageOf(w, h, as, kept), filedBy(as), render({ sidePx, fit: how }))
        const [box] = view.boxes
        // Of what it is made from, enlarged.
        const pixel = Math.max(view.width, view.height) / Math.min(w, h, 25)
        if (!box) return expect(view.boxesCut).toBeGreaterThan(0)
        expect(Math.abs(box.x + box.width / 2 - view.width / 2)).toBeLessThan(2 + pixel)
        expect(Math.abs(box.y + box.height / 2 - view.height / 2)).toBeLessThan(2 + pixel)
        expect(box.x + box.width).toBeLessThanOrEqual(view.width + 1e-6)
        expect(box.y + box.height).toBeLessThanOrEqual(view.height + 1e-6)
        if (how !== 'inside') expect([view.width, view.height]).toEqual([sidePx, sidePx])
      },
    ),
  )
})
