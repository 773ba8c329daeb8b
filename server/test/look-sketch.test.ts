/** What a large index loses by comparing sketches first, on real photos and edited copies of them. */
import { expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { lookIndexLimits } from '../src/look/look-index.ts'
import { measureNearDuplicates } from './support/near-duplicates.ts'

const folder = sharedFolder('corpus/near-dup')

test.skipIf(!folder)('the sketch loses at most one true pair in 1000 (needs the shared corpus)', async () => {
  const decoders = createDecoders()
  try {
    const { same } = await measureNearDuplicates(decoders, folder ?? '')
    const near = same.filter(({ distanceBits }) => distanceBits <= lookIndexLimits.sketchRadiusBits)
    const lost = near.filter(({ sketchBits }) => sketchBits > lookIndexLimits.sketchBits)
    expect(near.length).toBeGreaterThan(1_000)
    expect(lost.length / near.length, lost.map(({ a, b }) => `${a} ${b}`).join(', ')).toBeLessThanOrEqual(
      0.001,
    )
  } finally {
    await decoders.close()
  }
})
