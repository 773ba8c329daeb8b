import { expect, test } from 'vitest'
import { numbersFrom } from '../../test/support/pictures.ts'
import { createClaimedFiles } from './claimed-files.ts'

test('what was claimed is, however much there is, and nothing else', () => {
  const next = numbersFrom(7)
  const name = () => Array.from({ length: 20 }, () => Math.floor(next() * 16).toString(16)).join('')
  const files = createClaimedFiles()
  const claimed = Array.from({ length: 5_000 }, (_, at) => ({
    kind: `class-${at % 7}`,
    hex: name(),
    version: 1 + (at % 3),
  }))
  for (const { kind, hex, version } of claimed) files.claim(kind, hex, version)
  for (const { kind, hex, version } of claimed) {
    expect(files.isClaimed(kind, hex, version)).toBe(true)
    expect(files.isClaimed(kind, hex, version + 1), 'another version').toBe(false)
    expect(files.isClaimed(`${kind}-other`, hex, version), 'a class nobody knows').toBe(false)
    expect(files.isClaimed(kind === 'class-0' ? 'class-1' : 'class-0', hex, version), 'another class').toBe(
      false,
    )
  }
  for (let many = 0; many < 5_000; many++) expect(files.isClaimed('class-0', name())).toBe(false)
})

test('names that begin alike are told apart by what they are of', () => {
  const files = createClaimedFiles()
  const hex = '0'.repeat(20)
  files.claim('jpeg', hex)
  files.claim('png', hex)
  files.claim('png', hex)
  expect(['jpeg', 'png', 'webp'].map(kind => files.isClaimed(kind, hex))).toEqual([true, true, false])
  expect(files.isClaimed('jpeg', '1'.repeat(20))).toBe(false)
})

test('what is no name of the store is claimed by nobody', () => {
  const files = createClaimedFiles()
  files.claim('jpeg', 'f'.repeat(64))
  expect(files.isClaimed('jpeg', 'nothing of the kind')).toBe(false)
})
