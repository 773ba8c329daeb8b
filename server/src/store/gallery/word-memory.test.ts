import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersOf } from './bits.ts'
import { compiledWords, createWordMemory, type WordList } from './word-memory.ts'

test('the committed bytes are what words.wat compiles to', async () => {
  const wabt = await compiler()
  const module = wabt.parseWat('words.wat', readFileSync(new URL('./words.wat', import.meta.url), 'utf8'))
  module.validate()
  expect(compiledWords).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

/** Each word has the places given with it. */
function listOf(words: readonly (readonly [word: string, places: readonly number[]])[]): WordList {
  const sums = (lengths: readonly number[]) =>
    Uint32Array.from([0, ...lengths.map((_, at) => lengths.slice(0, at + 1).reduce((a, b) => a + b))])
  return {
    text: Buffer.from(words.map(([word]) => `${word}\n`).join('')),
    starts: sums(words.map(([word]) => Buffer.byteLength(word) + 1)),
    places: Uint16Array.from(words.flatMap(([, places]) => places)),
    placeStarts: sums(words.map(([, places]) => places.length)),
  }
}

test('each list is found where it is, also when others came, went and grew beside it', () => {
  const memory = createWordMemory()
  const long = 'x'.repeat(90_000)
  const small = listOf([
    ['wren', [1, 32_767]],
    ['robin', [0]],
    ['été', [31, 32, 33]],
    ['ren', []],
  ])
  const find = (held: ReturnType<typeof memory.hold>, part: string) => {
    const [found] = memory.masks()
    found.fill(0)
    memory.find(held, Buffer.from(part), found)
    return numbersOf(found)
  }
  const check = (held: ReturnType<typeof memory.hold>) => {
    expect(find(held, 'ren')).toEqual([1, 32_767])
    expect(find(held, 'n')).toEqual([0, 1, 32_767])
    expect(find(held, 't')).toEqual([31, 32, 33])
    expect(find(held, 'té')).toEqual([31, 32, 33])
    expect(find(held, 'nr')).toEqual([])
    expect(find(held, 'robins')).toEqual([])
  }
  const first = memory.hold(small, undefined)
  const large = memory.hold(listOf([[long, [7]]]), undefined)
  const second = memory.hold(small, undefined)
  for (const held of [first, second]) check(held)
  const third = memory.hold(small, large)
  const larger = memory.hold(listOf([[`${long}${long}y`, [9]]]), first)
  for (const held of [second, third]) check(held)
  expect(find(larger, 'xy')).toEqual([9])
  expect(find(larger, `${'x'.repeat(4_000)}y`)).toEqual([9])
})
