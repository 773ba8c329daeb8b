/** Files that would explode are never decoded, and what a dataset does not accept is refused: through the real decoders. */
import { readFileSync } from 'node:fs'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterAll, describe, expect, test } from 'vitest'
import { openPicture } from '../src/imaging/decode.ts'
import type { DecodeSettings } from '../src/imaging/decoded.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { photo, plain } from './support/photo.ts'

const decoders = createDecoders({ children: 2 })
afterAll(() => decoders.close())
const decode = (bytes: Buffer, settings: DecodeSettings = defaultSettings) =>
  decoders.decode(bytes, settings, new AbortController().signal)

describe('a picture of too many pixels is refused by its header', () => {
  const bombs = {
    'JPEG, 144 MP': () => plain(12_000, 12_000).jpeg(),
    'progressive JPEG, 72 MP': () => plain(12_000, 6_000).jpeg({ progressive: true }),
    'PNG, 144 MP': () => plain(12_000, 12_000).png({ compressionLevel: 1 }),
    'WebP, 72 MP': () => plain(12_000, 6_000).webp({ effort: 0 }),
    'AVIF, 25 MP: half of what other formats may have': () => plain(5_000, 5_000).avif({ effort: 0 }),
  }
  test.each(Object.entries(bombs))('%s', async (_, bomb) => {
    const bytes = await bomb().toBuffer()
    const room = () => Promise.reject(new Error('pixels were about to be decoded'))
    expect(await openPicture(bytes, defaultSettings, room)).toMatchObject({
      code: 'IMAGE_TOO_MANY_PIXELS',
      facts: { megapixels: expect.any(Number) },
    })
    expect(await decode(bytes)).toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' })
  })

  test('and is let through when the dataset allows it', async () => {
    const bytes = await (await photo(1_200, 1_000)).jpeg().toBuffer()
    const accept = (maxMegapixels: number) => ({
      ...defaultSettings,
      accept: { ...defaultSettings.accept, maxMegapixels },
    })
    expect(await decode(bytes, accept(1))).toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' })
    const picture = await decode(bytes, accept(2))
    expect(picture.kind).toBe('decoded')
    if (picture.kind === 'decoded') picture.release()
  })
})

test('many bombs at once leave the decoders serving', async () => {
  const bomb = await plain(9_000, 6_000).jpeg().toBuffer()
  const fine = await (await photo(300, 200)).jpeg().toBuffer()
  const endings = await Promise.all(Array.from({ length: 16 }, () => decode(bomb)))
  expect(endings.every(({ kind }) => kind === 'failed')).toBe(true)
  const picture = await decode(fine)
  expect(picture.kind).toBe('decoded')
  if (picture.kind === 'decoded') picture.release()
})

/** Memory of the processes this one has started. */
function childBytes(): number {
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').split(' ').filter(Boolean)
  const pages = pids.map(pid => {
    try {
      return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1])
    } catch {
      return 0
    }
  })
  return pages.reduce((sum, count) => sum + count, 0) * 4096
}

const onLinux = process.platform === 'linux'
test.runIf(onLinux)(
  'eight pictures as heavy as may be stay within 1.5 GB together',
  async () => {
    const patient = createDecoders({ children: 2, timeoutMs: 120_000 })
    const large = plain(7_000, 7_000)
    const jpeg = await large.clone().jpeg().toBuffer()
    const png = await large.clone().png({ compressionLevel: 1 }).toBuffer()
    const progressive = await large.clone().jpeg({ progressive: true }).toBuffer()
    const avif = await plain(4_400, 4_400).avif({ effort: 0 }).toBuffer()
    const heavy = [jpeg, png, avif, jpeg, png, progressive, jpeg, png]
    let mostBytes = 0
    const timer = setInterval(() => {
      mostBytes = Math.max(mostBytes, childBytes())
    }, 10)
    const signal = new AbortController().signal
    const endings = await Promise.all(heavy.map(bytes => patient.decode(bytes, defaultSettings, signal)))
    clearInterval(timer)
    await patient.close()
    expect(endings).toEqual(endings.map(() => expect.objectContaining({ code: 'IMAGE_UNIFORM' })))
    expect(mostBytes / 2 ** 20).toBeGreaterThan(100)
    expect(mostBytes / 2 ** 20).toBeLessThan(1_500)
  },
  120_000,
)

describe('limits of the dataset', () => {
  const accept = { ...defaultSettings.accept, minSidePx: 100, maxAspect: 3 }
  const settings = { ...defaultSettings, accept }
  test.each([
    [99, 200, 'IMAGE_TOO_SMALL'],
    [100, 301, 'IMAGE_EXTREME_ASPECT'],
    [310, 100, 'IMAGE_EXTREME_ASPECT'],
    [100, 300, 'decoded'],
  ])('%i × %i: %s', async (width, height, expected) => {
    const picture = await decode(await (await photo(width, height)).png().toBuffer(), settings)
    expect(picture.kind === 'failed' ? picture.code : picture.kind).toBe(expected)
    if (picture.kind === 'decoded') picture.release()
  })

  test('no dataset can allow sides below 16 or above 20,000 pixels', async () => {
    const most = { ...accept, minSidePx: 10, maxAspect: 100 }
    const small = await decode(await (await photo(15, 200)).png().toBuffer(), { ...settings, accept: most })
    expect(small).toMatchObject({ code: 'IMAGE_TOO_SMALL', facts: { minSidePx: 16 } })
    const long = await decode(await plain(20_001, 400).png().toBuffer(), { ...settings, accept: most })
    expect(long).toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS', facts: { maxSidePx: 20_000 } })
  })
})
