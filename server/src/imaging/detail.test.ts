import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { numbersFrom } from '../../test/support/pictures.ts'
import { blockiness, jpegQuality, resolvedSidePx } from './detail.ts'
import { readJpegLayout } from './jpeg-layout.ts'
import type { Raster } from './luma.ts'

const whole = { left: 0, top: 0, width: 1, height: 1 }

/** Hard edges of many sizes: as sharp as pixels allow. */
async function sharpPicture(): Promise<Buffer> {
  const next = numbersFrom(4)
  const boxes = Array.from({ length: 150 }, () => {
    const [x, y, side] = [next() * 400, next() * 300, 4 + next() * 60]
    return `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="hsl(${next() * 360} 60% ${next() * 100}%)"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300">${boxes.join('')}</svg>`
  return sharp(Buffer.from(svg)).flatten({ background: '#888' }).png().toBuffer()
}

const decoded = async (bytes: Buffer): Promise<Raster> => {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

const resolved = async (bytes: Buffer) => resolvedSidePx(await decoded(bytes), whole)

let original: Buffer
beforeAll(async () => {
  original = await sharpPicture()
})

describe('true detail', () => {
  test('of a sharp picture is its size', async () => {
    expect(await resolved(original)).toBeGreaterThan(360)
  })

  test('does not grow when a picture is enlarged', async () => {
    const half = await sharp(original).resize(200).png().toBuffer()
    const enlarged = await sharp(half).resize(800).png().toBuffer()
    expect(await resolved(half)).toBeLessThanOrEqual(200)
    expect(await resolved(enlarged)).toBeLessThan(400)
  })

  test('is lost to blur', async () => {
    expect(await resolved(await sharp(original).blur(2).png().toBuffer())).toBeLessThan(
      (await resolved(original)) * 0.7,
    )
  })

  test('does not count borders', async () => {
    const edged = await sharp(original).extend({ left: 400, background: 'white' }).png().toBuffer()
    const content = { left: 0.5, top: 0, width: 0.5, height: 1 }
    expect(resolvedSidePx(await decoded(edged), content)).toBeLessThanOrEqual(400)
  })

  test('of a picture without anything in it is its size', () => {
    expect(resolvedSidePx({ data: Buffer.alloc(50 * 40 * 3), width: 50, height: 40 }, whole)).toBe(50)
  })
})

test('coarse compression shows at the borders of blocks', async () => {
  const soft = await sharp(original).blur(3).png().toBuffer()
  const coarse = await sharp(soft).jpeg({ quality: 12 }).toBuffer()
  expect(blockiness(await decoded(coarse))).toBeGreaterThan(1.5)
  expect(blockiness(await decoded(soft))).toBeLessThan(1.2)
})

test.each([25, 30, 50, 75, 90, 97])('the tables of quality %i are read as that', async quality => {
  const layout = readJpegLayout(await sharp(original).jpeg({ quality }).toBuffer())
  expect(layout && Math.abs((jpegQuality(layout) ?? 0) - quality)).toBeLessThanOrEqual(1)
})
