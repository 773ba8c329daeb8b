import sharp from 'sharp'
import { expect, test } from 'vitest'
import { plainPng } from './plain-png.ts'

test.each([1, 3] as const)('what is read again are the pixels, of %i channels', async channels => {
  const [width, height] = [7, 5]
  const bytes = Uint8Array.from({ length: width * height * channels }, (_, at) => (at * 37) % 256)
  const read = sharp(plainPng({ width, height, bytes }))
  const { data, info } = await (channels === 1 ? read.toColorspace('b-w') : read)
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width, height, channels })
  expect([...data]).toEqual([...bytes])
})

test('pixels of another number than the size says are refused', () => {
  expect(() => plainPng({ width: 7, height: 5, bytes: new Uint8Array(36) })).toThrow('no picture of 7 x 5')
})
