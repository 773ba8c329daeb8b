/** What a file says about who made it and what may be done with it. Place and device are never read. */
import { createRequire } from 'node:module'

/** Loaded this way because the package offers Node no names to import. */
const { sidecar } = createRequire(import.meta.url)('exifr') as typeof import('exifr')

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

/** Name in the answer → where it may stand, best first: block and property path, `*` for any namespace. */
const places: Readonly<Record<string, readonly string[]>> = {
  creator: ['xmp.dc.creator', 'iptc.Byline', 'exif.Artist'],
  copyright: ['xmp.dc.rights', 'iptc.CopyrightNotice', 'exif.Copyright'],
  credit: ['xmp.photoshop.Credit', 'iptc.Credit'],
  source: ['xmp.photoshop.Source', 'iptc.Source'],
  licence: ['xmp.cc.license', 'xmp.xmpRights.WebStatement', 'xmp.dcterms.license'],
  licensor: ['xmp.plus.Licensor.LicensorURL', 'xmp.plus.LicensorURL'],
  usageTerms: ['xmp.xmpRights.UsageTerms'],
  dataMining: ['xmp.plus.DataMining', 'xmp.*.DataMining'],
  otherConstraints: ['xmp.plus.OtherConstraints'],
}

/**
 * Rights statements of a picture.
 *
 * @returns some of `creator`, `copyright`, `credit`, `source`, `licence`, `licensor`, `usageTerms`, `dataMining`,
 *   `otherConstraints`; text as found, at most 512 characters each. Damaged metadata counts as none.
 */
export async function readRights(blocks: MetadataBlocks): Promise<Record<string, string>> {
  if (!blocks.exif && !blocks.iptc && !blocks.xmp) return {}
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

async function parseBlock(block: Buffer | undefined, type: BlockType): Promise<object | undefined> {
  if (!block || block.length > maxBlockBytes) return undefined
  return sidecar(block, {}, type).catch(() => undefined)
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
  let values: unknown[] = [from]
  for (const step of path.split('.')) {
    values = values.map(Object).flatMap(value => (step === '*' ? Object.values(value) : [value[step]]))
  }
  return values.map(plainText).find(text => text !== undefined)
}

/** Texts, lists of texts, texts with a language and references are all legal for most fields. */
function plainText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(plainText).filter(text => text !== undefined)
    return plainText([...new Set(texts)].join('; '))
  }
  if (value !== null && typeof value === 'object') {
    return 'value' in value
      ? plainText(value.value)
      : plainText('resource' in value ? value.resource : undefined)
  }
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = withoutEntities(inUtf8(String(value)))
    .replaceAll('\0', ' ')
    .trim()
  return text.slice(0, maxValueChars).toWellFormed() || undefined
}

/** IPTC leaves the encoding open; bytes that are valid UTF-8 are meant as such. */
function inUtf8(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[^\0-\u00ff]/.test(text)) return text
  const read = Buffer.from(text, 'latin1').toString('utf8')
  return read.includes('\ufffd') ? text : read
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

const withoutEntities = (text: string) =>
  text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => entities[name] ?? whole)
