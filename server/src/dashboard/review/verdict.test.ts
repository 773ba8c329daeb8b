import type { GalleryImage } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import { actsFor, changeOf, isListedAfter } from './verdict.ts'

const image = (id: string, mark = 'none') => ({ id, mark }) as GalleryImage

test('a screenful is one act for each verdict', () => {
  const acts = actsFor([
    { image: image('a'), verdict: { kind: 'keep' } },
    { image: image('b'), verdict: { kind: 'remove' } },
    { image: image('c'), verdict: { kind: 'keep' } },
    { image: image('d'), verdict: { kind: 'move', label: 'Cat' } },
    { image: image('e'), verdict: { kind: 'move', label: 'Dog' } },
    { image: image('f'), verdict: { kind: 'unsure' } },
  ])
  expect(acts.map(({ act }) => act)).toEqual([
    { kind: 'mark', mark: 'kept', of: { imageIds: ['a', 'c'] } },
    { kind: 'trash', of: { imageIds: ['b'] } },
    { kind: 'move', label: 'Cat', of: { imageIds: ['d'] } },
    { kind: 'move', label: 'Dog', of: { imageIds: ['e'] } },
    { kind: 'mark', mark: 'unsure', of: { imageIds: ['f'] } },
  ])
})

test('a verdict moves a picture from one count to another, or out of the class', () => {
  expect(changeOf({ image: image('a', 'unsure'), verdict: { kind: 'keep' } })).toEqual({
    none: 0,
    kept: 1,
    unsure: -1,
  })
  expect(changeOf({ image: image('a'), verdict: { kind: 'move', label: 'Cat' } })).toEqual({
    none: -1,
    kept: 0,
    unsure: 0,
  })
})

test('a picture stays listed only under the mark it was given', () => {
  expect(isListedAfter('unsure', { kind: 'unsure' })).toBe(true)
  expect(isListedAfter('unsure', { kind: 'keep' })).toBe(false)
  expect(isListedAfter('none', { kind: 'remove' })).toBe(false)
})
