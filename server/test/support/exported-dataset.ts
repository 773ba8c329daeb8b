/** A dataset with one version, its pictures real files, for tests of exports: made up without collecting anything. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { SplitName } from '@gleaner/shared/splits'
import type { Box, Rectangle, VersionImage, VersionSummary } from '@gleaner/shared/versions'
import sharp from 'sharp'
import type { ExportedDataset } from '../../src/exports/dataset.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createExportLog } from '../../src/store/exports/export-log.ts'
import { numbersFrom } from './pictures.ts'

export interface MadeUpPicture {
  readonly label: string
  readonly split: SplitName | null
  /** Of the original, upright. */
  readonly width?: number
  readonly height?: number
  readonly crop?: Rectangle
  readonly boxes?: readonly Box[]
  /** `false`: the original was not kept. */
  readonly isOriginalKept?: boolean
  readonly isThumbnail?: boolean
  /** Number of the picture it shows the same as, from 1; of its own when absent. */
  readonly shows?: number
  /** How the original is stored: lying on its side with an EXIF tag, in grey, or as CMYK, or as a transparent PNG. */
  readonly original?: 'plain' | 'lying' | 'cmyk' | 'transparent' | 'webp'
}

export interface MadeUpDataset extends Disposable {
  readonly dataset: ExportedDataset
  readonly folder: string
  readonly images: readonly VersionImage[]
  readonly versionId: number
  readonly close: () => void
}

const filedSidePx = 64
export const digestOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

/** Two classes in three splits, of pictures that fit as they are. */
export function plainPictures(each = 3): MadeUpPicture[] {
  return ['cat', 'dog'].flatMap(label =>
    (['train', 'validation', 'test'] as const).flatMap(split =>
      Array.from({ length: each }, () => ({ label, split })),
    ),
  )
}

