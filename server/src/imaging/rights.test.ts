import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { readRights } from './rights.ts'

const xmp = (attributes: string, elements = '') =>
  Buffer.from(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
  ${attributes}>${elements}</rdf:Description></rdf:RDF></x:xmpmeta>`)

/** An IPTC record as it stands in a file: dataset number, then text in the given encoding. */
const iptc = (fields: Readonly<Record<number, string>>, encoding: BufferEncoding = 'utf8') =>
  Buffer.concat(
    Object.entries(fields).map(([field, text]) => {
      const bytes = Buffer.from(text, encoding)
      return Buffer.concat([
        Buffer.from([0x1c, 2, Number(field), bytes.length >> 8, bytes.length & 255]),
        bytes,
      ])
    }),
  )

async function exif(fields: Record<string, string>) {
  const canvas = sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
  const gps = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' }
  const bytes = await canvas.withExif({ IFD0: fields, IFD3: gps }).jpeg().toBuffer()
  return (await sharp(bytes).metadata()).exif ?? Buffer.alloc(0)
}

test('EXIF tells artist and copyright, and neither place nor camera', async () => {
  const block = await exif({ Artist: 'Ada', Copyright: 'Ada Example', Make: 'Spycam', Software: 'Paintbox' })
  expect(await readRights({ exif: block })).toEqual({ creator: 'Ada', copyright: 'Ada Example' })
})

test.each(['utf8', 'latin1'] as const)('IPTC in %s', async encoding => {
  const block = iptc({ 80: 'Zoë', 116: '© Zoë', 110: 'Agency & Söhne', 90: 'Secret Town' }, encoding)
  const rights = { creator: 'Zoë', copyright: '© Zoë', credit: 'Agency & Söhne' }
  expect(await readRights({ iptc: block })).toEqual(rights)
})

describe('XMP', () => {
  test('tells every right in every legal form', async () => {
    const block = xmp(
      'photoshop:Credit="Ada &amp; Co" xmpRights:WebStatement="https://example.org/terms" exif:GPSLatitude="51,30N"',
      `<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>
       <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Ada</rdf:li></rdf:Alt></dc:rights>
       <plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">
         <plus:LicensorURL>https://example.org/buy</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>
       <cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>`,
    )
    expect(await readRights({ xmp: block })).toEqual({
      creator: 'Ada; Bob',
      copyright: '© Ada',
      credit: 'Ada & Co',
      licence: 'https://creativecommons.org/licenses/by/4.0/',
      licensor: 'https://example.org/buy',
    })
  })

  const prohibited = 'http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING'
  test.each([
    ['an attribute', xmp(`plus:DataMining="${prohibited}"`)],
    ['an element', xmp('', `<plus:DataMining>${prohibited}</plus:DataMining>`)],
    ['a reference', xmp('', `<plus:DataMining rdf:resource="${prohibited}"/>`)],
    ['another prefix', xmp(`ns7:DataMining="${prohibited}"`)],
  ])('tells about data mining in %s', async (_, block) => {
    expect(await readRights({ xmp: block })).toEqual({ dataMining: prohibited })
  })

  test('cannot reach into built-in objects', async () => {
    const { keys } = Object
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
      expect(await readRights({ xmp: xmp(`${name}:keys="True" dc:creator="Eve"`) })).toEqual({})
    }
    expect(Object.keys).toBe(keys)
    expect(Object.keys({}.toString)).toEqual([])
  })
})

test('the most trusted place wins', async () => {
  const blocks = {
    exif: await exif({ Artist: 'Exif' }),
    iptc: iptc({ 80: 'Iptc' }),
    xmp: xmp('dc:creator="Xmp"'),
  }
  expect(await readRights(blocks)).toEqual({ creator: 'Xmp' })
  expect(await readRights({ exif: blocks.exif, iptc: blocks.iptc })).toEqual({ creator: 'Iptc' })
})

test('long values are cut, damaged and huge blocks count as none', async () => {
  expect((await readRights({ xmp: xmp(`dc:creator="${'a'.repeat(9_000)}"`) })).creator).toHaveLength(512)
  expect(await readRights({ exif: Buffer.from('Exif\0\0II*\0\xff\xff\xff\xff', 'latin1') })).toEqual({})
  expect(
    await readRights({ exif: Buffer.alloc(3), iptc: Buffer.from([0x1c, 2]), xmp: Buffer.from('<') }),
  ).toEqual({})
  expect(await readRights({ xmp: xmp(`dc:creator="Ada" a:b="${'x'.repeat(300_000)}"`) })).toEqual({})
})
