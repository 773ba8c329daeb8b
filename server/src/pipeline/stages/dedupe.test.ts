import { defaultSettings } from '@gleaner/shared/dataset'
import type { PerceptualHash } from '@gleaner/shared/hash'
import { beforeEach, describe, expect, test } from 'vitest'
import type { DatasetStore, ImageId, ImageLook } from '../../store/types.ts'
import type { NewLook } from '../open-dataset.ts'
import { openForIngest } from '../open-dataset.ts'
import type { StageContext } from '../stage.ts'
import { judgeByLook, reserve } from './dedupe.ts'

const zero = '0'.repeat(64) as PerceptualHash
/** A hash at a distance from {@link zero}. */
const at = (distanceBits: number) =>
  ((1n << BigInt(distanceBits)) - 1n).toString(16).padStart(64, '0') as PerceptualHash

const held = (name: string, distanceBits: number, more: Partial<ImageLook> = {}): ImageLook => ({
  ...{ imageId: name as ImageId, perceptualHash: at(distanceBits), meanChroma: [0, 0] },
  ...{ seq: seqOf(name), isThumbnail: false, classId: 1, ...more },
})

/** A number of its own for each name. */
const seqOf = (name: string) => Number.parseInt(name, 36)
const look: NewLook = { perceptualHash: zero, meanChroma: [0, 0], isThumbnail: false }

let states: Map<number, 'stored' | 'removed'>
let cleanUps: (() => void)[]
beforeEach(() => {
  states = new Map()
  cleanUps = []
})

function contextWith(looks: readonly ImageLook[], removedLooks: readonly ImageLook[] = []): StageContext {
  for (const { seq } of looks) states.set(seq, 'stored')
  for (const { seq } of removedLooks) states.set(seq, 'removed')
  const store = {
    looksAfter: () => [...looks, ...removedLooks],
    pictureBySeq: seq => {
      const state = states.get(seq)
      return state && { imageId: seq.toString(36) as ImageId, state }
    },
  } as Partial<DatasetStore> as DatasetStore
  const opening = { signal: new AbortController().signal, ready: () => {}, failed: () => {} }
  return {
    dataset: openForIngest(store, opening),
    settings: defaultSettings,
    lease: { heldImageId: null },
    atEnd: (cleanUp: () => void) => void cleanUps.push(cleanUp),
  } as Partial<StageContext> as StageContext
}

describe('by distance', () => {
  test.each([
    [0, 'duplicate'],
    [32, 'duplicate'],
    [33, 'new'],
    [64, 'new'],
    [65, 'new'],
  ])('%i bits: %s', (distanceBits, kind) => {
    const judgement = judgeByLook(look, contextWith([held('a', distanceBits)]))
    expect(judgement.kind).toBe(kind)
    if (judgement.kind === 'new') {
      expect(judgement.nearPairs).toEqual(distanceBits > 64 ? [] : [{ imageId: 'a', distanceBits }])
    }
  })

  test('the nearest one counts', () => {
    const judgement = judgeByLook(look, contextWith([held('a', 20), held('b', 6), held('c', 10)]))
    expect(judgement).toEqual({ kind: 'duplicate', imageId: 'b', distanceBits: 6 })
  })

  test('pictures too flat to be compared are new', () => {
    const context = contextWith([held('a', 0), held('b', 0, { perceptualHash: null })])
    expect(judgeByLook({ ...look, perceptualHash: null }, context)).toEqual({ kind: 'new', nearPairs: [] })
  })
})

test('another colour of the same thing is proposed, not decided', () => {
  const context = contextWith([held('red', 3, { meanChroma: [-10, 40] })])
  expect(judgeByLook(look, context)).toEqual({
    ...{ kind: 'new', nearPairs: [{ imageId: 'red', distanceBits: 3 }] },
  })
})

describe('thumbnails', () => {
  const thumbnail = held('t', 2, { isThumbnail: true })

  test('are replaced by better copies', () => {
    expect(judgeByLook(look, contextWith([thumbnail]))).toEqual({
      ...{ kind: 'upgrade', imageId: 't', distanceBits: 2 },
    })
  })

  test('are replaced once', () => {
    const context = contextWith([thumbnail])
    reserve('t' as ImageId, context)
    expect(judgeByLook(look, context).kind).toBe('duplicate')
    for (const cleanUp of cleanUps) cleanUp()
    expect(judgeByLook(look, context).kind).toBe('upgrade')
  })

  test('replace nothing', () => {
    const another = { ...look, isThumbnail: true }
    expect(judgeByLook(another, contextWith([thumbnail])).kind).toBe('duplicate')
    expect(judgeByLook(another, contextWith([held('a', 2)])).kind).toBe('duplicate')
  })
})

describe('removed pictures', () => {
  test('block what looks the same, and only that', () => {
    expect(judgeByLook(look, contextWith([], [held('gone', 30)]))).toEqual({
      kind: 'blocked',
      distanceBits: 30,
    })
    expect(judgeByLook(look, contextWith([], [held('gone', 33)])).kind).toBe('new')
  })

  test('are noticed though they were removed after the dataset was opened', () => {
    const context = contextWith([held('a', 4)])
    states.set(seqOf('a'), 'removed')
    expect(judgeByLook(look, context)).toEqual({ kind: 'blocked', distanceBits: 4 })
  })

  test('are not those whose collect was undone: they may come again', () => {
    const context = contextWith([held('a', 4)])
    states.delete(seqOf('a'))
    expect(judgeByLook(look, context)).toEqual({ kind: 'new', nearPairs: [] })
  })
})

test('the thumbnail a candidate was stored with is not compared with its original', () => {
  const context = contextWith([held('own', 2, { isThumbnail: true }), held('other', 40)])
  const lease = { heldImageId: 'own' } as StageContext['lease']
  expect(judgeByLook(look, { ...context, lease })).toMatchObject({
    kind: 'new',
    nearPairs: [{ imageId: 'other', distanceBits: 40 }],
  })
})

test('an upgraded picture counts as what it is now', () => {
  const context = contextWith([held('t', 2, { isThumbnail: true })])
  context.dataset.held(held('t', 5))
  expect(judgeByLook(look, context)).toEqual({ kind: 'duplicate', imageId: 't', distanceBits: 5 })
})
