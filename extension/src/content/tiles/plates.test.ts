import { describe, expect, test } from 'vitest'
import type { Box } from './geometry.ts'
import { badgeSpot } from './plates.ts'

const box = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
})
const tile = box(100, 100, 200, 150)

describe('the middle of a badge', () => {
  test('is where the tile begins, on the side where the page begins', () => {
    expect(badgeSpot({ box: tile, seen: tile }, false)).toEqual({ x: 117, y: 117 })
    expect(badgeSpot({ box: tile, seen: tile }, true)).toEqual({ x: 283, y: 117 })
  })

  test('comes closer to the corner where the tile is small', () => {
    const small = box(0, 0, 48, 48)
    expect(badgeSpot({ box: small, seen: small }, false)).toEqual({ x: 11, y: 11 })
  })

  test.each([
    ['a tile cut off above the badge', tile, box(100, 120, 200, 130)],
    ['a tile cut off through the badge', tile, box(110, 100, 190, 150)],
    ['a tile cut off to its last line', tile, box(100, 249, 200, 1)],
    ['a tile too small for one', box(0, 0, 27, 300), box(0, 0, 27, 300)],
    ['a tile without size', box(0, 0, 0, 0), box(0, 0, 0, 0)],
  ])('is nowhere in %s', (_, whole, seen) => {
    expect(badgeSpot({ box: whole, seen }, false)).toBeUndefined()
  })

  test('stays where only the far end is cut off', () => {
    expect(badgeSpot({ box: tile, seen: box(100, 100, 60, 60) }, false)).toEqual({ x: 117, y: 117 })
  })
})
