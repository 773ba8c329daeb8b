import { expect, test } from 'vitest'
import { excerpt, jsonParts, withJson } from './script-json.ts'

const data = {
  items: [
    { id: 1, url: 'https://zoo.example/} "{' },
    { id: 2, url: 'https://zoo.example/2' },
  ],
}
const script = `(function(){if(a){b("{\\"no\\":1}")}\n  modelExport: ${JSON.stringify(data)},\n  auth: f({a:1});})()`

test('finds data among code', () => {
  expect(jsonParts(script).map(({ value }) => value)).toEqual([data])
  expect(jsonParts(JSON.stringify([data, data])).map(({ value }) => value)).toEqual([[data, data]])
})

test('puts other data in its place, which ends no element', () => {
  const parts = jsonParts(script)
  const changed = withJson(script, parts, [{ text: 'one </script> two' }])
  expect(changed).toBe(script.replace(JSON.stringify(data), '{"text":"one <\\/script> two"}'))
  expect(
    withJson(
      script,
      parts,
      parts.map(({ value }) => value),
    ),
  ).toBe(script)
})

test('cuts the statement of the data out of its code', () => {
  expect(excerpt(script, jsonParts(script))).toBe(`  modelExport: ${JSON.stringify(data)},\n`)
})

test.each(['', '{', '[[[[', 'var a = {b: 1}', '{"open": "', '["short"]'])('finds nothing in %j', text => {
  expect(jsonParts(text)).toEqual([])
})
