/** What bytes are, judged by the bytes alone: neither name nor content type is believed. */
import { constants, gunzipSync } from 'node:zlib'
import { fileTypeFromBuffer } from 'file-type'
import type { ImageFailure, ImageFormat } from './decoded.ts'

type Refusal = 'IMAGE_EMPTY' | 'IMAGE_NOT_AN_IMAGE' | 'IMAGE_VECTOR' | 'IMAGE_UNSUPPORTED'

/** A format that is read, or the reason why there is nothing to read. */
export type Sniffed = { readonly kind: 'format'; readonly format: ImageFormat } | ImageFailure

/** Bytes of the beginning that text is recognised by. */
const headBytes = 1024

/**
 * @param bytes - a whole file
 * @returns the format, or why the bytes are refused (`IMAGE_EMPTY`, `IMAGE_NOT_AN_IMAGE`, `IMAGE_VECTOR`,
 *   `IMAGE_UNSUPPORTED`, with what they seem to be in `facts.content`). A known format may still be damaged.
 */
export async function sniff(bytes: Buffer): Promise<Sniffed> {
  if (bytes.length === 0) return refuse('IMAGE_EMPTY', 'nothing')
  const format = readFormat(bytes)
  if (format) return { kind: 'format', format }
  return pictureNotRead(bytes) ?? markup(bytes) ?? zipped(bytes) ?? other(bytes)
}

const refuse = (code: Refusal, content: string): ImageFailure => ({
  kind: 'failed',
  code,
  facts: { content },
})

function readFormat(bytes: Buffer): ImageFormat | undefined {
  const ascii = (from: number, to: number) => bytes.toString('latin1', from, to)
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (/^GIF8[79]a$/.test(ascii(0, 6))) return 'gif'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp'
  if (ascii(4, 8) === 'ftyp' && brands(bytes).includes('avif')) return 'avif'
  return undefined
}

/** Brands an ISO media file says it fits: the major one first, then the compatible ones. */
function brands(bytes: Buffer): string[] {
  const end = Math.min(bytes.length, bytes.readUInt32BE(0), 256)
  const found = [bytes.toString('latin1', 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) found.push(bytes.toString('latin1', at, at + 4))
  return found
}

/** Brands of still and moving pictures in HEIF containers; the other ISO media files are films and sound. */
const heifBrand = /^(?:mif[12]|msf1|miaf|hei[cmsx]|hev[cmsx]|jpeg|jpgs|av[ci]s|avci)$/

/** Recognises what file-type judges by more than the first bytes, which damaged files do not have. */
function pictureNotRead(bytes: Buffer): ImageFailure | undefined {
  const start = bytes.toString('latin1', 0, 4)
  if (/^(?:II[*+]\0|MM\0[*+])/.test(start)) return refuse('IMAGE_UNSUPPORTED', 'tiff')
  const isMedia = bytes.toString('latin1', 4, 8) === 'ftyp'
  if (isMedia && brands(bytes).some(brand => heifBrand.test(brand)))
    return refuse('IMAGE_UNSUPPORTED', 'heif')
  return undefined
}

/** Recognises text: markup, JSON or plain. Vector drawings are told from pages by their first element. */
function markup(bytes: Buffer): ImageFailure | undefined {
  const head = textHead(bytes)
  if (head === undefined) return undefined
  const body = head
    .replace(/^\ufeff?\s*/, '')
    .replace(/<!--[\s\S]*?-->\s*/g, '')
    .replace(/^<\?[\s\S]*?\?>\s*/, '')
    .replace(/^<!doctype\s+svg(?:[^[>]*\[[\s\S]*?\]\s*>|[^>]*>)\s*/i, '')
  if (/^<(?:[a-z][\w-]*:)?svg[\s>/]/i.test(body) || /^\s*<!doctype\s+svg/i.test(head)) {
    return refuse('IMAGE_VECTOR', 'svg')
  }
  if (/^<(?:!doctype\s+html|html|head|body|script|title|meta|div|p|h1)\b/i.test(body)) {
    return refuse('IMAGE_NOT_AN_IMAGE', 'html')
  }
  if (/^[[{]/.test(body)) return refuse('IMAGE_NOT_AN_IMAGE', 'json')
  if (body.startsWith('<')) return refuse('IMAGE_NOT_AN_IMAGE', 'xml')
  return refuse('IMAGE_NOT_AN_IMAGE', 'text')
}

/** The beginning as text; `undefined` when it holds bytes no text has, or is a binary format that looks like one. */
function textHead(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, headBytes)
  const isWide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (isWide)
    return Buffer.from(head.toString('latin1').replaceAll('\0', '').slice(2), 'latin1').toString('latin1')
  const isText = head.every(
    byte => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d,
  )
  if (!isText || head.subarray(0, 5).toString('latin1') === '%PDF-') return undefined
  const text = head.toString('utf8')
  const damaged = text.split('\ufffd').length - 1
  return damaged > text.length / 20 ? undefined : text
}

/** Looks into a gzip stream for a drawing; only the very beginning is unpacked. */
function zipped(bytes: Buffer): ImageFailure | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return undefined
  try {
    const head = gunzipSync(bytes.subarray(0, 512), { finishFlush: constants.Z_SYNC_FLUSH })
    if (markup(head)?.code === 'IMAGE_VECTOR') return refuse('IMAGE_VECTOR', 'svgz')
  } catch {
    // Not gzip after all, or damaged: no picture either way.
  }
  return refuse('IMAGE_NOT_AN_IMAGE', 'gzip')
}

async function other(bytes: Buffer): Promise<ImageFailure> {
  const type = await fileTypeFromBuffer(bytes.subarray(0, 64 * 1024)).catch(() => undefined)
  if (!type) return refuse('IMAGE_NOT_AN_IMAGE', 'unknown')
  // Formats that are read stand at the very beginning; this one has something else before it.
  if (['jpg', 'png', 'apng', 'gif', 'webp'].includes(type.ext)) return refuse('IMAGE_NOT_AN_IMAGE', type.ext)
  if (type.mime.startsWith('image/')) return refuse('IMAGE_UNSUPPORTED', type.ext)
  return refuse('IMAGE_NOT_AN_IMAGE', type.ext)
}
