import { DatasetSettings, defaultSettings } from '@gleaner/shared/dataset'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { type Draft, readDraft, toDraft } from './draft.ts'

const draft = toDraft('Birds', defaultSettings)

test('what is shown and left alone is what was set', () => {
  expect(readDraft(draft)).toEqual({ name: 'Birds', settings: defaultSettings, errors: {} })
})

test.each<[keyof Draft, string, string]>([
  ['sidePx', '31', 'A whole number from 32 to 4,096.'],
  ['sidePx', '512.5', 'A whole number from 32 to 4,096.'],
  ['quality', '', 'A whole number from 40 to 100.'],
  ['maxAspect', '1e2', 'A number from 1 to 100.'],
  ['maxMegapixels', 'many', 'A number from 1 to 100.'],
  ['background', 'white', 'A colour such as #ffffff.'],
  ['name', '   ', '1 to 64 characters.'],
  ['proposeBits', '20', 'Not less than the distance at which pictures count as duplicates.'],
  ['trashDays', '1.5', 'A whole number from 0 to 3,650.'],
  ['proposeBits', '200', 'A whole number from 0 to 96.'],
])('%s may not be %j', (field, text, message) => {
  expect(readDraft({ ...draft, [field]: text }).errors).toEqual({ [field]: message })
})

test('what has no errors passes the schema of the server', () => {
  const typed = {
    ...draft,
    maxMegapixels: ' 12,5 ',
    background: '#A0B0C0',
    decideBits: '0',
    proposeBits: '0',
  }
  const { settings, errors } = readDraft(typed)
  expect(errors).toEqual({})
  expect(Value.Check(DatasetSettings, settings)).toBe(true)
  expect(settings).toMatchObject({ accept: { maxMegapixels: 12.5 }, render: { background: '#a0b0c0' } })
})
