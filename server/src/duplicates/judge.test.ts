import { defaultSettings } from '@gleaner/shared/dataset'
import { describe, expect, test } from 'vitest'
import { type CopyShape, copyOf, cropOf, likeness, turnedRound } from '../../test/support/copies.ts'
import type { Likeness } from '../look/likeness.ts'
import { judge, type Met, type Newcomer } from './judge.ts'

const drop = { ...defaultSettings.nearDuplicates, decideBits: 32 }
const keep = { ...drop, policy: 'keep' } as const

function newcomer(shape: CopyShape = {}, more: Partial<Newcomer> = {}): Newcomer {
  return { copy: copyOf('new', shape), classId: 1, meanChroma: [20, 10], ...more }
}

function met(name: string, distanceBits: number, more: Partial<Met<string>> & { shape?: CopyShape } = {}) {
  const { shape, ...rest } = more
  return {
    ...{ seq: name.charCodeAt(0), copy: copyOf(name, shape), state: 'stored', classId: 1 },
    ...{ meanChroma: [20, 10], distanceBits, likeness: likeness() },
    ...{ isFixed: false, isBusy: false },
    ...rest,
  } satisfies Met<string> as Met<string>
}

const told = (judgement: ReturnType<typeof judge<string>>) =>
  judgement.kind === 'new'
    ? `new ${judgement.pairs.map(({ copy }) => copy.id).join()}`.trim()
    : `${judgement.kind} ${(judgement.kind === 'blocked' ? judgement.by : judgement.of).copy.id}`

describe('a copy', () => {
  test('is dropped', () => {
    expect(told(judge(newcomer(), [met('a', 32)], drop))).toBe('duplicate a')
  })

  test('too far away for deciding is left to a person', () => {
    expect(told(judge(newcomer(), [met('a', 33)], drop))).toBe('new a')
  })

  test('is kept for review where the dataset wants that', () => {
    expect(told(judge(newcomer(), [met('a', 3), met('b', 4)], keep))).toBe('new a,b')
  })

  test('that is a thumbnail is dropped even there, and gives way to the original', () => {
    expect(told(judge(newcomer({ isThumbnail: true }), [met('a', 3)], keep))).toBe('duplicate a')
    const thumbnail = met('t', 3, { shape: { sidePx: 200, isThumbnail: true } })
    expect(told(judge(newcomer(), [thumbnail], keep))).toBe('upgrade t')
  })

  test('of nothing is new', () => {
    expect(told(judge(newcomer(), [], drop))).toBe('new')
  })
})

describe('a better copy', () => {
  const small = { shape: { sidePx: 300 } }

  test('takes the place of the held one, and the reasons are said', () => {
    const judgement = judge(newcomer(), [met('a', 3, small)], drop)
    expect(judgement).toMatchObject({ kind: 'upgrade', of: { copy: { id: 'a' } } })
    expect(judgement.kind === 'upgrade' && judgement.reasons[0]).toMatch(/^Holds less detail: worth 300/)
  })

  test('does not where a person chose what is held', () => {
    expect(told(judge(newcomer(), [met('a', 3, { ...small, isFixed: true })], drop))).toBe('duplicate a')
  })

  test('waits where another one is doing so, unless something as good is held', () => {
    const busy = met('a', 3, { ...small, isBusy: true })
    expect(told(judge(newcomer(), [busy], drop))).toBe('wait a')
    expect(told(judge(newcomer(), [busy, met('b', 5)], drop))).toBe('duplicate b')
    expect(told(judge(newcomer({ sidePx: 300 }), [busy], drop))).toBe('duplicate a')
  })

  test('does not while another copy is as good', () => {
    expect(told(judge(newcomer(), [met('a', 3, small), met('b', 5)], drop))).toBe('duplicate b')
  })

  test('of several takes the place of the nearest, and is paired with the others', () => {
    const others = [met('a', 3, small), met('b', 5, small), met('c', 60)]
    const judgement = judge(newcomer(), others, drop)
    expect(told(judgement)).toBe('upgrade a')
    expect(judgement.kind === 'upgrade' && judgement.pairs.map(({ copy }) => copy.id)).toEqual(['b', 'c'])
  })

  test('shows more of the scene, not less', () => {
    const part: Likeness = cropOf(0.8)
    expect(told(judge(newcomer(), [met('a', 3, { likeness: part })], drop))).toBe('upgrade a')
    const wider = turnedRound(part)
    expect(told(judge(newcomer(), [met('a', 3, { likeness: wider })], drop))).toBe('duplicate a')
  })

  test('is never a thumbnail', () => {
    const large = newcomer({ sidePx: 3000, isThumbnail: true })
    expect(told(judge(large, [met('a', 3, small)], drop))).toBe('duplicate a')
  })
})

