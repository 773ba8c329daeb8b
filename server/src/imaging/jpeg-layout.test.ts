import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { photo } from '../../test/support/photo.ts'
import { readHeader } from './header.ts'
import { jpegMarker, readJpegLayout } from './jpeg-layout.ts'

const small = await photo(150, 100)
const baseline = await small.clone().jpeg().toBuffer()
const progressive = await small.clone().jpeg({ progressive: true }).toBuffer()

const grey = await small.clone().toColourspace('b-w').jpeg().toBuffer()
const cmyk = await small.clone().toColourspace('cmyk').jpeg().toBuffer()

/** A segment put in right after the start of the image. */
const withSegment = (file: Buffer, marker: number, payload: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([file.subarray(0, 2), head, payload, file.subarray(2)])
}
const frameAt = (file: Buffer) => file.indexOf(Buffer.from([0xff, 0xc0, 0, 17]))
const changed = (file: Buffer, at: number, value: number) => {
  const copy = Buffer.from(file)
  copy[at] = value
  return copy
}

describe('the layout of a JPEG', () => {
  test.each([
    ['baseline', baseline, false],
    ['progressive', progressive, true],
  ])('%s', (_, file, isProgressive) => {
    const layout = readJpegLayout(file)
    expect(layout).toMatchObject({ width: 150, height: 100, isProgressive, hasPasses: isProgressive })
    const scans = layout?.segments.filter(({ marker }) => marker === jpegMarker.scan) ?? []
    expect(scans.length > 1).toBe(isProgressive)
    expect(scans.every(({ pixels }) => pixels.length > 0)).toBe(true)
  })

  test('ends where the image ends, whatever follows', () => {
    const tail = Buffer.from('<script>alert(1)</script>')
    expect(readJpegLayout(Buffer.concat([baseline, tail]))?.segments).toEqual(
      readJpegLayout(baseline)?.segments,
    )
  })

  const adobeRgb = Buffer.from('Adobe\0\x64\0\0\0\0\0', 'latin1')
  const comments = Array(1_001).fill(Buffer.from([0xff, 0xfe, 0, 2]))
  const started = (...parts: Buffer[]) =>
    Buffer.concat([baseline.subarray(0, 2), ...parts, baseline.subarray(2)])
  const foreign: readonly [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['only a start', Buffer.from([0xff, 0xd8])],
    ['no JPEG', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a file cut in its pixels', baseline.subarray(0, -50)],
    ['a file without its end', baseline.subarray(0, -2)],
    ['a file cut in its head', baseline.subarray(0, 100)],
    ['12 bits', changed(baseline, frameAt(baseline) + 4, 12)],
    ['no height', changed(changed(baseline, frameAt(baseline) + 5, 0), frameAt(baseline) + 6, 0)],
    ['arithmetic coding', changed(baseline, frameAt(baseline) + 1, 0xc9)],
    [
      'two frames',
      withSegment(baseline, 0xc0, baseline.subarray(frameAt(baseline) + 4, frameAt(baseline) + 19)),
    ],
    ['a second image inside', withSegment(baseline, 0xd8, Buffer.alloc(4))],
    ['fill bytes', started(Buffer.from([0xff]))],
    ['RGB as Adobe writes it', withSegment(changed(baseline, 6, 0x58), 0xee, adobeRgb)],
    ['grey', grey],
    ['CMYK', cmyk],
    ['too many segments', started(...comments)],
    ['a length of nothing', started(Buffer.from([0xff, 0xfe, 0, 1]))],
  ]
  test.each(foreign)('is not read of %s', (_, file) => expect(readJpegLayout(file)).toBeUndefined())
})

describe('the header read from the markers', () => {
  const exif = { IFD0: { Copyright: 'Ada' } }
  const files: readonly [string, Promise<Buffer>][] = [
    ['plain', small.clone().jpeg().toBuffer()],
    ['progressive', small.clone().jpeg({ progressive: true }).toBuffer()],
    ['with a profile', small.clone().withIccProfile('p3').jpeg().toBuffer()],
    ['with rights in XMP', small.clone().withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').jpeg().toBuffer()],
    ['with EXIF', small.clone().withExif(exif).jpeg().toBuffer()],
    ['turned', small.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ]
  test.each(files)('is that of the image library: %s', async (_, made) => {
    const file = await made
    const found = await sharp(file).metadata()
    const header = await readHeader(file, 'jpeg', { minSidePx: 16, maxMegapixels: 50, maxAspect: 20 })
    expect(header).toMatchObject({
      frame: { width: found.autoOrient.width, height: found.autoOrient.height },
      isUpright: (found.orientation ?? 1) === 1,
      isRgb: true,
      profile: found.icc,
      weightMegapixels: 0.015 * (found.isProgressive ? 4 : 1),
    })
    const { exif, iptc, xmp } = found
    expect(header).toHaveProperty('metadata', {
      ...(exif && { exif }),
      ...(iptc && { iptc }),
      ...(xmp && { xmp }),
    })
  })
})
