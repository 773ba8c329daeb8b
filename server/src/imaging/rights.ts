/** What a file says about who made it and what may be done with it. Place and device are never read. */
import exifr from 'exifr'

/** Longest value kept, in characters. */
const maxValueChars = 512

/** Longest block that is parsed: rights stand near the front, and parsing is not free. */
const maxBlockBytes = 256 * 1024

/** Metadata blocks as they stand in the file. */
export interface MetadataBlocks {
  readonly exif?: Buffer
  readonly iptc?: Buffer
  readonly xmp?: Buffer
}

/** Name in the answer → where it may stand, best first: block and property path. */
const places: Readonly<Record<string, readonly string[]>> = {
  creator: ['xmp.dc.creator', 'iptc.Byline', 'exif.ifd0.Artist'],
  copyright: ['xmp.dc.rights', 'iptc.CopyrightNotice', 'exif.ifd0.Copyright'],
  credit: ['xmp.photoshop.Credit', 'iptc.Credit'],
  source: ['xmp.photoshop.Source', 'iptc.Source'],
  licence: ['xmp.cc.license', 'xmp.xmpRights.WebStatement', 'xmp.dcterms.license'],
  licensor: ['xmp.plus.Licensor.LicensorURL', 'xmp.plus.LicensorURL'],
  usageTerms: ['xmp.xmpRights.UsageTerms'],
  dataMining: ['xmp.plus.DataMining'],
  otherConstraints: ['xmp.plus.OtherConstraints'],
}

/**
 * Rights statements of a picture.
 *
 * @returns some of `creator`, `copyright`, `credit`, `source`, `licence`, `licensor`, `usageTerms`, `dataMining`,
 *   `otherConstraints`; text as found, at most 512 characters each. Damaged metadata counts as none.
 */
export async function readRights(blocks: MetadataBlocks): Promise<Record<string, string>> {
  const parsed = {
    exif: await parseBlock(withoutExifHeader(blocks.exif), 'tiff'),
    iptc: await parseBlock(blocks.iptc, 'iptc'),
    xmp: isHarmlessXmp(blocks.xmp) ? await parseBlock(blocks.xmp, 'xmp') : undefined,
  }
  const rights: Record<string, string> = {}
  for (const [name, paths] of Object.entries(places)) {
    const value = paths.map(path => textAt(parsed, path)).find(text => text !== undefined)
    if (value) rights[name] = value
  }
  return rights
}

type BlockType = 'tiff' | 'iptc' | 'xmp'

const only = {
  gps: false,
  exif: false,
  interop: false,
  ifd1: false,
  makerNote: false,
  mergeOutput: false,
} as const

async function parseBlock(block: Buffer | undefined, type: BlockType): Promise<object | undefined> {
  if (!block || block.length > maxBlockBytes) return undefined
  return exifr.sidecar(block, only, type).catch(() => undefined)
}

function withoutExifHeader(block: Buffer | undefined): Buffer | undefined {
  return block?.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block
}

/**
 * exifr groups properties by namespace in a plain object, so that a namespace called `constructor` would write into
 * built-in objects of this process.
 */
function isHarmlessXmp(block: Buffer | undefined): boolean {
  if (!block || block.length > maxBlockBytes) return false
  const text = block.toString('latin1')
  return !Object.getOwnPropertyNames(Object.prototype).some(name => text.includes(`${name}:`))
}

function textAt(from: unknown, path: string): string | undefined {
  let value: unknown = from
  for (const step of path.split('.')) value = Object(value)[step]
  return plainText(value)
}

/** Texts, lists of texts and texts with a language are all legal for most fields. */
function plainText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    return plainText(value.map(plainText).filter(Boolean).join('; '))
  }
  if (value !== null && typeof value === 'object' && 'value' in value) return plainText(value.value)
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).replaceAll('\0', '').trim().slice(0, maxValueChars).toWellFormed()
  return text || undefined
}
