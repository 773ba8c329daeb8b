import { expect, test } from 'vitest'
import { historyKey, keyOf } from './key-names.ts'

const press = (
  key: string,
  held: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', true>> = {},
) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
})

test('letters are small, and Shift counts with letters alone', () => {
  expect(keyOf(press('U'))).toBe('u')
  expect(keyOf(press('U', { shiftKey: true }))).toBe('Shift+u')
  expect(keyOf(press('?', { shiftKey: true }))).toBe('?')
  expect(keyOf(press('ArrowLeft', { shiftKey: true }))).toBe('ArrowLeft')
})

test.each([
  ['undo', press('z', { ctrlKey: true })],
  ['undo', press('z', { metaKey: true })],
  ['redo', press('Z', { ctrlKey: true, shiftKey: true })],
  ['redo', press('y', { ctrlKey: true })],
  [undefined, press('z')],
  [undefined, press('z', { ctrlKey: true, altKey: true })],
  [undefined, press('y', { ctrlKey: true, shiftKey: true })],
  [undefined, press('x', { ctrlKey: true })],
])('the history is walked by its own keys alone: %s', (way, pressed) => {
  expect(historyKey(pressed)).toBe(way)
})
