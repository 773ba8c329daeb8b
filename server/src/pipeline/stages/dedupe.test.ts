import { defaultSettings } from '@gleaner/shared/dataset'
import type { Digest } from '@gleaner/shared/hash'
import { beforeEach, describe, expect, test } from 'vitest'
import { copyOf } from '../../../test/support/copies.ts'
import type { QueryForm } from '../../look/fingerprint.ts'
import type { ComparedPicture, DatasetStore, ImageId } from '../../store/types.ts'
import type { Proposed } from '../open-dataset.ts'
import type { StageContext } from '../stage.ts'
import type { Seen } from './decode.ts'
import { dedupe, judgeByLook } from './dedupe.ts'

const query: QueryForm = { bits: new Uint8Array(32), kind: 0, orientation: 0, among: [0], radiusBits: 80 }

/** A held picture of before: nothing but its hash is known. */
interface Held {
  readonly seq: number
  readonly distanceBits: number
  readonly isThumbnail?: boolean
  readonly classId?: number
  readonly state?: 'stored' | 'removed'
  readonly sidePx?: number
}

const idOf = (seq: number) => `${seq}`.padStart(20, '0') as ImageId

let cleanUps: (() => void)[]
let samePixels: ReturnType<DatasetStore['imageByPixels']>
let sameBytes: ImageId | undefined
beforeEach(() => {
  cleanUps = []
  samePixels = undefined
  sameBytes = undefined
})

function contextWith(held: readonly Held[], more: Partial<StageContext['lease']> = {}): StageContext {
  const proposed = held.map(
    ({ seq, distanceBits }): Proposed => ({
      ...{ seq, imageId: idOf(seq), distanceBits, hits: [{ query, heldKind: 0, distanceBits }] },
    }),
  )
  const compared = (seq: number): ComparedPicture | undefined => {
    const found = held.find(each => each.seq === seq)
    if (!found) return undefined
    const { isThumbnail = false, classId = 1, state = 'stored', sidePx = 640 } = found
    const { original } = copyOf(seq, { sidePx })
    return {
      ...{ seq, imageId: idOf(seq), state, classId, isThumbnail, original, packed: null },
      ...{ perceptualHash: null, meanChroma: [0, 0], qualityScore: 90, storedAtMs: 0, isChosenKeeper: false },
    }
  }
  const store = {
    duplicates: { compared, isApart: () => false } as Partial<DatasetStore['duplicates']>,
    imageByPixels: () => samePixels,
    imageByDigest: () => sameBytes,
    heldPicture: () => ({ seq: 8, classId: 1 }),
    image: id => ({ id, isThumbnail: true }) as ReturnType<DatasetStore['image']>,
  } as Partial<DatasetStore> as DatasetStore
  return {
    dataset: {
      ...{ store, upgrading: new Map<ImageId, Promise<void>>(), lookAhead: async () => {} },
      proposals: () => ({ held: proposed, removed: [] }),
    },
    settings: defaultSettings,
    source: { url: 'https://a.example/1.jpg', kind: 'original' },
    lease: { heldImageId: null, classId: 1, ...more },
    signal: new AbortController().signal,
    atEnd: (cleanUp: () => void) => void cleanUps.push(cleanUp),
  } as unknown as StageContext
}

const { fingerprint } = copyOf('new', { sidePx: 640 })
const input = {
  file: { bytes: Buffer.alloc(1000), digest: 'd'.repeat(64) as Digest },
  picture: {
    ...{ width: 640, height: 480, format: 'jpeg', meanChroma: [0, 0], queryForms: [query] },
    fingerprint: { ...fingerprint, pixelDigest: 'e'.repeat(64) },
  },
} as unknown as Seen

const farBits = defaultSettings.nearDuplicates.proposeBits
const thumbnail = { seq: 5, distanceBits: 2, isThumbnail: true, sidePx: 160 }

