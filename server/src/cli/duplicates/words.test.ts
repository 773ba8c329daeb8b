import { expect, test } from 'vitest'
import { count, matchWords, printable, size } from './words.ts'

test('names of files cannot move the cursor, hide or turn text', () => {
  expect(printable('\u001b[2Jevil\r\n\u202egpj.exe\u0007')).toBe(
    '\\u{1b}[2Jevil\\u{d}\\u{a}\\u{202e}gpj.exe\\u{7}',
  )
  expect(printable('Füße/猫 1.jpg')).toBe('Füße/猫 1.jpg')
})

test.each([
  [12, '12 B'],
  [1_500, '1.5 kB'],
  [210_000, '210 kB'],
  [3_400_000, '3.4 MB'],
  [12_000_000_000, '12 GB'],
])('%d bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text))

test('counts', () => {
  expect([count(1, 'copy', 'copies'), count(2, 'copy', 'copies'), count(1234, 'file')]).toEqual([
    '1 copy',
    '2 copies',
    '1,234 files',
  ])
})

test('a match says by what it was found', () => {
  const match = { with: 'a', level: 'look', kind: 'crop', distanceBits: 40, difference: 0.0123 } as const
  expect(matchWords(match)).toBe('one is cropped, 40 bits, 1.2 % apart')
  expect(matchWords({ ...match, level: 'pixels' })).toBe('same pixels')
  expect(matchWords({ ...match, level: 'bytes' })).toBe('same bytes')
})
