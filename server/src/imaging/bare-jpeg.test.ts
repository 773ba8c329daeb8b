import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { photo } from '../../test/support/photo.ts'
import { bareJpeg } from './bare-jpeg.ts'
import { readJpegLayout } from './jpeg-layout.ts'

const small = await photo(150, 100)
const baseline = await small.clone().jpeg().toBuffer()

function bare(file: Buffer): Buffer | undefined {
  const layout = readJpegLayout(file)
  return layout && bareJpeg(layout)
}
const pixels = (file: Buffer | undefined) => sharp(file, { failOn: 'warning' }).raw().toBuffer()

const segment = (marker: number, payload: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}
const inserted = (file: Buffer, part: Buffer) => Buffer.concat([file.subarray(0, 2), part, file.subarray(2)])

describe('a JPEG written anew', () => {
  test.each<[string, (picture: Sharp) => Sharp]>([
    ['baseline', picture => picture.jpeg()],
    ['4:4:4', picture => picture.jpeg({ chromaSubsampling: '4:4:4' })],
    ['tables of its own', picture => picture.jpeg({ optimiseCoding: true })],
    ['progressive', picture => picture.jpeg({ progressive: true })],
    ['progressive by mozjpeg', picture => picture.jpeg({ mozjpeg: true })],
  ])('has the same pixels: %s', async (_, encode) => {
    const file = await encode(small.clone()).toBuffer()
    const written = bare(file)
    expect(await pixels(written)).toEqual(await pixels(file))
    expect(written && bare(written)).toEqual(written)
  })

  test('has nothing of what stood around them', async () => {
    const secrets = ['Spycam', 'GPS', 'PK\x03\x04', '<script>', 'Exif', 'ICC_PROFILE', 'http:']
    const file = await small
      .clone()
      .withExif({ IFD0: { Make: 'Spycam' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">http: GPS</x:xmpmeta>')
      .withIccProfile('srgb')
      .jpeg()
      .toBuffer()
    const laden = Buffer.concat([
      inserted(file, segment(0xfe, Buffer.from('<script>PK\x03\x04'))),
      Buffer.from('PK\x03\x04<script>'),
    ])
    expect(secrets.filter(secret => laden.includes(secret))).toEqual(secrets)
    const written = bare(laden)
    expect(secrets.filter(secret => written?.includes(secret))).toEqual([])
    expect(await pixels(written)).toEqual(await pixels(file))
  })

  test('drops tables that no pixel needs', async () => {
    const steps = Buffer.concat([Buffer.from([3]), Buffer.alloc(64, '<script>')])
    const symbols = Buffer.from('<script>')
    const codes = Buffer.concat([Buffer.from([0x13, 0, 0, 0, symbols.length]), Buffer.alloc(12), symbols])
    const laden = inserted(baseline, Buffer.concat([segment(0xdb, steps), segment(0xc4, codes)]))
    expect(laden.includes('<script>')).toBe(true)
    const written = bare(laden)
    expect(written).toEqual(bare(baseline))
    expect(written?.includes('<script>')).toBe(false)
  })

  test('keeps the intervals at which the coder restarts', async () => {
    const scan = baseline.indexOf(Buffer.from([0xff, 0xda]))
    const restart = segment(0xdd, Buffer.from([0, 0]))
    const file = Buffer.concat([baseline.subarray(0, scan), restart, baseline.subarray(scan)])
    expect(bare(file)?.includes(restart)).toBe(true)
    expect(await pixels(bare(file))).toEqual(await pixels(baseline))
  })

  const tables = (marker: number) => baseline.indexOf(Buffer.from([0xff, marker]))
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(baseline)
    copy[at] = value
    return copy
  }
  test.each([
    ['a table of 16 bits', changed(tables(0xdb) + 4, 0x10)],
    ['a table that is missing', changed(tables(0xdb) + 4, 0x02)],
    ['bytes behind a table', inserted(baseline, segment(0xc4, Buffer.alloc(5)))],
    [
      'a symbol with two codes',
      inserted(baseline, segment(0xc4, Buffer.from([3, 0, 2, ...Array(14).fill(0), 7, 7]))),
    ],
    ['a restart interval of three bytes', inserted(baseline, segment(0xdd, Buffer.alloc(3)))],
    ['a scan of four components', changed(tables(0xda) + 4, 4)],
  ])('is not written with %s', (_, file) => {
    expect(readJpegLayout(file)).toBeDefined()
    expect(bare(file)).toBeUndefined()
  })
})
