import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { isCutShort } from './cut-short.ts'

const noise = Buffer.from(Uint8Array.from({ length: 60 * 40 * 3 }, (_, at) => (at * 7919) % 251))
const canvas = () => sharp(noise, { raw: { width: 60, height: 40, channels: 3 } })

describe.each(['png', 'gif', 'webp', 'avif'] as const)('%s', format => {
  let whole = Buffer.alloc(0)
  beforeAll(async () => {
    whole = await canvas().toFormat(format, { effort: 1 }).toBuffer()
  })

  test('a whole file is whole, with or without something behind it', () => {
    expect(isCutShort(whole, format)).toBe(false)
    if (format !== 'avif')
      expect(isCutShort(Buffer.concat([whole, Buffer.from('PK\x03\x04 tail')]), format)).toBe(false)
  })

  test('wherever it is cut in its second half, the end is missed', () => {
    const found = []
    for (let length = whole.length >> 1; length < whole.length - 2; length++) {
      if (!isCutShort(whole.subarray(0, length), format)) found.push(length)
    }
    expect(found).toEqual([])
  })
})

test('an animation may lack the last mark, and bytes that make no sense are not called cut', async () => {
  const gif = await canvas().gif().toBuffer()
  expect(isCutShort(gif.subarray(0, -1), 'gif')).toBe(false)
  expect(
    isCutShort(Buffer.concat([Buffer.from('GIF89a\0\0\0\0\0\0\0'), Buffer.alloc(90, 0x99)]), 'gif'),
  ).toBe(false)
  const png = await canvas().png().toBuffer()
  expect(isCutShort(Buffer.concat([png.subarray(0, 33), Buffer.alloc(90, 0x99)]), 'png')).toBe(false)
})

test('a JPEG does not tell', async () => {
  expect(isCutShort((await canvas().jpeg().toBuffer()).subarray(0, 300), 'jpeg')).toBe(false)
})
