import fc from 'fast-check'
import { expect, test } from 'vitest'
import { everyOf } from '../../../test/support/every-of.ts'
import { jsonItems } from './json-items.ts'

async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0, nth = 0; at < bytes.length; nth++) {
    const size = Math.max(1, sizes[nth % sizes.length] ?? 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const itemsOf = (text: string, sizes: readonly number[] = [1_000_000]) =>
  everyOf(jsonItems(inPieces(text, sizes)))

test('lists come item by item, everything else whole', async () => {
  expect(
    await itemsOf('{"a": [1, {"b": [2]}, "x]"], "c": {"d": [3]}, "e": null, "f": [], "g": "h:,"}'),
  ).toEqual([
    { key: 'a', value: 1 },
    { key: 'a', value: { b: [2] } },
    { key: 'a', value: 'x]' },
    { key: 'c', value: { d: [3] } },
    { key: 'e', value: null },
    { key: 'g', value: 'h:,' },
  ])
})

test('a list at the top, after a byte order mark', async () => {
  expect(await itemsOf('\uFEFF[1, [2], {"a": 3}]')).toEqual([
    { key: '', value: 1 },
    { key: '', value: [2] },
    { key: '', value: { a: 3 } },
  ])
})

test('gives what JSON.parse gives, however the file is cut into pieces', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
  const members = fc.array(fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 6 })
  const spaces = fc.constantFrom(undefined, 1, '\t')
  await fc.assert(
    fc.asyncProperty(members, sizes, spaces, async (pairs, cuts, space) => {
      const object = Object.fromEntries(pairs.filter(([key]) => key !== '__proto__'))
      const parsed: Record<string, unknown> = JSON.parse(JSON.stringify(object))
      const expected = Object.entries(parsed).flatMap(([key, value]) =>
        Array.isArray(value) ? value.map(item => ({ key, value: item })) : [{ key, value }],
      )
      expect(await itemsOf(JSON.stringify(object, null, space), cuts)).toEqual(expected)
    }),
  )
})

test.each(['{"a": [1', '{"a": "b', '{"a": 1} 2', '1', 'x', '', '{"a": tru}', '{1: 2}', '}'])(
  '%j is refused',
  async text => {
    await expect(itemsOf(text)).rejects.toBeInstanceOf(SyntaxError)
  },
)

test('an item that does not end is not gathered without bound', async () => {
  const endless = async function* () {
    yield Buffer.from('{"a": ["')
    for (let nth = 0; nth < 40; nth++) yield Buffer.alloc(1024 * 1024, 'x')
    expect.fail('read on past 16 MiB')
  }
  await expect(everyOf(jsonItems(endless()))).rejects.toBeInstanceOf(SyntaxError)
})
