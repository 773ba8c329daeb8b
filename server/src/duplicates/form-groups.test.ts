import { expect, test } from 'vitest'
import { type CopyShape, copyOf, likeness } from '../../test/support/copies.ts'
import { comparedIn, formGroups, type Groupable } from './form-groups.ts'

const picture = (seq: number, shape: CopyShape = {}, isChosenKeeper = false, id = `${seq}`): Groupable => ({
  ...copyOf(id, shape),
  ...{ seq, isChosenKeeper },
})
const always = () => likeness()

test('copies and separate shots make groups of their own, and a picture may be in one of each', () => {
  const pictures = [1, 2, 3].map(id => picture(id))
  const pairs = [
    { a: 1, b: 2, kind: 'crop' },
    { a: 2, b: 3, kind: 'burst' },
  ] as const
  const groups = formGroups(pictures, pairs, always)
  expect(groups.map(({ kind, members }) => [kind, members.map(({ seq }) => seq).sort()])).toEqual([
    ['copies', [1, 2]],
    ['burst', [2, 3]],
  ])
  expect(groups[1]?.members[0]?.reasons).toEqual([
    'A separate shot of almost the same scene: all of them stay, together in splits.',
  ])
})

test('the best copy is the keeper, also where another one stands for the group', () => {
  const pictures = [picture(1, { sidePx: 500 }), picture(2, { sidePx: 2000 }), picture(3, { sidePx: 400 })]
  const pairs = [
    { a: 1, b: 2, kind: 'same' },
    { a: 1, b: 3, kind: 'same' },
  ] as const
  const [group] = formGroups(pictures, pairs, always)
  expect(group).toMatchObject({ representative: 1, keeper: 2 })
  expect(group?.members.map(({ seq }) => seq)).toEqual([2, 1, 3])
})

test('the one a person chose stays the keeper', () => {
  const pictures = [picture(1, { sidePx: 500 }, true), picture(2, { sidePx: 2000 })]
  const [group] = formGroups(pictures, [{ a: 1, b: 2, kind: 'same' }], always)
  expect(group?.members[0]).toEqual({ seq: 1, reasons: ['A person chose it.'] })
  expect(group?.keeper).toBe(1)
})

test('pairs with pictures that are gone are left out', () => {
  expect(formGroups([picture(1)], [{ a: 1, b: 2, kind: 'same' }], always)).toEqual([])
})

test('of equals, who came first decides nothing', () => {
  // A chain of four, in one order of arrival and in the other.
  const chain = (names: string) => {
    const pictures = [...names].map((id, at) => picture(at + 1, {}, false, id))
    const seqOf = (id: string) => names.indexOf(id) + 1
    const pairs = [...'ABC'].map(
      (id, at) => ({ a: seqOf(id), b: seqOf('BCD'[at] ?? ''), kind: 'same' }) as const,
    )
    const named = (seq: number) => names[seq - 1]
    return formGroups(pictures, pairs, always).map(({ representative, keeper, members }) => ({
      ...{ representative: named(representative), keeper: named(keeper) },
      members: members.map(({ seq }) => named(seq)),
    }))
  }
  expect(chain('DCBA')).toEqual(chain('ABCD'))
  expect(chain('ABCD')).toEqual([{ representative: 'B', keeper: 'A', members: ['A', 'B', 'C'] }])
})

test('what is compared can be told before', () => {
  const pictures = [1, 2, 3, 4, 5].map(seq => picture(seq))
  const pairs = [
    { a: 1, b: 2, kind: 'same' },
    { a: 1, b: 3, kind: 'crop' },
    { a: 4, b: 5, kind: 'burst' },
  ] as const
  const asked: string[] = []
  formGroups(pictures, pairs, (first, second) => {
    asked.push(`${first.id} ${second.id}`)
    return undefined
  })
  expect(comparedIn(pictures, pairs).map(([first, second]) => `${first.id} ${second.id}`)).toEqual(asked)
  expect(asked).toEqual(['1 2', '1 3'])
})
