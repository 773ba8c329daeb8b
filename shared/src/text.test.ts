import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanText } from './text.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom(
      ...'aé猫می \t\n\u0000\u0007\u0085\u00a0\u200b\u200c\u200d\u200e\u2028\u202e\u2066\ufeff\ue000😀\ud83d\ude00',
    ),
    maxLength: 60,
  }),
)
const runs = { numRuns: 3000 }
// Written as numbers, independently of the module.
const isUnwanted = (point: number) =>
  point < 0x20 ||
  (point >= 0x7f && point <= 0x9f) ||
  [0x200b, 0x200e, 0x200f, 0xfeff].includes(point) ||
  (point >= 0x2028 && point <= 0x202e) ||
  (point >= 0x2060 && point <= 0x2069) ||
  (point >= 0xe000 && point <= 0xf8ff)

test('cleaned text is short, well-formed, in one line, and holds nothing that hides or reorders', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, maxChars) => {
      const clean = cleanText(text, maxChars)
      if (clean === undefined) return
      expect(clean.length).toBeGreaterThan(0)
      expect(clean.length).toBeLessThanOrEqual(maxChars)
      expect(clean.isWellFormed()).toBe(true)
      expect([...clean].filter(character => isUnwanted(character.codePointAt(0) ?? 0))).toEqual([])
      expect(clean).toBe(clean.trim())
      expect(clean).not.toMatch(/ {2}|[^\S ]|^[\u200c\u200d]|[\u200c\u200d]$|[\u200c\u200d] | [\u200c\u200d]/)
    }),
    runs,
  )
})

test('cleaning twice is cleaning once', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, maxChars) => {
      const clean = cleanText(text, maxChars)
      expect(cleanText(clean, maxChars)).toBe(clean)
    }),
    runs,
  )
})

test.each([
  ['a Persian word', 'می\u200cخواهم'],
  ['a Hindi word', 'क्\u200dष'],
  ['a family', '👨\u200d👩\u200d👧'],
  ['the flag of a rainbow', '🏳️\u200d🌈'],
])('%s keeps its joiners', (_, text) => {
  expect(cleanText(text, 64)).toBe(text)
  expect(cleanText(`\u200c ${text}\u200d\u202e`, 64)).toBe(text)
})

test.each([
  ['', undefined],
  [null, undefined],
  ['\u200b\u200d\u202e\ue000', undefined],
  [' great\n\ttit ', 'great tit'],
  ['gre\u0000at', 'great'],
  ['猫\u200d\u200c\u200d猫', '猫\u200d猫'],
  ['ro\u200dbin', 'robin'],
])('%j becomes %j', (text, clean) => {
  expect(cleanText(text, 64)).toBe(clean)
})

test('a cut goes through no pair of units and leaves nothing hanging', () => {
  expect(cleanText('ab😀', 3)).toBe('ab')
  expect(cleanText('ab cd', 3)).toBe('ab')
  expect(cleanText('👨\u200d👩', 3)).toBe('👨')
})
