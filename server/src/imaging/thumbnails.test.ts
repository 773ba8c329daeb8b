import sharp from 'sharp'
import { expect, test } from 'vitest'
import { createThumbnails } from './thumbnails.ts'

const jpeg = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#a05030' } })
    .jpeg()
    .toBuffer()

test('makes small copies, one after the other, and outlives what cannot be read', async () => {
  const thumbnails = createThumbnails()
  try {
    const whole = await jpeg(400, 200)
    const [small, broken, same] = await Promise.all([
      thumbnails.make(whole, 128),
      thumbnails.make(Buffer.from('no picture'), 128),
      thumbnails.make(whole, 512),
    ])
    const sizes = await Promise.all(
      [small, same].map(async bytes => {
        const { width, height, format } = await sharp(bytes).metadata()
        return [width, height, format]
      }),
    )
    expect(sizes).toEqual([
      [128, 64, 'jpeg'],
      [400, 200, 'jpeg'],
    ])
    expect(broken).toBeUndefined()
  } finally {
    thumbnails.close()
  }
  expect(await thumbnails.make(await jpeg(40, 20), 128)).toBeUndefined()
})

test('gives up what its process is lost over, and goes on with the next', async () => {
  const thumbnails = createThumbnails({ atOnce: 1, timeoutMs: 0 })
  try {
    const whole = await jpeg(400, 200)
    expect(await Promise.all([thumbnails.make(whole, 128), thumbnails.make(whole, 128)])).toEqual([
      undefined,
      undefined,
    ])
  } finally {
    thumbnails.close()
  }
})
