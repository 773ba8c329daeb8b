import { describe, expect, test } from 'vitest'
import { atFirst, compare, isStill, keepOnly, step, toggle } from './choice.ts'

const group = {
  id: 1,
  kind: 'copies',
  keeperId: 'a',
  members: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
} as const
const first = atFirst(group)

describe('at first', () => {
  test('of copies the proposed keeper stays, compared with the next one', () => {
    expect(first).toEqual({ groupId: 1, kept: new Set(['a']), keeperId: 'a', otherId: 'b' })
  })

  test('separate shots all stay', () => {
    expect(atFirst({ ...group, kind: 'burst' }).kept).toEqual(new Set(['a', 'b', 'c']))
  })
})

test('another keeper is compared with the one before it', () => {
  expect(keepOnly(first, 'b')).toMatchObject({ kept: new Set(['b']), keeperId: 'b', otherId: 'a' })
  expect(keepOnly(first, 'c')).toMatchObject({ kept: new Set(['c']), keeperId: 'c', otherId: 'b' })
  expect(keepOnly(toggle(first, 'c'), 'a')).toMatchObject({ kept: new Set(['a']), otherId: 'b' })
})

test('others may stay as well and go again, the keeper never goes', () => {
  const both = toggle(first, 'c')
  expect(both.kept).toEqual(new Set(['a', 'c']))
  expect(toggle(both, 'c').kept).toEqual(new Set(['a']))
  expect(toggle(first, 'a').kept).toEqual(new Set(['a']))
})

test('stepping goes round the others and never compares the keeper with itself', () => {
  const visited = [1, 2, 3].map(by => step(first, by, group).otherId)
  expect(visited).toEqual(['c', 'b', 'c'])
  expect(step(first, -1, group).otherId).toBe('c')
  expect(compare(first, 'a').otherId).toBe('b')
})

test('a group that lost one of the chosen, or is another, begins anew', () => {
  expect(isStill(first, group)).toBe(true)
  expect(isStill(first, { ...group, members: [{ id: 'a' }, { id: 'c' }] })).toBe(false)
  expect(isStill(first, { ...group, id: 2 })).toBe(false)
})
