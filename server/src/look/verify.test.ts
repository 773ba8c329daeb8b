import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bordered,
  captioned,
  cropped,
  mirrored,
  type Scene,
  scene,
  seen,
  tilted,
  toned,
  turned,
} from '../../test/support/scenes.ts'
import type { Fingerprint } from './fingerprint.ts'
import { hitsBetween } from './forms.ts'
import type { Comparison, Likeness, LikenessKind } from './likeness.ts'
import { verify } from './verify.ts'

const here = scene(7)
const original = seen(here)

/** Every second of the narrow columns lighter: writing across the middle, which covers a fifth of the frame. */
const written: Scene = (u, v) => {
  const isStroke = v > 0.4 && v < 0.6 && Math.floor(u * 30) % 2 === 0
  const [red, green, blue] = here(u, v)
  return isStroke ? [0.4 * red + 153, 0.4 * green + 153, 0.4 * blue + 153] : [red, green, blue]
}

const copies: readonly (readonly [kind: LikenessKind, name: string, copy: Fingerprint])[] = [
  ['same', 'smaller', seen(here, 80, 60)],
  ['same', 'larger', seen(here, 240, 180)],
  ['same', 'squashed', seen(here, 120, 120)],
  ['edited', 'brighter', seen(toned(here, value => value * 1.2 + 10))],
  ['edited', 'paler', seen(toned(here, value => 60 + value * 0.6))],
  ['edited', 'written across', seen(written)],
  ['edited', 'turned by three degrees', seen(tilted(here, 3))],
  ['crop', 'cropped by 5 %', seen(cropped(here, 0.025, 0.025, 0.95))],
  ['crop', 'cropped by 10 %', seen(cropped(here, 0.05, 0.05, 0.9))],
  ['crop', 'cropped by 20 %', seen(cropped(here, 0.1, 0.1, 0.8))],
  ['border', 'with a border', seen(bordered(here, 0.05, 0.05, [255, 255, 255]))],
  ['border', 'with a wide border', seen(bordered(here, 0.15, 0.12, [20, 60, 90]))],
  ['border', 'letterboxed', seen(bordered(here, 0, 0.125, [0, 0, 0]), 160, 160)],
  ['caption', 'with a caption', seen(captioned(here, 0.14))],
  ['mirror', 'mirrored', seen(mirrored(here))],
  ['mirror', 'mirrored and turned', seen(turned(mirrored(here)), 120, 160)],
  ['turn', 'turned by a quarter', seen(turned(here), 120, 160)],
  ['turn', 'upside down', seen(turned(turned(here)))],
]

/** The same comparison, told from the other side. */
const other = { first: 'second', second: 'first', neither: 'neither' } as const

function expectLikeness(comparison: Comparison): Likeness {
  if (comparison.kind === 'stranger') throw new Error(`a stranger at ${comparison.confidence}`)
  return comparison
}

describe.each(copies)('%s: %s', (kind, _name, copy) => {
  test('is found, whichever of the two is looked up', () => {
    for (const [first, second] of [
      [copy, original],
      [original, copy],
    ] as const) {
      const comparison = verify(first, second, hitsBetween(first, second))
      expect(comparison).toMatchObject({ kind, isDuplicate: true })
    }
  })

  test('is the same from both sides', () => {
    const there = expectLikeness(verify(original, copy))
    const back = expectLikeness(verify(copy, original))
    expect(back).toMatchObject({
      ...{ kind: there.kind, confidence: there.confidence },
      ...{ wider: other[there.wider], marked: other[there.marked] },
    })
    expect(back.transform.areaInFirst).toEqual(there.transform.areaInSecond)
    expect(
      back.transform.degrees + (there.transform.orientation < 4 ? 1 : -1) * there.transform.degrees,
    ).toBeCloseTo(0, 9)
  })
})

test('tells where a crop lies, and which of the two shows more', () => {
  const crop = seen(cropped(here, 0.1, 0.1, 0.8))
  const { wider, transform } = expectLikeness(verify(crop, original))
  expect(wider).toBe('second')
  expect(transform.areaInSecond.left).toBeCloseTo(0.1, 1)
  expect(transform.areaInSecond.width).toBeCloseTo(0.8, 1)
  expect(transform.areaInFirst.width).toBeCloseTo(1, 2)
})

test('tells by how much a picture was turned', () => {
  expect(expectLikeness(verify(original, seen(tilted(here, 3)))).transform.degrees).toBeCloseTo(3, 0)
  expect(expectLikeness(verify(original, seen(turned(here), 120, 160))).transform.orientation).toBe(1)
})

test('tells which of the two is written on', () => {
  const marked = seen(written)
  expect(verify(original, marked)).toMatchObject({ marked: 'second' })
  expect(verify(marked, original)).toMatchObject({ marked: 'first' })
})

test('colours that no saturation brings to agree are told', () => {
  const recoloured: Scene = (u, v) => {
    const [red, green, blue] = here(u, v)
    return [blue, red, green]
  }
  const grey: Scene = (u, v) => {
    const [red, green, blue] = here(u, v)
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return [luma, luma, luma]
  }
  expect(expectLikeness(verify(original, seen(grey))).chromaDifference).toBeLessThan(2)
  const whole = [{ query: { kind: 0, orientation: 0 as const }, heldKind: 0, distanceBits: 0 }]
  const comparison = verify(original, seen(recoloured), whole)
  if (comparison.kind !== 'stranger') expect(comparison.chromaDifference).toBeGreaterThan(15)
})

test('things of one shape are told by it', () => {
  const ellipse =
    (across: number, down: number): Scene =>
    (u, v) =>
      ((u - 0.5) / across) ** 2 + ((v - 0.5) / down) ** 2 < 1 ? [180, 60, 50] : [250, 250, 250]
  const [round, flat] = [seen(ellipse(0.35, 0.35), 160, 160), seen(ellipse(0.35, 0.22), 160, 160)]
  const trimmed = [{ query: { kind: 1, orientation: 0 as const }, heldKind: 1, distanceBits: 30 }]
  expect(verify(round, flat, trimmed).isDuplicate).toBe(false)
})

test('strangers are strangers, even laid on each other', () => {
  const anySeed = fc.integer({ min: 1, max: 1_000_000 })
  const whole = [{ query: { kind: 0, orientation: 0 as const }, heldKind: 0, distanceBits: 60 }]
  fc.assert(
    fc.property(anySeed, anySeed, (a, b) => {
      fc.pre(a !== b)
      const [first, second] = [seen(scene(a), 96, 72), seen(scene(b), 96, 72)]
      expect(verify(first, second).kind).toBe('stranger')
      expect(verify(first, second, whole).kind).toBe('stranger')
    }),
    { numRuns: 15 },
  )
})

test('any two pictures compare alike from both sides', () => {
  const anyShare = fc.double({ min: 0.75, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), anyShare, fc.boolean(), (seed, share, isMirrored) => {
      const what = scene(seed)
      const part = cropped(what, (1 - share) / 2, (1 - share) / 2, share)
      const [first, second] = [seen(what, 96, 72), seen(isMirrored ? mirrored(part) : part, 96, 72)]
      const [there, back] = [verify(first, second), verify(second, first)]
      expect([back.kind, back.isDuplicate, back.confidence]).toEqual([
        there.kind,
        there.isDuplicate,
        there.confidence,
      ])
    }),
    { numRuns: 20 },
  )
})

test('without a hit there is nothing to compare', () => {
  expect(verify(original, original, [])).toEqual({ kind: 'stranger', isDuplicate: false, confidence: 0 })
})
