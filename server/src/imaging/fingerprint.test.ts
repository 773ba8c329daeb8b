import { defaultSettings } from '@gleaner/shared/dataset'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { numbersFrom } from '../../test/support/pictures.ts'
import { heldFormBytes } from '../look/fingerprint.ts'
import { hitsBetween, queryForms } from '../look/forms.ts'
import { verify } from '../look/verify.ts'
import { openPicture } from './decode.ts'
import { type FastJpeg, loadFastJpeg } from './fast-jpeg.ts'

let fastJpeg: FastJpeg | undefined
let photo: Buffer

/** Clouds with grain: something at every size. */
async function made(seed: number): Promise<Buffer> {
  const next = numbersFrom(seed)
  const layer = (side: number) =>
    sharp(Buffer.from(Uint8Array.from({ length: side * side * 3 }, () => next() * 256)), {
      raw: { width: side, height: side, channels: 3 },
    })
      .resize(400, 300, { fit: 'fill', kernel: 'cubic' })
      .png()
      .toBuffer()
  const [large, fine] = [await layer(9), await layer(40)]
  const overlay = await sharp(fine).ensureAlpha(0.4).png().toBuffer()
  return sharp(large)
    .composite([{ input: overlay }])
    .jpeg({ quality: 85 })
    .toBuffer()
}

beforeAll(async () => {
  fastJpeg = await loadFastJpeg()
  photo = await made(5)
})

async function factsOf(bytes: Buffer, codec = fastJpeg) {
  const opened = await openPicture(bytes, defaultSettings, async () => {}, codec)
  if (opened.kind === 'failed') throw new Error(opened.code)
  return opened.facts
}

describe('a fingerprint', () => {
  test('is nearly the same by both ways of decoding a JPEG', async () => {
    const [fast, slow] = [await factsOf(photo), await factsOf(photo, undefined)]
    const [hit] = hitsBetween(fast.fingerprint, slow.fingerprint)
    expect(hit?.distanceBits).toBeLessThanOrEqual(4)
    expect(verify(fast.fingerprint, slow.fingerprint)).toMatchObject({ kind: 'same' })
    expect(slow.fingerprint.detail.resolvedSidePx).toBeCloseTo(fast.fingerprint.detail.resolvedSidePx, -1)
    expect(slow.fingerprint.content).toEqual(fast.fingerprint.content)
  })

  test.each(['webp', 'avif', 'png'] as const)('is that of the same picture in %s', async format => {
    const other = await factsOf(await sharp(photo).toFormat(format, { quality: 80 }).toBuffer())
    expect(verify((await factsOf(photo)).fingerprint, other.fingerprint)).toMatchObject({ kind: 'same' })
  })

  test('tells the same pixels in two files by their digest', async () => {
    const [one, two] = await Promise.all(
      [9, 1].map(async compressionLevel => factsOf(await sharp(photo).png({ compressionLevel }).toBuffer())),
    )
    expect(one?.fingerprint.pixelDigest).toMatch(/^[0-9a-f]{64}$/)
    expect(two?.fingerprint.pixelDigest).toBe(one?.fingerprint.pixelDigest)
    const turned = await factsOf(await sharp(photo).rotate(90).png().toBuffer())
    expect(turned.fingerprint.pixelDigest).not.toBe(one?.fingerprint.pixelDigest)
  })

  test('tells nothing about pixels that were reduced while decoding', async () => {
    const large = await sharp(photo).resize(3000, 2250).jpeg().toBuffer()
    expect((await factsOf(large)).fingerprint.pixelDigest).toBeNull()
  })

  test('holds the whole frame first, by the perceptual hash the picture is known by', async () => {
    const { fingerprint, perceptualHash, queryForms: forms } = await factsOf(photo)
    const [kind, ...bits] = fingerprint.heldForms.subarray(0, heldFormBytes)
    expect([kind, Buffer.from(bits).toString('hex')]).toEqual([0, perceptualHash])
    expect(forms).toEqual(queryForms(fingerprint))
  })

  test('of a flat picture has no forms', async () => {
    const flat = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#fff' } })
      .composite([{ input: { create: { width: 100, height: 90, channels: 3, background: '#eee' } } }])
      .png()
      .toBuffer()
    const { fingerprint, queryForms: forms } = await factsOf(flat)
    expect([fingerprint.heldForms.length, forms.length]).toEqual([0, 0])
  })
})
