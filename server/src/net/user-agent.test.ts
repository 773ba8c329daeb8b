import { expect, test } from 'vitest'
import { describeUserAgent } from './user-agent.ts'

test('says what we are and how the person can be reached', () => {
  expect(describeUserAgent('1.2.3')).toBe(
    'Gleaner/1.2.3 (personal image dataset collector; honours noai and Retry-After)',
  )
  expect(describeUserAgent('1.2.3', 'mailto:anna@photos.example')).toContain(
    '; contact: mailto:anna@photos.example)',
  )
})

test('keeps a contact from breaking out of its comment', () => {
  const text = describeUserAgent('1.2.3', 'me)\r\nCookie: a=b (\\é')
  expect(text).toMatch(/^Gleaner\/1\.2\.3 \([\x20-\x27\x2a-\x5b\x5d-\x7e]+\)$/)
  expect(describeUserAgent('1', '\r\n')).not.toContain('contact')
})
