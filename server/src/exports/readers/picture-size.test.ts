import sharp from 'sharp'
import { expect, test } from 'vitest'
import { pictureSize } from './picture-size.ts'

const made = (format: 'jpeg' | 'png' | 'webp' | 'gif', options: object = {}) =>
  sharp({ create: { width: 301, height: 17, channels: format === 'jpeg' ? 3 : 4, background: '#12345678' } })
    .toFormat(format, options)
    .toBuffer()

test.each([
  ['JPEG', 'jpeg', {}],
  ['progressive JPEG', 'jpeg', { progressive: true }],
  ['PNG', 'png', {}],
  ['GIF', 'gif', {}],
  ['WebP with alpha', 'webp', {}],
  ['lossless WebP', 'webp', { lossless: true }],
] as const)('%s', async (_, format, options) => {
  expect(pictureSize(await made(format, options))).toEqual({ width: 301, height: 17 })
})

test('WebP without alpha', async () => {
  const bytes = await sharp({ create: { width: 301, height: 17, channels: 3, background: 'red' } })
    .webp()
    .toBuffer()
  expect(pictureSize(bytes)).toEqual({ width: 301, height: 17 })
})

test('what is cut short, or no picture, has no size', async () => {
  const jpeg = await made('jpeg')
  for (const bytes of [
    jpeg.subarray(0, 30),
    Buffer.from('GIF'),
    Buffer.from('text of some length'),
    Buffer.alloc(0),
  ])
    expect(pictureSize(bytes)).toBeUndefined()
})
