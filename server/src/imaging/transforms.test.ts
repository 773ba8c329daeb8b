import sharp from 'sharp'
import { expect, test } from 'vitest'
import { picture } from '../../test/support/pictures.ts'
import { type TransformName, transforms } from './transforms.ts'

const make = async (name: TransformName, bytes: Buffer) => {
  const found = transforms.find(transform => transform.name === name)
  if (!found) throw new Error(name)
  return found.make(bytes)
}

const sizeOf = async (bytes: Buffer) => {
  const { width, height, format } = await sharp(bytes).metadata()
  return [width, height, format]
}

test('every transform makes another file that decodes, and the same one every time', async () => {
  const original = await picture(7, { width: 200, height: 150 })
  for (const { name, make: change } of transforms) {
    const copy = await change(original)
    expect(copy.equals(original), name).toBe(false)
    expect((await sharp(copy).stats()).channels.length, name).toBeGreaterThan(0)
    expect((await change(original)).equals(copy), name).toBe(true)
  }
})

test.each([
  ['half', 100, 75, 'jpeg'],
  ['quarter', 50, 38, 'jpeg'],
  ['up150', 300, 225, 'jpeg'],
  ['crop20', 160, 120, 'jpeg'],
  ['caption', 200, 171, 'jpeg'],
  ['border05', 220, 166, 'jpeg'],
  ['letterbox', 200, 200, 'jpeg'],
  ['squash', 150, 150, 'jpeg'],
  ['rot90', 150, 200, 'jpeg'],
  ['webp60', 200, 150, 'webp'],
  ['png8', 200, 150, 'png'],
] as const)('%s: %d × %d, %s', async (name, width, height, format) => {
  const copy = await make(name, await picture(3, { width: 200, height: 150 }))
  expect(await sizeOf(copy)).toEqual([width, height, format])
})

test('a crop takes the middle, a border and a caption stand around the whole picture', async () => {
  const cells = Buffer.alloc(100 * 100 * 3, 40)
  for (let at = 0; at < 100 * 3; at++) cells[at] = 250
  const raw = { width: 100, height: 100, channels: 3 } as const
  const original = await sharp(cells, { raw }).jpeg({ quality: 100 }).toBuffer()
  const topRow = async (name: TransformName) =>
    (
      await sharp(await make(name, original))
        .greyscale()
        .raw()
        .toBuffer()
    )[20] ?? 0
  expect(await topRow('crop10')).toBeLessThan(100)
  expect(await topRow('border05')).toBeLessThan(30)
  expect(await topRow('caption')).toBeGreaterThan(200)
})