describe('a better copy', () => {
  test('reserves the place it takes, until its journey ends', async () => {
    const context = contextWith([thumbnail])
    expect(await dedupe.run(input, context)).toMatchObject({ upgradeOf: { imageId: idOf(5) } })
    expect(judgeByLook(input, context).kind).toBe('wait')
    for (const cleanUp of cleanUps) cleanUp()
    expect(judgeByLook(input, context).kind).toBe('upgrade')
  })

  test('waits for another one that takes the same place, and is judged anew', async () => {
    const held: Held[] = [thumbnail]
    const context = contextWith(held)
    await dedupe.run(input, context)
    const second = dedupe.run(input, context)
    held[0] = { seq: 5, distanceBits: 2, sidePx: 640 }
    for (const cleanUp of cleanUps) cleanUp()
    expect(await second).toMatchObject({ verdict: { code: 'DUPLICATE_LOOK', imageId: idOf(5) } })
  })

  test('that waits for another one ends when the server stops', async () => {
    const context = contextWith([thumbnail])
    await dedupe.run(input, context)
    const stopping = new AbortController()
    const second = dedupe.run(input, { ...context, signal: stopping.signal })
    await new Promise(resolve => setImmediate(resolve))
    stopping.abort(new Error('stopping'))
    await expect(second).rejects.toThrow('stopping')
  })

  test('is paired with what it is like as well', async () => {
    const judged = await dedupe.run(input, contextWith([thumbnail, { seq: 6, distanceBits: farBits }]))
    expect(judged).toMatchObject({ upgradeOf: { imageId: idOf(5) }, pairs: [{ seq: 6 }] })
  })
})

test('a copy ends with its level, its kind and the picture it is a copy of', async () => {
  expect(await dedupe.run(input, contextWith([{ seq: 7, distanceBits: 9 }]))).toMatchObject({
    kind: 'stop',
    verdict: {
      ...{ kind: 'duplicate', code: 'DUPLICATE_LOOK', imageId: idOf(7), distanceBits: 9 },
      ...{ digest: input.file.digest, facts: { level: 'look', widthPx: 640, heightPx: 480 } },
    },
  })
})

test('the very same bytes, filed by another hand meanwhile, are the reason where they are', async () => {
  sameBytes = idOf(8)
  expect(await dedupe.run(input, contextWith([{ seq: 7, distanceBits: 9 }]))).toMatchObject({
    verdict: { code: 'DUPLICATE_DIGEST', imageId: idOf(8), distanceBits: 0 },
  })
})

describe('the very same pixels', () => {
  const at = { imageId: idOf(3), seq: 3, classId: 1 }

  test('are known before anything is compared', async () => {
    samePixels = { ...at, state: 'stored' }
    expect(await dedupe.run(input, contextWith([]))).toMatchObject({
      verdict: { code: 'DUPLICATE_PIXELS', imageId: idOf(3), facts: { level: 'pixels' } },
    })
  })

  test('keep away what a person removed, and are a question where they are in another class', async () => {
    samePixels = { ...at, state: 'removed' }
    expect(await dedupe.run(input, contextWith([]))).toMatchObject({
      verdict: { kind: 'blocked', imageId: idOf(3) },
    })
    samePixels = { ...at, state: 'stored', classId: 2 }
    expect(await dedupe.run(input, contextWith([]))).toMatchObject({
      verdict: { code: 'DUPLICATE_OTHER_CLASS', facts: { level: 'pixels' } },
    })
  })

  test('of the thumbnail the candidate was stored with do not keep its original away', async () => {
    samePixels = { ...at, state: 'stored' }
    const context = contextWith([], { heldImageId: idOf(3) })
    expect(await dedupe.run(input, context)).toMatchObject({ upgradeOf: { imageId: idOf(3) } })
  })
})

test('the original of a stored thumbnail takes its place, alike or not', async () => {
  const context = contextWith([{ seq: 6, distanceBits: farBits }], { heldImageId: idOf(5) })
  expect(await dedupe.run(input, context)).toMatchObject({
    ...{ upgradeOf: { imageId: idOf(5) }, pairs: [{ seq: 6 }] },
  })
})

test('the original of a stored thumbnail does not come in beside another copy, however much better it is', async () => {
  const context = contextWith([{ seq: 6, distanceBits: 3, sidePx: 200 }], { heldImageId: idOf(5) })
  expect(await dedupe.run(input, context)).toMatchObject({
    verdict: { code: 'DUPLICATE_LOOK', imageId: idOf(6) },
  })
})

test('the original of a stored thumbnail is paired with other thumbnails of it', async () => {
  const context = contextWith([{ ...thumbnail, seq: 6 }], { heldImageId: idOf(5) })
  expect(await dedupe.run(input, context)).toMatchObject({
    ...{ upgradeOf: { imageId: idOf(5) }, pairs: [{ seq: 6 }] },
  })
})

test('a copy of a removed picture is blocked, with the reason', async () => {
  const context = contextWith([{ seq: 4, distanceBits: 3, state: 'removed' }])
  expect(await dedupe.run(input, context)).toEqual({
    kind: 'stop',
    verdict: {
      ...{ kind: 'blocked', imageId: idOf(4) },
      explanation: 'A person removed the same picture before (distance 3 of 256 bits).',
    },
  })
})
