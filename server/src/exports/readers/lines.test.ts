import { expect, test } from 'vitest'
import { everyOf } from '../../../test/support/every-of.ts'
import { linesOf } from './lines.ts'

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

test('lines are whole wherever the file is cut, counted with the empty ones between', async () => {
  expect(await everyOf(linesOf(pieces('\uFEFFa', 'b\r', '\n\nc', '\nd')))).toEqual([
    { number: 1, text: 'ab' },
    { number: 3, text: 'c' },
    { number: 4, text: 'd' },
  ])
})

test('of a line without an end nothing is kept', async () => {
  const long = 'x'.repeat(3 * 1024 * 1024)
  expect(await everyOf(linesOf(pieces('a\n', long, long, '\nb\n')))).toEqual([
    { number: 1, text: 'a' },
    { number: 2, text: null },
    { number: 3, text: 'b' },
  ])
})
