import { expect, test } from 'vitest'
import { licenseFamilyOf } from './license-family.ts'

test.each([
  [{ name: 'CC0' }, 'public-domain'],
  [{ name: 'Public domain' }, 'public-domain'],
  [{ url: 'https://creativecommons.org/publicdomain/mark/1.0/' }, 'public-domain'],
  [{ name: 'CC BY 4.0' }, 'cc-by'],
  [{ url: 'https://creativecommons.org/licenses/by/2.0/' }, 'cc-by'],
  [{ name: 'CC BY-SA 4.0' }, 'cc-by-sa'],
  [{ name: 'Attribution-ShareAlike' }, 'cc-by-sa'],
  [{ name: 'CC BY-NC-SA 2.0' }, 'cc-by-nc'],
  [{ name: 'Attribution-NonCommercial' }, 'cc-by-nc'],
  [{ url: 'https://creativecommons.org/licenses/by-nd/4.0/' }, 'cc-by-nd'],
  [{ name: 'Editorial use only' }, 'other'],
  [{ name: 'GFDL' }, 'other'],
  [{ creator: 'somebody' }, 'none'],
] as const)('%o is counted as %s', (claim, family) => {
  expect(licenseFamilyOf(JSON.stringify({ basis: 'picture', ...claim }))).toBe(family)
})

test('a picture without a claim belongs to none', () => {
  expect(licenseFamilyOf(null)).toBe('none')
})