describe('is not decided by itself:', () => {
  const burst = likeness({ kind: 'burst', isDuplicate: false })

  test.each([drop, keep])('a separate shot of one scene stays, whatever the policy', settings => {
    expect(told(judge(newcomer(), [met('a', 3, { likeness: burst })], settings))).toBe('new a')
  })

  test('an edit that may as well be another shot stays, to be reviewed', () => {
    const edited = (confidence: number) => met('a', 3, { likeness: likeness({ kind: 'edited', confidence }) })
    expect(told(judge(newcomer(), [edited(0.92)], drop))).toBe('new a')
    expect(told(judge(newcomer(), [edited(0.94)], drop))).toBe('duplicate a')
  })

  test('another colourway stays, while a copy without colours does not', () => {
    const recoloured = likeness({ kind: 'edited', chromaDifference: 12 })
    expect(told(judge(newcomer(), [met('a', 3, { likeness: recoloured })], drop))).toBe('new a')
    const grey = met('a', 3, { likeness: recoloured, shape: { isGrey: true }, isFixed: true })
    expect(told(judge(newcomer(), [grey], drop))).toBe('duplicate a')
  })
})

describe('the same picture in another class', () => {
  const other = (name: string, bits: number) => met(name, bits, { classId: 2, shape: { sidePx: 200 } })

  test('is no upgrade, however much better the newcomer is', () => {
    expect(told(judge(newcomer(), [other('a', 3)], drop))).toBe('duplicate a')
  })

  test('matters less than a copy in its own', () => {
    expect(told(judge(newcomer(), [other('a', 3), met('b', 9)], drop))).toBe('duplicate b')
  })

  test('is kept beside it for review where copies are', () => {
    expect(told(judge(newcomer(), [other('a', 3)], keep))).toBe('new a')
  })
})

describe('a picture that was removed', () => {
  const gone = (bits: number, more: Partial<Met<string>> = {}) =>
    met('g', bits, { state: 'removed', ...more })

  test.each([drop, keep])('keeps its copies away', settings => {
    expect(told(judge(newcomer(), [gone(30)], settings))).toBe('blocked g')
  })

  test('keeps away neither what is further off, nor separate shots, nor other colours', () => {
    expect(told(judge(newcomer(), [gone(33)], drop))).toBe('new')
    expect(told(judge(newcomer(), [gone(3, { likeness: likeness({ kind: 'burst' }) })], drop))).toBe('new')
    expect(told(judge(newcomer(), [gone(3, { likeness: likeness({ chromaDifference: 12 }) })], drop))).toBe(
      'new',
    )
  })

  test('does not matter where a copy is held', () => {
    expect(told(judge(newcomer(), [gone(2), met('a', 9)], drop))).toBe('duplicate a')
  })
})

test('pictures of before are judged by hash and colour alone', () => {
  const before = { ...copyOf('a'), fingerprint: null }
  expect(told(judge(newcomer(), [met('a', 20, { copy: before, likeness: undefined })], drop))).toBe(
    'duplicate a',
  )
  const of = (more: Partial<Met<string>>) => met('a', 20, { copy: before, likeness: undefined, ...more })
  expect(told(judge(newcomer(), [of({ distanceBits: 40 })], { ...drop, decideBits: 80 }))).toBe('new a')
  expect(told(judge(newcomer(), [of({ meanChroma: [-10, 40] })], drop))).toBe('new a')
  expect(told(judge(newcomer(), [of({ meanChroma: [30, 15] })], drop))).toBe('duplicate a')
})