/** @param folder - to be made anew, or opened again with the same pictures */
export async function madeUpDataset(
  folder: string,
  pictures: readonly MadeUpPicture[],
  more: { readonly classes?: readonly { label: string; folder?: string; parent?: string }[] } = {},
): Promise<MadeUpDataset> {
  const images: VersionImage[] = []
  for (const [at, picture] of pictures.entries()) images.push(await file(folder, picture, at + 1))
  images.sort((a, b) => (a.id < b.id ? -1 : 1))
  type Labelled = { readonly label: string; readonly folder?: string; readonly parent?: string }
  const labels: readonly Labelled[] =
    more.classes ?? [...new Set(pictures.map(({ label }) => label))].map(label => ({ label }))
  const db = openDatabase(join(folder, 'gleaner.db'))
  const digest = digestOf(JSON.stringify(images))
  const certificate = { distanceBits: 80, pairs: 0, byClass: [], examples: [], withEarlier: [] }
  const inSplit = (split: SplitName | null) => images.filter(image => image.split === split).length
  const splits = {
    ...{ train: inSplit('train'), validation: inSplit('validation'), test: inSplit('test') },
    none: inSplit(null),
  }
  db.prepare(
    `INSERT INTO version (id, name, digest, size_bytes, who, created_at_ms, images, classes, train, validation, test, certificate)
     VALUES (1, 'first', ?, 1, 'test', 1767225600000, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  ).run(
    digest,
    images.length,
    labels.length,
    splits.train,
    splits.validation,
    splits.test,
    JSON.stringify(certificate),
  )
  const summary: VersionSummary = {
    ...{ id: 1, name: 'first', description: '', digest, createdAtMs: 1_767_225_600_000, by: 'test' },
    ...{ images: images.length, classes: labels.length, splits, sizeBytes: 1, gone: 0, certificate },
  }
  const classes = labels
    .map(one => ({
      ...{ label: one.label, folder: one.folder ?? one.label, parent: one.parent ?? null },
      ...{ description: '', synonyms: [] },
    }))
    .sort((a, b) => (a.label < b.label ? -1 : 1))
  const render: DatasetSettings['render'] = {
    ...{ fit: 'inside', sidePx: filedSidePx, quality: 92, background: '#ffffff' },
    ...{ chroma: '4:2:0', optimizeCoding: false, keepFitting: false },
  }
  const dataset: ExportedDataset = {
    id: 'made-up',
    folder,
    exportLog: createExportLog(db, Date.now),
    versions: {
      open: async () => ({
        header: { schema: 1, dataset: 'Made up', classes, render, plan: null, images: images.length },
        summary,
        images: async function* () {
          yield* images
        },
      }),
      files: ({ id, rendered, original }) => {
        const label = images.find(image => image.id === id)?.label ?? ''
        const isKept = images.find(image => image.id === id)?.original.isKept
        const found = (path: string, sizeBytes: number) =>
          existsSync(path) ? { path, sizeBytes, contentType: 'image/jpeg' } : undefined
        return {
          rendered: found(filedPath(folder, label, id), rendered.sizeBytes),
          original: isKept ? found(originalPath(folder, original.digest), original.sizeBytes) : undefined,
        }
      },
    },
  }
  return {
    dataset,
    folder,
    images,
    versionId: 1,
    close: () => db.close(),
    [Symbol.dispose]: () => db.close(),
  }
}

export const filedPath = (folder: string, label: string, id: string) =>
  join(folder, 'images', label, `${id}.jpg`)
const originalPath = (folder: string, digest: string) => join(folder, 'originals', digest)

async function file(folder: string, picture: MadeUpPicture, seed: number): Promise<VersionImage> {
  const { label, split, width = 48, height = 40, boxes = [], crop = null, isOriginalKept = true } = picture
  const id = digestOf(`picture ${seed}`).slice(0, 20)
  const upright = await clouds(picture.shows ?? seed, width, height)
  const original = await stored(upright, picture.original ?? 'plain')
  const scale = Math.min(1, filedSidePx / Math.max(width, height))
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  const rendered = await sharp(upright)
    .resize(size.width, size.height, { fit: 'fill' })
    .jpeg({ quality: 92 })
    .toBuffer()
  mkdirSync(join(folder, 'images', label), { recursive: true })
  mkdirSync(join(folder, 'originals'), { recursive: true })
  writeFileSync(filedPath(folder, label, id), rendered)
  if (isOriginalKept) writeFileSync(originalPath(folder, digestOf(original)), original)
  return {
    ...{ id, label, split, fold: null, trial: split === 'train' ? numbersFrom(seed)() : null, group: id },
    rendered: { digest: digestOf(rendered), ...size, sizeBytes: rendered.length },
    original: {
      ...{ digest: digestOf(original), format: 'jpeg', width, height },
      ...{ sizeBytes: original.length, isKept: isOriginalKept },
    },
    ...{ perceptualHash: null, isThumbnail: picture.isThumbnail ?? false, crop, boxes: [...boxes] },
    title: seed % 2 === 0 ? '=1+1' : 'A "title", with all',
    sourceUrl: `https://pictures.example/${seed}.jpg`,
    landingUrl: `https://pages.example/${seed}`,
    ...{ engine: 'bing', query: label, license: null, rights: {}, storedAtMs: 1_767_225_600_000 },
  }
}

/** A PNG of coloured clouds, red in its upper left corner. */
async function clouds(seed: number, width: number, height: number): Promise<Buffer> {
  const next = numbersFrom(seed)
  const few = Buffer.from(Uint8Array.from({ length: 6 * 6 * 3 }, () => next() * 200))
  const corner = { left: 0, top: 0, width: Math.ceil(width / 4), height: Math.ceil(height / 4) }
  const red = { create: { ...corner, channels: 3 as const, background: '#ff0000' } }
  return sharp(few, { raw: { width: 6, height: 6, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: red, left: 0, top: 0 }])
    .png()
    .toBuffer()
}

function stored(upright: Buffer, how: NonNullable<MadeUpPicture['original']>): Promise<Buffer> {
  if (how === 'lying')
    return sharp(upright).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer()
  if (how === 'cmyk') return sharp(upright).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
  if (how === 'transparent') return sharp(upright).ensureAlpha(0.5).png({ palette: true }).toBuffer()
  if (how === 'webp') return sharp(upright).webp({ quality: 95 }).toBuffer()
  return sharp(upright).jpeg({ quality: 95 }).toBuffer()
}
