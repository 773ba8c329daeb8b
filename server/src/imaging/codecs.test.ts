import sharp from 'sharp'
import { expect, test } from 'vitest'
import { assertCurrentCodecs } from './codecs.ts'

const prebuilt = { webp: '1.6.0', aom: '3.15.1' }

test('the installed library is good enough', () => {
  expect(() => assertCurrentCodecs(sharp.versions)).not.toThrow()
})

test.each(['0.35.0', '0.35.5', '0.36.0', '1.0.0'])('%s is accepted', version => {
  expect(() => assertCurrentCodecs({ ...prebuilt, sharp: version })).not.toThrow()
})

test.each(['0.34.9', '0.9.99', '', 'unknown'])('%j is refused', version => {
  expect(() => assertCurrentCodecs({ ...prebuilt, sharp: version })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  )
})

test('a build against the libvips of the system is refused', () => {
  expect(() => assertCurrentCodecs({ sharp: '0.35.5' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  )
})
