import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sniff } from './sniff.ts'

const text = (content: string, encoding: BufferEncoding = 'utf8') => Buffer.from(content, encoding)
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
const isoMedia = (...brands: string[]) => {
  const body = Buffer.from(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`, 'latin1')
  const size = Buffer.alloc(4)
  size.writeUInt32BE(body.length + 4)
  return Buffer.concat([size, body, Buffer.alloc(40)])
}

describe('formats that are read', () => {
  test.each([
    ['jpeg', text('\xff\xd8\xff\xe0', 'latin1')],
    ['png', text('\x89PNG\r\n\x1a\n\0\0', 'latin1')],
    ['gif', text('GIF87a')],
    ['gif', text('GIF89a')],
    ['webp', text('RIFF\0\0\0\0WEBPVP8 ', 'latin1')],
    ['avif', isoMedia('avif', 'mif1')],
    ['avif', isoMedia('mif1', 'miaf', 'avif')],
  ])('%s', async (format, bytes) => {
    expect(await sniff(bytes)).toEqual({ kind: 'format', format })
  })
})

describe('refused', () => {
  test.each([
    ['IMAGE_EMPTY', 'nothing', Buffer.alloc(0)],
    ['IMAGE_VECTOR', 'svg', text(svg)],
    ['IMAGE_VECTOR', 'svg', text(`\ufeff\n<?xml version="1.0"?>\n<!-- made by\na tool -->\n${svg}`)],
    ['IMAGE_VECTOR', 'svg', text(`<!DOCTYPE svg [<!ENTITY a "<b>">]>${svg}`)],
    [
      'IMAGE_VECTOR',
      'svg',
      text(`<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">${svg}`),
    ],
    ['IMAGE_VECTOR', 'svg', text('<svg:svg xmlns:svg="http://www.w3.org/2000/svg">')],
    ['IMAGE_VECTOR', 'svg', Buffer.concat([Buffer.from([0xff, 0xfe]), text(svg, 'utf16le')])],
    ['IMAGE_VECTOR', 'svgz', gzipSync(svg)],
    ['IMAGE_NOT_AN_IMAGE', 'gzip', gzipSync('hello')],
    ['IMAGE_NOT_AN_IMAGE', 'gzip', text('\x1f\x8bnonsense', 'latin1')],
    ['IMAGE_NOT_AN_IMAGE', 'html', text(`<!DOCTYPE html><html><body>${svg}</body></html>`)],
    ['IMAGE_NOT_AN_IMAGE', 'html', text('  \n<HTML><head>')],
    ['IMAGE_NOT_AN_IMAGE', 'html', text('<script>location="/login"</script>')],
    ['IMAGE_NOT_AN_IMAGE', 'xml', text('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ['IMAGE_NOT_AN_IMAGE', 'json', text('{"error":"hotlinking"}')],
    ['IMAGE_NOT_AN_IMAGE', 'text', text('RIFF and WEBP are words')],
    ['IMAGE_NOT_AN_IMAGE', 'pdf', text('%PDF-1.7\n%âãÏÓ')],
    ['IMAGE_NOT_AN_IMAGE', 'unknown', Buffer.from([0])],
    ['IMAGE_NOT_AN_IMAGE', 'mp4', isoMedia('isom', 'mp42')],
    ['IMAGE_UNSUPPORTED', 'tiff', text('II*\0\x08\0\0\0', 'latin1')],
    ['IMAGE_UNSUPPORTED', 'tiff', text('MM\0*', 'latin1')],
    ['IMAGE_UNSUPPORTED', 'bmp', text('BM\x36\0\0\0', 'latin1')],
    ['IMAGE_UNSUPPORTED', 'heif', isoMedia('heic', 'mif1')],
    ['IMAGE_UNSUPPORTED', 'heif', isoMedia('avis', 'msf1')],
    ['IMAGE_UNSUPPORTED', 'jxl', text('\0\0\0\x0cJXL \r\n\x87\n', 'latin1')],
  ] as const)('%s: %s', async (code, content, bytes) => {
    expect(await sniff(bytes)).toEqual({ kind: 'failed', code, facts: { content } })
  })

  test('a picture with something before it', async () => {
    expect(await sniff(text('\xef\xbb\xbf\x89PNG\r\n\x1a\n', 'latin1'))).toMatchObject({
      code: 'IMAGE_NOT_AN_IMAGE',
    })
  })
})

test('any bytes get an answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async bytes => {
      expect((await sniff(Buffer.from(bytes))).kind).toMatch(/^(?:format|failed)$/)
    }),
    { numRuns: 500 },
  )
})
