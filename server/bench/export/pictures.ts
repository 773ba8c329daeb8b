/** Sets of pictures for exports, of any number: files are made once, and larger sets go through them again and again. */
import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, readFile, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultExportRender } from '@gleaner/shared/exports'
import type { SplitName } from '@gleaner/shared/splits'
import type { VersionImage } from '@gleaner/shared/versions'
import type { ExportClass, ExportPicture, ExportSet } from '../../src/exports/exporter.ts'
import { numbersFrom } from '../../test/support/pictures.ts'

export interface PictureFile {
  readonly path: string
  readonly sizeBytes: number
  readonly digest: string
}

const classCount = 20
const digestOf = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')
/** As ids are: twenty hex digits in no order. */
const nameOf = (nth: number) => String((nth * 7_919) % 1_000_003).padStart(20, '0')

/**
 * Files of the sizes that pictures of 512 px have, 20 to 140 KB, or as large as is asked. What is in them does not matter:
 * nothing here decodes them, and like JPEGs they cannot be compressed.
 */
export function makeFiles(folder: string, count: number, sizeBytes?: number): readonly PictureFile[] {
  const next = numbersFrom(1)
  const noise = Buffer.from(Uint32Array.from({ length: 80_000 }, () => next() * 2 ** 32).buffer)
  return Array.from({ length: count }, (_, nth) => {
    const size = sizeBytes ?? 20_000 + Math.floor(next() * 120_000)
    const from = Math.floor(next() * (noise.length - size))
    const bytes = noise.subarray(from, from + size)
    const place = join(folder, `class_${nth % classCount}`)
    mkdirSync(place, { recursive: true })
    const path = join(place, `${nameOf(nth)}.jpg`)
    writeFileSync(path, bytes)
    return { path, sizeBytes: size, digest: digestOf(bytes) }
  })
}

/** Further names for the same files, until there are `count`: a folder as an exporter of class folders makes it. */
export function linkedFolder(folder: string, files: readonly PictureFile[], count: number): void {
  for (let nth = 0; nth < classCount; nth++) mkdirSync(join(folder, `class_${nth}`), { recursive: true })
  for (let nth = 0; nth < count; nth++) {
    const file = files[nth % files.length]
    if (file) linkSync(file.path, join(folder, `class_${nth % classCount}`, `${nameOf(nth)}.jpg`))
  }
}

export interface SetShape {
  readonly count: number
  /** Of the squares that formats of pixels are given. */
  readonly sidePx?: number
  readonly isGrey?: boolean
}

/** @returns a set of train pictures; each is made when it is asked for, as the engine does */
export function setOf(
  files: readonly PictureFile[],
  { count, sidePx = 512, isGrey = false }: SetShape,
): ExportSet {
  const channels = isGrey ? 1 : 3
  const pixels = Buffer.alloc(sidePx * sidePx * channels, 7)
  const order = Array.from({ length: count }, (_, nth) => nth)
  const shuffled = shuffledOf(order)
  const shape = { width: sidePx, height: sidePx, channels, pixels } as const
  return {
    header: header(count),
    version: { name: 'bench', description: '', digest: digestOf('bench'), createdAtMs: 0 },
    classes,
    superclasses: [],
    splits: ['train'],
    count,
    countIn: split => (split === 'train' ? count : 0),
    tally: split =>
      classes.map(({ index }) => (split === 'train' ? Math.floor((count + index) / classCount) : 0)),
    render: { ...defaultExportRender, isGrey },
    pictures: async function* ({ isShuffled = false } = {}) {
      for (const nth of isShuffled ? shuffled : order) {
        const file = files[nth % files.length]
        if (file) yield pictureOf(file, nth, shape)
      }
    },
  }
}

const classes: readonly ExportClass[] = Array.from({ length: classCount }, (_, index) => ({
  ...{ label: `class ${index}`, folder: `class ${index}`, parent: null, description: '', synonyms: [] },
  ...{ index, name: `class_${index}`, superIndex: null },
}))

const header = (images: number): ExportSet['header'] => ({
  ...{ schema: 1, dataset: 'Bench', classes: [], plan: null, images },
  render: {
    ...{ fit: 'inside', sidePx: 512, quality: 92, background: '#ffffff' },
    ...{ chroma: '4:2:0', optimizeCoding: false, keepFitting: false },
  },
})

function shuffledOf(order: readonly number[]): readonly number[] {
  const next = numbersFrom(2)
  return order
    .map(nth => ({ nth, place: next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ nth }) => nth)
}

const read = promisify(readFile)

function pictureOf(
  file: PictureFile,
  nth: number,
  { pixels, ...shape }: Pick<ExportPicture, 'width' | 'height' | 'channels'> & { readonly pixels: Buffer },
): ExportPicture {
  const id = nameOf(nth)
  const ofClass = classes[nth % classCount] ?? neverClass()
  return {
    ...{ id, split: 'train' as SplitName, fold: null, trial: null, extension: 'jpg', boxes: [] },
    ...shape,
    ...file,
    class: ofClass,
    from: versionImage(id, ofClass.label, file),
    bytes: () => read(file.path),
    pixels: async () => pixels,
  }
}

const neverClass = (): never => {
  throw new Error('a picture without a class')
}

function versionImage(id: string, label: string, { digest, sizeBytes }: PictureFile): VersionImage {
  const bytes = { digest, sizeBytes, width: 512, height: 512 }
  return {
    ...{ id, label, split: 'train', fold: null, trial: null, group: id, rendered: bytes },
    original: { ...bytes, format: 'jpeg', isKept: false },
    ...{ perceptualHash: null, isThumbnail: false, crop: null, boxes: [] },
    title: `A title of usual length about ${label}`,
    sourceUrl: `https://pictures.example/uploads/2026/${id}.jpg`,
    landingUrl: `https://pages.example/${id}`,
    ...{ engine: 'bing', query: label, license: null, rights: {}, storedAtMs: 1_767_225_600_000 },
  }
}
