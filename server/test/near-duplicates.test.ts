/** The perceptual hash on labelled near-duplicates of real photos: what it finds, and that it confuses none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { measureNearDuplicates, type NearDuplicates } from './support/near-duplicates.ts'

const folder = sharedFolder('corpus/near-dup')

describe.skipIf(!folder)('near-duplicates (needs the shared corpus)', () => {
  const decoders = createDecoders()
  let measured: NearDuplicates
  beforeAll(async () => {
    measured = await measureNearDuplicates(decoders, folder ?? '')
  })
  afterAll(() => decoders.close())

  const decided = [
    ...['q30', 'q60', 'q90', 'webp60', 'avif50', 'png8', 'half', 'quarter', 'up150', 'squash', 'watermark'],
    ...['grey', 'bright', 'dark', 'contrast', 'saturate', 'hue30', 'blur', 'sharpen', 'noise'],
  ]
  test.each(decided)('%s: every copy is recognised without asking', edit => {
    const distances = measured.edits.get(edit) ?? []
    expect(distances).toHaveLength(12)
    expect(Math.max(...distances)).toBeLessThanOrEqual(32)
  })

  test.each(['crop02', 'crop05'])('%s: every copy is at least proposed', edit => {
    expect(Math.max(...(measured.edits.get(edit) ?? [Number.NaN]))).toBeLessThanOrEqual(64)
  })

  test('files of different photos are neither taken for each other nor proposed', () => {
    expect(measured.strangers.length).toBeGreaterThan(70_000)
    expect(measured.strangers.filter(({ distanceBits }) => distanceBits <= 64)).toEqual([])
  })

  test('things that look alike are not taken for each other', () => {
    expect(measured.negatives.filter(({ distanceBits }) => distanceBits <= 32)).toEqual([])
  })
})
