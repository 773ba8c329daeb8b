import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CopyShape, copyOf, cropOf, likeness, turnedRound } from '../../test/support/copies.ts'
import type { Likeness } from '../look/likeness.ts'
import { type Compare, chooseKeeper, preferNewcomer } from './keeper.ts'

const always =
  (found: Likeness | undefined): Compare =>
  () =>
    found
const ids = (ranked: readonly { readonly id: string }[]) => ranked.map(({ id }) => id)

describe('of two copies the better one is kept, whichever came first:', () => {
  test.each<[string, CopyShape, CopyShape, Likeness, RegExp, RegExp]>([
    [
      ...(['more detail', { sidePx: 1000 }, { sidePx: 400 }, likeness()] as const),
      /^Holds the most detail: worth 1,000 pixels/,
      /^Holds less detail: worth 400 pixels along its long side, the best copy 1,000\.$/,
    ],
    [
      ...(['an enlarged one', { sidePx: 800 }, { sidePx: 3000, resolvedPx: 800 }, likeness()] as const),
      /^Is as sharp as its size allows\.$/,
      /^Was enlarged, or never sharp: of 3,000 pixels along its long side only about 800 hold detail\.$/,
    ],
    [
      ...(['compressed anew', {}, { jpegQuality: 30, blockiness: 2 }, likeness()] as const),
      /^Was compressed the least\.$/,
      /^Was compressed harder \(JPEG quality 30\)\.$/,
    ],
    [
      ...(['saved well after saved badly', {}, { jpegQuality: 95, blockiness: 2.5 }, likeness()] as const),
      /^Was compressed the least\.$/,
      /^Shows the blocks of hard compression\.$/,
    ],
    [
      ...(['a border', {}, { surround: 'border' }, likeness({ kind: 'border' })] as const),
      /^Has no border or bars/,
      /^Has a border or bars around the picture\.$/,
    ],
    [
      ...(['a caption', {}, { surround: 'caption' }, likeness({ kind: 'caption' })] as const),
      /^Has no border or bars/,
      /^Has a bar with writing beside the picture\.$/,
    ],
    [
      ...(['a watermark', {}, { sidePx: 1600 }, likeness({ kind: 'edited', marked: 'second' })] as const),
      /^Carries no writing or mark/,
      /^Carries writing or a mark that the best copy does not\.$/,
    ],
    [
      ...(['lost colours', {}, { isGrey: true }, likeness({ kind: 'edited' })] as const),
      /^Has its colours\.$/,
      /^Has lost its colours\.$/,
    ],
    [
      ...(['a crop', {}, { sidePx: 894 }, cropOf(0.8)] as const),
      /^Shows the most of the scene\.$/,
      /^Shows less of the scene: about 20 % is cut off\.$/,
    ],
    [
      ...(['a thumbnail', { sidePx: 300 }, { sidePx: 300, isThumbnail: true }, likeness()] as const),
      /^Is no thumbnail\.$/,
      /^Is only the thumbnail of a results page\.$/,
    ],
  ])('%s', (_, good, bad, found, forIt, againstIt) => {
    for (const isGoodFirst of [true, false]) {
      const [first, second] = isGoodFirst
        ? [copyOf('a', good), copyOf('b', bad)]
        : [copyOf('b', bad), copyOf('a', good)]
      const ranked = chooseKeeper(first, [second], always(isGoodFirst ? found : turnedRound(found)))
      expect(ids(ranked)).toEqual(['a', 'b'])
      expect(ranked[0]?.reasons[0]).toMatch(forIt)
      expect(ranked[1]?.reasons.some(reason => againstIt.test(reason))).toBe(true)
      const preference = preferNewcomer(second, first, isGoodFirst ? turnedRound(found) : found)
      // An enlarged one does no harm that were worth writing a new file.
      const isWorthIt = !isGoodFirst && bad.resolvedPx === undefined
      expect(preference.isBetter).toBe(isWorthIt)
    }
  })
})

test('copies as good as each other are told so, and the larger file goes first', () => {
  const ranked = chooseKeeper(copyOf('a'), [copyOf('b', { sizeBytes: 200_000 })], always(likeness()))
  expect(ids(ranked)).toEqual(['b', 'a'])
  expect(ranked[0]?.reasons).toEqual([
    'All copies are as good, as far as can be seen: one of them is enough.',
  ])
  expect(preferNewcomer(copyOf('b', { sizeBytes: 200_000 }), copyOf('a'), likeness())).toEqual({
    ...{ isBetter: false, reasons: [] },
  })
})

