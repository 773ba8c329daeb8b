import sharp from 'sharp'
import { expect, test } from 'vitest'
import { isPlainSrgb } from './colour-profile.ts'

async function profile(name: string): Promise<Buffer> {
  const canvas = sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
  const { icc } = await sharp(await canvas.withIccProfile(name).png().toBuffer()).metadata()
  return icc ?? Buffer.alloc(0)
}

test('sRGB is recognised by its figures, whatever it is called', async () => {
  const srgb = await profile('srgb')
  expect(srgb.length).toBeGreaterThan(200)
  expect(isPlainSrgb(srgb)).toBe(true)
  const renamed = Buffer.from(srgb.toString('latin1').replaceAll('sRGB', 'xyzw'), 'latin1')
  expect(isPlainSrgb(renamed)).toBe(true)
})

test('wider spaces, other curves and rubbish are not sRGB', async () => {
  expect(isPlainSrgb(await profile('p3'))).toBe(false)
  const srgb = await profile('srgb')
  for (let length = 0; length < 200; length += 20) expect(isPlainSrgb(srgb.subarray(0, length))).toBe(false)
  const curve = srgb.indexOf('rTRC')
  const steeper = Buffer.from(srgb)
  const at = srgb.readUInt32BE(curve + 4)
  if (srgb.toString('latin1', at, at + 4) === 'para') steeper.writeInt32BE(2.8 * 65536, at + 12)
  else steeper.fill(0, at + 12, at + 200)
  expect(isPlainSrgb(steeper)).toBe(false)
})
