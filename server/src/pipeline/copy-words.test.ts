import { expect, test } from 'vitest'
import { copyOf, likeness } from '../../test/support/copies.ts'
import type { Met } from '../duplicates/judge.ts'
import type { ImageId } from '../store/types.ts'
import { sayKnown, sayLook, sayRemoved, sayStoredNear, sayUpgraded } from './copy-words.ts'

const id = 'ab12cd34ef56ab12cd34' as ImageId
const met = (more: Partial<Met<ImageId>> = {}): Met<ImageId> => ({
  ...{ seq: 1, copy: copyOf(id), state: 'stored', classId: 1, meanChroma: [0, 0], distanceBits: 9 },
  ...{ likeness: likeness(), isFixed: false, isBusy: false, ...more },
})
const burst = met({ likeness: likeness({ kind: 'burst' }) })

test('each level says by what the copy is known', () => {
  expect(sayKnown('bytes', id, false)).toBe('Same file as ab12cd34….')
  expect(sayKnown('pixels', id, false)).toBe('Same pixels as ab12cd34…, in another file.')
  expect(sayKnown('url', id, false)).toBe(
    'Same address as ab12cd34…, but for what tracks or asks for a size.',
  )
  expect(sayLook(met({ likeness: likeness({ kind: 'crop' }) }), ['Shows less.'], false)).toBe(
    'Same picture as ab12cd34…, cropped (distance 9 of 256 bits). Shows less.',
  )
})

test('one in another class is a question, and reasons of quality do not matter', () => {
  const question = 'That one is in another class: decide under Duplicates which of them is right.'
  expect(sayKnown('bytes', id, true)).toBe(`Same file as ab12cd34…. ${question}`)
  expect(sayLook(met(), ['Shows less.'], true)).toBe(
    `Same picture as ab12cd34… (distance 9 of 256 bits). ${question}`,
  )
})

test('what was removed is told by the level it is known by', () => {
  expect(sayRemoved('bytes')).toBe('A person removed this very picture before.')
  expect(sayRemoved('look', met({ likeness: likeness({ kind: 'mirror' }) }))).toBe(
    'A person removed the same picture before, mirrored (distance 9 of 256 bits).',
  )
})

test('what is kept beside others says whether they are copies or other shots', () => {
  expect(sayStoredNear([burst, met(), met()])).toBe(
    '2 held pictures look alike, nearest ab12cd34… (distance 9 of 256 bits).',
  )
  expect(sayStoredNear([burst])).toBe(
    'Another shot of almost the same scene as ab12cd34… (distance 9 of 256 bits).',
  )
})

test('an upgrade says what was wrong with the one before', () => {
  const thumbnail = met({ copy: copyOf(id, { isThumbnail: true }) })
  expect(sayUpgraded(id, met(), ['Has lost its colours.', 'Shows less.'])).toBe(
    'Took the place of ab12cd34… (distance 9 of 256 bits). That one: has lost its colours.',
  )
  expect(sayUpgraded(id, thumbnail, ['Shows less.'])).toBe(
    'Took the place of the thumbnail ab12cd34… (distance 9 of 256 bits).',
  )
  expect(sayUpgraded(id, undefined, [])).toBe('Took the place of its own thumbnail ab12cd34….')
})
