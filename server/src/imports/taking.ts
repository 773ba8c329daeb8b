/** From the plan into the dataset, a few pictures at a time: bytes are read, looked at, filed, and named in one commit. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Candidate, LicenseClaim } from '@gleaner/shared/candidate'
import type { Digest } from '@gleaner/shared/hash'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import { parseHttpUrl } from '@gleaner/shared/url'
import { sniff } from '../imaging/sniff.ts'
import type { BroughtBox, BroughtFile, ImportGroup, ImportItem, ImportSlice } from '../store/types.ts'
import { frameBoxes } from './frame.ts'
import { addSkip, type PlanLine, type Planned, type Skips } from './plan.ts'

/** A part of the plan that is taken in one commit. */
export const sliceLimits = { items: 48, bytes: 48 * 1024 * 1024 } as const

export interface SliceOptions {
  /** Most bytes of a file, as the dataset has it. */
  readonly maxBytes: number
  /** Who drew boxes that are said to be nobody's. */
  readonly author: string
}

/** Cuts the plan into parts; only one of them is in memory. */
export async function* slicesOf(
  lines: AsyncIterable<PlanLine>,
  from: number,
  options: SliceOptions,
): AsyncGenerator<ImportSlice> {
  let slice = newSlice(from)
  for await (const { planned, end } of lines) {
    await slice.add(planned, options)
    if (slice.isFull()) {
      yield slice.done(end)
      slice = newSlice(end)
    } else slice.passed(end)
  }
  if (!slice.isEmpty()) yield slice.done()
}

function newSlice(from: number) {
  const groups = new Map<string, { label: string; origin: ImportGroup['origin']; items: ImportItem[] }>()
  const skipped: Skips = new Map()
  let [to, items, bytes] = [from, 0, 0]
  const put = (planned: Planned, item: ImportItem) => {
    const origin = originOf(planned)
    const kind = item.file ? 'file' : 'address'
    const key = JSON.stringify([planned.label, origin, kind])
    const group = groups.get(key) ?? { label: planned.label, origin, items: [] }
    groups.set(key, group)
    group.items.push(item)
  }
  return {
    add: async (planned: Planned, options: SliceOptions) => {
      items += 1
      const item = await itemOf(planned, options, skipped)
      if (!item) return
      bytes += item.file?.bytes.byteLength ?? 0
      put(planned, item)
    },
    isFull: () => items >= sliceLimits.items || bytes >= sliceLimits.bytes,
    isEmpty: () => items === 0,
    passed: (end: number) => {
      to = end
    },
    done: (end = to): ImportSlice => {
      const parts = [...groups.values()].map(group => ({ ...group, items: onceEach(group.items) }))
      const again = [...groups.values()].reduce(
        (sum, group, at) => sum + group.items.length - (parts[at]?.items.length ?? 0),
        0,
      )
      return { from, to: end, items, again, skipped, groups: parts }
    },
  }
}

/** The same bytes twice in one part are one picture, of which all is true that is said of it; in doubt the first holds. */
function onceEach(items: readonly ImportItem[]): readonly ImportItem[] {
  const once = new Map<string, ImportItem>()
  for (const item of items) {
    const key = item.file?.digest ?? item.candidate.sources[0]?.url ?? ''
    const first = once.get(key)
    once.set(key, first ? together(first, item) : item)
  }
  return [...once.values()]
}

function together(first: ImportItem, again: ImportItem): ImportItem {
  const boxes = new Map([...first.boxes, ...again.boxes].map(box => [keyOf(box), box]))
  return {
    ...first,
    ...{ boxes: [...boxes.values()], split: first.split ?? again.split, size: first.size ?? again.size },
    crop: first.crop ?? again.crop,
  }
}

const keyOf = ({ x, y, width, height, label }: BroughtBox) => JSON.stringify([x, y, width, height, label])

function originOf({ about }: Planned): ImportGroup['origin'] {
  const engine =
    about.engine !== undefined && /^[a-z][a-z0-9-]{0,31}$/.test(about.engine) ? about.engine : 'import'
  const query = cleanText(about.query, limits.queryChars)
  return { engine, ...(query !== undefined && { query }) }
}

async function itemOf(
  planned: Planned,
  { maxBytes, author }: SliceOptions,
  skipped: Skips,
): Promise<ImportItem | undefined> {
  const { place, url, split, about } = planned
  const by = cleanText(about.author, 80) ?? author
  if (place === null) {
    if (url === null) return undefined
    return {
      candidate: candidateOf(planned, url),
      file: undefined,
      split: null,
      boxes: [],
      crop: null,
      size: null,
      author: by,
    }
  }
  const bytes = await readFileWithin(place, maxBytes)
  if (typeof bytes === 'string') {
    addSkip(skipped, bytes)
    return undefined
  }
  const file = await describe(bytes)
  if (about.digest !== undefined && /^[0-9a-f]{64}$/.test(about.digest) && about.digest !== file.digest) {
    addSkip(skipped, 'file-changed')
    return undefined
  }
  const framed = frameBoxes(bytes, planned.boxes, planned.size)
  addSkip(skipped, 'box-outside', framed.outside)
  addSkip(skipped, 'box-turned', framed.turned)
  const source = parseHttpUrl(about.sourceUrl ?? url)?.href ?? `import:${file.digest}`
  const { boxes, size } = framed
  const crop = cropOf(bytes, planned)
  return { candidate: candidateOf(planned, source), file, split, boxes, crop, size, author: by }
}

/** What does not fit the picture as it is now was said of another one. */
function cropOf(bytes: Buffer, { crop }: Planned): ImportItem['crop'] {
  if (!crop) return null
  const { of, ...rectangle } = crop
  const [framed] = frameBoxes(bytes, [{ ...rectangle, label: '', unit: 'px' }], of).boxes
  if (!framed) return null
  const { label: _, ...kept } = framed
  return kept
}

type Unread = 'file-missing' | 'file-too-large' | 'link' | 'no-picture'

/** Follows no link at its end: what was looked at when the plan was made may have been exchanged since. */
async function readFileWithin(path: string, maxBytes: number): Promise<Buffer | Unread> {
  try {
    const file = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    )
    try {
      const found = await file.stat()
      if (!found.isFile()) return 'no-picture'
      if (found.size > maxBytes) return 'file-too-large'
      if (found.size === 0) return 'no-picture'
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ELOOP') return 'link'
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EPERM')
      return 'file-missing'
    throw error
  }
}

async function describe(bytes: Buffer): Promise<BroughtFile> {
  const sniffed = await sniff(bytes)
  const digest = createHash('sha256').update(bytes).digest('hex') as Digest
  return { bytes, digest, format: sniffed.kind === 'format' ? sniffed.format : 'bin' }
}

function candidateOf({ about }: Planned, url: string): Candidate {
  const landingUrl = parseHttpUrl(about.landingUrl)?.href
  const title = cleanText(about.title, limits.titleChars)
  const license = licenseOf(about)
  return {
    sources: [{ kind: 'original', url }],
    ...(landingUrl !== undefined && { landingUrl }),
    ...(title !== undefined && { title }),
    ...(license && { license }),
  }
}

function licenseOf({
  license,
  licenseUrl,
  creator,
  attribution,
}: Planned['about']): LicenseClaim | undefined {
  const said = {
    name: cleanText(license, 128),
    url: parseHttpUrl(licenseUrl)?.href,
    creator: cleanText(creator, 256),
    attribution: cleanText(attribution, 1024),
  }
  const parts = Object.entries(said).filter(([, value]) => value !== undefined)
  return parts.length === 0 ? undefined : { ...Object.fromEntries(parts), basis: 'picture' }
}