describe('what looks like detail', () => {
  test('but came by sharpening or noise takes no place', () => {
    const held = copyOf('a', { sidePx: 1000, resolvedPx: 720 })
    expect(preferNewcomer(copyOf('b', { sidePx: 1000 }), held, likeness()).isBetter).toBe(false)
    expect(preferNewcomer(copyOf('b', { sidePx: 1400, resolvedPx: 1000 }), held, likeness()).isBetter).toBe(
      true,
    )
  })

  test('but came by reducing a picture takes no place', () => {
    const held = copyOf('a', { sidePx: 960, measuredPx: 512, resolvedPx: 440 })
    const reduced = copyOf('b', { sidePx: 640, measuredPx: 512 })
    expect(preferNewcomer(reduced, held, likeness()).isBetter).toBe(false)
  })

  test('takes it where the held one was blurred beyond doubt', () => {
    const held = copyOf('a', { sidePx: 1000, resolvedPx: 300 })
    expect(preferNewcomer(copyOf('b'), held, likeness({ kind: 'edited' })).isBetter).toBe(true)
  })
})

test('of what could not be measured nothing is said: a larger file may hold more, or not', () => {
  const reduced = (id: string, sidePx: number) => copyOf(id, { sidePx, resolvedPx: 512, measuredPx: 512 })
  expect(preferNewcomer(reduced('b', 4000), reduced('a', 800), likeness()).isBetter).toBe(false)
  const [kept, other] = chooseKeeper(reduced('a', 4000), [copyOf('b', { sidePx: 300 })], always(likeness()))
  expect(kept?.reasons).toEqual(['Holds the most detail: worth at least 512 pixels along its long side.'])
  expect(other?.reasons[0]).toMatch(/worth 300 pixels along its long side, the best copy at least 512\.$/)
})

test('a mirrored or turned copy takes no place, and the reason is said', () => {
  const mirrored = likeness({ kind: 'mirror', transform: { ...likeness().transform, orientation: 4 } })
  const { isBetter, reasons } = preferNewcomer(copyOf('b', { sidePx: 4000 }), copyOf('a'), mirrored)
  expect(isBetter).toBe(false)
  expect(reasons.at(-1)).toBe('Is mirrored beside the best copy; which of the two is right cannot be seen.')
})

test('a larger scene takes the place of its part, but a collage does not', () => {
  const wider = cropOf
  expect(preferNewcomer(copyOf('b', { sidePx: 1200 }), copyOf('a'), wider(0.7)).isBetter).toBe(true)
  expect(preferNewcomer(copyOf('b', { sidePx: 2000 }), copyOf('a'), wider(0.3)).isBetter).toBe(false)
})

test('pictures of before are compared by their size', () => {
  const before = { ...copyOf('a'), fingerprint: null }
  expect(preferNewcomer(copyOf('b', { sidePx: 2000 }), before, undefined).isBetter).toBe(true)
  expect(preferNewcomer(copyOf('b', { sidePx: 900 }), before, undefined).isBetter).toBe(false)
})

test('the order of the copies changes nothing', () => {
  const shape = fc.record({
    sidePx: fc.integer({ min: 100, max: 4000 }),
    jpegQuality: fc.constantFrom(30, 60, 90, null),
    blockiness: fc.constantFrom(1, 1.5, 3),
    surround: fc.constantFrom('none' as const, 'border' as const, 'caption' as const),
    isGrey: fc.boolean(),
    sizeBytes: fc.constantFrom(1_000, 100_000),
  })
  const shuffled = fc
    .array(shape, { minLength: 1, maxLength: 8 })
    .chain(shapes =>
      fc.tuple(fc.constant(shapes), fc.shuffledSubarray([...shapes.keys()], { minLength: shapes.length })),
    )
  fc.assert(
    fc.property(shuffled, ([shapes, order]) => {
      const others = shapes.map((each, at) => copyOf(`copy-${at}`, each))
      const again = order.flatMap(at => others[at] ?? [])
      const ranked = chooseKeeper(copyOf('first'), others, always(likeness()))
      expect(chooseKeeper(copyOf('first'), again, always(likeness()))).toEqual(ranked)
    }),
  )
})
