import { defaultSettings } from '@gleaner/shared/dataset'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { picture } from '../../../test/support/pictures.ts'
import { createDecoders } from '../../imaging/decoders.ts'
import { type TransformName, transforms } from '../../imaging/transforms.ts'
import type { Fingerprint } from '../../look/fingerprint.ts'
import { verify } from '../../look/verify.ts'
import { createMatcher, type Look, type Match, type MatcherOptions } from './matcher.ts'

interface Held extends Look {
  readonly fingerprint: Fingerprint
}

const decoders = createDecoders()
afterAll(() => decoders.close())

const lookAt = async (bytes: Buffer, number: number): Promise<Held> => {
  const decoded = await decoders.decode(bytes, defaultSettings, new AbortController().signal)
  if (decoded.kind === 'failed') throw new Error(decoded.code)
  decoded.release()
  const { fingerprint, queryForms } = decoded
  return { number, fingerprint, heldForms: fingerprint.heldForms, queryForms }
}

const edits: readonly TransformName[] = ['half', 'q30', 'flip', 'crop05', 'grey', 'rot90']
/** Two pictures and their copies: 0 to 6 are of the one, 7 to 13 of the other. */
let looks: Held[]
beforeAll(async () => {
  looks = []
  for (const seed of [1, 2]) {
    const original = await picture(seed)
    const makers = transforms.filter(({ name }) => edits.includes(name))
    for (const make of [
      async () => original,
      ...makers.map(
        ({ make }) =>
          () =>
            make(original),
      ),
    ]) {
      looks.push(await lookAt(await make(), looks.length))
    }
  }
}, 60_000)

const match = (options: Partial<MatcherOptions> = {}, of = looks): Match[] => {
  const file = { read: (number: number): Fingerprint => (of[number] as Held).fingerprint }
  const matcher = createMatcher(file, { maxBits: 96, ...options })
  return [...of.flatMap(matcher.add), ...[...matcher.finish()].flat()]
}

const seedOf = (number: number) => (number < 7 ? 1 : 2)

test('every copy is tied to the first of its kind, and no stranger to anybody', () => {
  const found = match()
  expect(found.map(({ earlier, later }) => [earlier, later])).toEqual([
    ...[1, 2, 3, 4, 5, 6].map(later => [0, later]),
    ...[8, 9, 10, 11, 12, 13].map(later => [7, later]),
  ])
  for (const { earlier, later } of found) expect(seedOf(earlier)).toBe(seedOf(later))
})

test('one comparison of pixels for each copy is enough', () => {
  let compared = 0
  match({
    compare: (...given) => {
      compared += 1
      return verify(...given)
    },
  })
  expect(compared).toBe(12)
})

test('how a copy lies on its original is told from the side of the original', () => {
  const [half] = match({}, looks.slice(0, 2))
  const crop = match().find(({ later }) => later === 4)
  expect(half?.likeness).toMatchObject({ kind: 'same', transform: { orientation: 0 } })
  const wider = crop && looks[4] ? crop.likeness.wider : undefined
  expect(wider === 'first' || crop?.likeness.kind !== 'crop').toBe(true)
  const turned = match().find(({ later }) => later === 6)
  const direct = verify((looks[0] as Held).fingerprint, (looks[6] as Held).fingerprint)
  expect(direct.kind !== 'stranger' && turned?.likeness.transform.orientation).toBe(
    direct.kind !== 'stranger' && direct.transform.orientation,
  )
})

test('one that is like some of a kind but not its first finds another to stand for them', () => {
  const isChain = (a: Fingerprint, b: Fingerprint) => {
    const at = (one: Fingerprint) => looks.findIndex(({ fingerprint }) => fingerprint === one)
    return Math.abs(at(a) - at(b)) === 1
  }
  const asked: string[] = []
  const found = match(
    {
      compare: (first, second, hits) => {
        const comparison = verify(first, second, hits)
        asked.push('')
        return isChain(first, second) ? comparison : { kind: 'stranger', isDuplicate: false, confidence: 0 }
      },
    },
    looks.slice(0, 4),
  )
  expect(found.map(({ earlier, later }) => [earlier, later])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ])
  expect(asked.length).toBeGreaterThan(3)
})

test('what is not wanted is not compared', () => {
  const found = match({ isWanted: (earlier, later) => earlier % 2 !== later % 2 })
  expect(found.length).toBeGreaterThan(0)
  expect(found.every(({ earlier, later }) => (earlier + later) % 2 === 1)).toBe(true)
})

test('nothing further apart than asked for is proposed', () => {
  const most = Math.max(...match().map(({ distanceBits }) => distanceBits))
  expect(most).toBeGreaterThan(0)
  const nearer = match({ maxBits: most - 1 })
  expect(nearer.length).toBeGreaterThan(0)
  expect(nearer.every(({ distanceBits }) => distanceBits < most)).toBe(true)
})
