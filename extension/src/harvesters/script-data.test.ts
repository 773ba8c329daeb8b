import { JSDOM } from 'jsdom'
import { describe, expect, test } from 'vitest'
import { flattened, literalAt, scriptLiterals } from './script-data.ts'

describe('a literal of a script', () => {
  test.each([
    ['{"a": [1, -2.5, 3e2], "b": {"c": null}}', { a: [1, -2.5, 300], b: { c: null } }],
    ['{title:\'The keeper\\\'s "panda"\',$1:"it\'s"}', { title: 'The keeper\'s "panda"', $1: "it's" }],
    ['{yes:!0,no:!1,nothing:void 0,day:new Date(17),name:other,call:f("x")}', { yes: true, no: false }],
    ['["\\u003d\\x41\\n\\u{1F43C}\\/", \'a\\\nb\']', ['=A\n🐼/', 'ab']],
    ['[1,,2,]', [1, undefined, 2]],
    ['  {}; more()', {}],
    ['"text" + other', 'text'],
  ])('%s', (text, value) => {
    expect(literalAt(text, 0)).toEqual(value)
  })

  test.each([
    '',
    '{',
    '[1, 2',
    '{"a" 1}',
    '{"a": 1 "b": 2}',
    '"open',
    "'open\\'",
    '{a:function(){}}',
    '`text`',
    `${'['.repeat(66)}1${']'.repeat(66)}`,
    '['.repeat(100_000),
    '{"a":'.repeat(100_000),
  ])('broken: %.20s', text => {
    expect(literalAt(text, 0)).toBeUndefined()
  })

  test('is read 64 brackets deep', () => {
    const text = `${'['.repeat(64)}1${']'.repeat(64)}`
    expect(literalAt(text, 0)).toEqual(JSON.parse(text))
  })

  test('takes nothing from a page into the prototype of objects', () => {
    const value = literalAt('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', 0)
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.hasOwn(value as object, '__proto__')).toBe(true)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('reads a long text without giving up', () => {
    const text = 'é\\"'.repeat(500_000)
    expect(literalAt(`["${text}"]`, 0)).toEqual(['é"'.repeat(500_000)])
  })
})

describe('literals in scripts of a page', () => {
  test('are found behind their marker, once each, as the same objects', () => {
    const { document } = new JSDOM('<script>var x = {"n": 1}</script><script>x = 2</script>').window
    const page = { roots: [document] }
    const first = scriptLiterals(page, 'var x =')
    expect(first).toEqual([{ n: 1 }])
    expect(scriptLiterals(page, 'var x =')[0]).toBe(first[0])
  })
})

describe('flattened data', () => {
  const data = [
    ['Reactive', 1],
    { list: 2 },
    [3],
    { id: 4, inner: 5, gone: -1, self: 3 },
    'a',
    { url: 6, deep: 1 },
    'u',
  ]

  test('is put together again as deep as asked', () => {
    expect(flattened(data, 'id')).toEqual([
      { id: 'a', inner: { url: 'u', deep: undefined }, gone: undefined, self: expect.any(Object) },
    ])
    expect(flattened(data, 'id', 1)).toEqual([
      { id: 'a', inner: undefined, gone: undefined, self: undefined },
    ])
  })

  test.each([[undefined], [null], ['text'], [{ id: 1 }], [[{ id: '0' }, null, [], 7]]])(
    'of another kind: %j',
    value => {
      expect(
        flattened(value, 'id').flatMap(found => Object.values(found).filter(one => one !== undefined)),
      ).toEqual([])
    },
  )
})
