import fc from 'fast-check'
import { expect, test } from 'vitest'
import { literalEnd, pagePart, recordsIn } from './records.ts'

const record = (docid: string, title = 't') => [
  0,
  docid,
  ['https://thumbs.example/1', 100, 150],
  ['https://photos.example/1.jpg', 1000, 1500],
  null,
  0,
  { '2003': [null, 'r', 'https://page.example/', title] },
]

test('finds each record by its docid, wherever it stands', () => {
  const script = `var m=${JSON.stringify({ a: [1, record('one')], b: record('one', 'again'), c: [[record('two')]] })};`
  const records = recordsIn(script)
  expect([...records.keys()]).toEqual(['one', 'two'])
  expect(pagePart(records.get('one'))).toEqual([null, 'r', 'https://page.example/', 't'])
})

test('finds records inside quoted strings', () => {
  const quoted = JSON.stringify(JSON.stringify([1, record('one', 'a "quoted" title')]))
  expect(recordsIn(`JSON.parse(${quoted})`).get('one')).toEqual(record('one', 'a "quoted" title'))
})

test('is not led astray by brackets and quotes in text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300, size: 'max' }), fc.json(), (title, noise) => {
      const script = `x(${noise});y(${JSON.stringify([record('one', title)])})`
      expect(recordsIn(script).get('one')).toEqual(record('one', title))
    }),
  )
})

test('passes over what is broken and goes on behind it', () => {
  const whole = JSON.stringify(record('good'))
  expect(recordsIn(`[0,"bad",[oops]] ${whole}`).has('good')).toBe(true)
  expect(recordsIn(`[0,"odd",[7,1,1]] ${whole} 2003`).has('odd')).toBe(false)
  expect(recordsIn(`[0,"open",["a" ${'x'.repeat(100_000)} ${whole}`).has('good')).toBe(true)
})

test('comes to an end with openings that never close', () => {
  // Were each of them followed for the length of a record, this would take 10,000 million steps.
  expect(recordsIn(`2003${'[0,"x",['.repeat(100_000)}`).size).toBe(0)
  expect(literalEnd('["x'.repeat(1000), 0, 1000)).toBeUndefined()
})

test('literalEnd agrees with the JSON parser', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, rest) => {
      const literal = JSON.stringify([value])
      expect(literalEnd(literal + rest, 0, 1_000_000)).toBe(literal.length)
    }),
  )
})
