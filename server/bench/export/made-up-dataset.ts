/** A version of any number of pictures: its manifest is a file of lines, as those of real ones, and its pictures are links. */
import { createHash } from 'node:crypto'
import { createReadStream, linkSync, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { VersionHeader, VersionImage, VersionSummary } from '@gleaner/shared/versions'
import type { ExportedDataset } from '../../src/exports/dataset.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createExportLog } from '../../src/store/exports/export-log.ts'
import { makeFiles, type PictureFile } from './pictures.ts'

const labels = Array.from({ length: 20 }, (_, index) => `class ${index}`)
const splits = ['train', 'train', 'train', 'validation', 'test'] as const
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** @returns the dataset; what is filed are further names of a thousand small files */
export async function madeUpDataset(folder: string, count: number): Promise<ExportedDataset> {
  const files = makeFiles(join(folder, 'made'), 1_000, 4_000)
  const filed = (id: string) => join(folder, 'images', id.slice(0, 2), `${id}.jpg`)
  const manifest = join(folder, 'version.jsonl')
  await writeManifest(manifest, files, { count, filed })
  const version = summaryOf(count)
  const db = openDatabase(join(folder, 'gleaner.db'))
  addVersion(db, version)
  return {
    id: 'bench',
    folder,
    exportLog: createExportLog(db, Date.now),
    versions: {
      open: async () => ({ header: headerOf(count), summary: version, images: () => imagesIn(manifest) }),
      files: ({ id, rendered: { sizeBytes } }) => ({
        rendered: { path: filed(id), sizeBytes, contentType: 'image/jpeg' },
        original: undefined,
      }),
    },
  }
}

async function* imagesIn(manifest: string): AsyncGenerator<VersionImage> {
  for await (const line of createInterface({ input: createReadStream(manifest) })) yield JSON.parse(line)
}

async function writeManifest(
  path: string,
  files: readonly PictureFile[],
  { count, filed }: { readonly count: number; readonly filed: (id: string) => string },
): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let from = 0; from < count; from += 1_000) {
      const images: VersionImage[] = []
      for (const [at, made] of files.slice(0, count - from).entries()) images.push(imageOf(from + at, made))
      for (const [at, { id }] of images.entries()) {
        mkdirSync(join(filed(id), '..'), { recursive: true })
        linkSync(files[at]?.path ?? '', filed(id))
      }
      await file.writeFile(images.map(image => `${JSON.stringify(image)}\n`).join(''))
    }
  } finally {
    await file.close()
  }
}

/** In the order of ids, as manifests are. */
function imageOf(nth: number, { digest, sizeBytes }: PictureFile): VersionImage {
  const id = (nth * 1_000_003 + 0x1000_0000_0000).toString(16).padStart(20, '0')
  const label = labels[nth % labels.length] ?? ''
  const size = { digest, sizeBytes, width: 512, height: 512 }
  const split = splits[Math.floor(nth / labels.length) % splits.length] ?? 'train'
  return {
    ...{ id, label, split, fold: null, trial: null, group: id, rendered: size },
    original: { ...size, format: 'jpeg', isKept: false },
    ...{ perceptualHash: null, isThumbnail: false, crop: null, boxes: [] },
    title: `A title of usual length about ${label}`,
    sourceUrl: `https://host-${nth % 3_000}.example/uploads/2026/${id}.jpg`,
    landingUrl: `https://pages.example/${id}`,
    ...{ engine: 'bing', query: label, license: null, rights: {}, storedAtMs: 1_767_225_600_000 + nth },
  }
}

function headerOf(images: number): VersionHeader {
  return {
    ...{ schema: 1, dataset: 'Bench', plan: null, images },
    classes: labels.map(label => ({
      ...{ label, folder: label, parent: null, description: '', synonyms: [] },
    })),
    render: {
      ...{ fit: 'inside', sidePx: 512, quality: 92, background: '#ffffff' },
      ...{ chroma: '4:2:0', optimizeCoding: false, keepFitting: false },
    },
  }
}

function summaryOf(images: number): VersionSummary {
  const certificate = { distanceBits: 80, pairs: 0, byClass: [], examples: [], withEarlier: [] }
  return {
    ...{ id: 1, name: 'bench', description: '', digest: digestOf('bench'), createdAtMs: 1_767_225_600_000 },
    ...{ by: 'bench', images, classes: labels.length, sizeBytes: 1, gone: 0, certificate },
    splits: { train: images * 0.6, validation: images * 0.2, test: images * 0.2, none: 0 },
  }
}

function addVersion(db: ReturnType<typeof openDatabase>, version: VersionSummary): void {
  db.prepare(
    `INSERT INTO version (id, name, digest, size_bytes, who, created_at_ms, images, classes, train, validation, test, certificate)
     VALUES (1, 'bench', ?, 1, 'bench', ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[version.digest, version.createdAtMs, version.images, version.classes],
    ...[version.splits.train, version.splits.validation, version.splits.test],
    JSON.stringify(version.certificate),
  )
}
