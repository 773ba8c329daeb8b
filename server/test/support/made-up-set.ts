/** Sets of made-up pictures for exporters, and a sink that is a folder; outside of tests as well. */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { defaultExportRender } from '@gleaner/shared/exports'
import type { SplitName } from '@gleaner/shared/splits'
import type { Box, VersionClass, VersionHeader, VersionImage } from '@gleaner/shared/versions'
import sharp from 'sharp'
import type {
  ExportClass,
  ExportPicture,
  ExportSet,
  ExportSink,
  PlannedSet,
} from '../../src/exports/exporter.ts'
import { numbersFrom } from './pictures.ts'

/** A class with as many pictures of each split. */
export interface MadeUpClass {
  readonly label: string
  /** Folder name; the label in lower-case letters and digits when absent. */
  readonly name?: string
  readonly parent?: string
  /** Of train, validation and test. */
  readonly counts: readonly [train: number, validation: number, test: number]
}

export interface MadeUpSet {
  readonly classes?: readonly MadeUpClass[]
  readonly isSplit?: boolean
  readonly isGrey?: boolean
  readonly format?: 'jpeg' | 'png' | 'webp'
  readonly width?: number
  readonly height?: number
  /** Gives every other picture boxes: one in the middle, and one that touches the right and lower edges. */
  readonly hasBoxes?: boolean
}

/** Labels that other programs stumble over, superclasses, and one class that is its own. */
export const oddClasses: readonly MadeUpClass[] = [
  { label: 'Dog', parent: 'animal', counts: [4, 2, 2] },
  { label: 'cat', parent: 'animal', counts: [3, 1, 1] },
  { label: 'test tube', name: 'testtube', parent: 'thing', counts: [3, 2, 1] },
  { label: 'yes: "no", #1 <é>', name: 'yes_no_1_e', counts: [2, 1, 1] },
]

const splits = ['train', 'validation', 'test'] as const
/** What comes from strangers: quotes, separators, line breaks, formulas, letters of all sizes. */
const titles = [
  '=HYPERLINK("http://x.example")',
  'a, "b"\r\nc',
  'Füße 日本 🦊',
  null,
  "-1+1|'",
  '<b>&amp;</b>',
]
const licenses = [null, { name: 'CC BY-SA 4.0', creator: '@somebody', basis: 'picture' as const }]

/** @returns a set as the engine hands it over: pictures upright and encoded, each in a file of its own below `folder` */
export async function makeSetIn(
  folder: string,
  wanted: MadeUpSet,
): Promise<ExportSet & { readonly planned: PlannedSet }> {
  const { classes: madeUp = oddClasses, isSplit = true } = wanted
  const { classes, superclasses } = classesOf(madeUp)
  const pictures: ExportPicture[] = []
  for (const { label, counts } of madeUp) {
    for (const [which, split] of splits.entries()) {
      for (let nth = 0; nth < (counts[which] ?? 0); nth++) {
        const ofClass = classes.find(one => one.label === label)
        if (!ofClass) throw new Error(`no class ${label}`)
        const from = { ofClass, split: isSplit ? split : null, seed: pictures.length + 1 }
        pictures.push(await madeUpPicture(folder, from, wanted))
      }
    }
  }
  pictures.sort((a, b) => (a.id < b.id ? -1 : 1))
  return setOf(pictures, classes, superclasses, wanted)
}

function setOf(
  pictures: readonly ExportPicture[],
  classes: readonly ExportClass[],
  superclasses: ExportSet['superclasses'],
  { isSplit = true, isGrey = false, format = 'jpeg' }: MadeUpSet,
): ExportSet & { readonly planned: PlannedSet } {
  const of = (split: SplitName | null) => pictures.filter(picture => picture.split === split)
  const common = {
    header: headerOf(classes, pictures.length),
    version: {
      name: 'first',
      description: 'Made up.',
      digest: digestOf('version'),
      createdAtMs: 1_767_225_600_000,
    },
    classes,
    superclasses,
    splits: isSplit ? splits.filter(split => of(split).length > 0) : [null],
    count: pictures.length,
    countIn: (split: SplitName | null) => of(split).length,
    tally: (split: SplitName | null) =>
      classes.map(({ index }) => of(split).filter(picture => picture.class.index === index).length),
    render: { ...defaultExportRender, isGrey, format },
  }
  return {
    ...common,
    pictures: async function* ({ split, isShuffled = false } = {}) {
      const chosen = split === undefined ? [...pictures] : of(split)
      yield* isShuffled ? chosen.sort((a, b) => (a.digest < b.digest ? -1 : 1)) : chosen
    },
    planned: {
      ...common,
      images: async function* () {
        yield* pictures
      },
    },
  }
}

function classesOf(madeUp: readonly MadeUpClass[]) {
  const nameOf = ({ label, name }: MadeUpClass) => name ?? label.toLowerCase().replace(/[^a-z0-9]/g, '')
  const parents = [...new Set(madeUp.flatMap(({ parent }) => parent ?? []))].sort()
  const superclasses = parents.map(label => ({ label, name: label }))
  const sorted = [...madeUp].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const classes = sorted.map((one, index): ExportClass => {
    const { label, parent = null } = one
    const at = parents.indexOf(parent ?? label)
    const described: VersionClass = {
      label,
      folder: label,
      parent,
      description: `About ${label}.`,
      synonyms: [],
    }
    return { ...described, index, name: nameOf(one), superIndex: at < 0 ? null : at }
  })
  return { classes, superclasses }
}

function headerOf(classes: readonly ExportClass[], images: number): VersionHeader {
  return {
    schema: 1,
    dataset: 'Made-up things',
    classes: classes.map(({ label, folder, parent, description, synonyms }) => ({
      ...{ label, folder, parent, description, synonyms },
    })),
    render: {
      ...{ fit: 'inside', sidePx: 512, quality: 92, background: '#ffffff' },
      ...{ chroma: '4:2:0', optimizeCoding: false, keepFitting: false },
    },
    plan: null,
    images,
  }
}

async function madeUpPicture(
  folder: string,
  from: { readonly ofClass: ExportClass; readonly split: SplitName | null; readonly seed: number },
  { isGrey = false, format = 'jpeg', width = 24, height = 16, hasBoxes = false }: MadeUpSet,
): Promise<ExportPicture> {
  const { ofClass, split, seed } = from
  const next = numbersFrom(seed)
  const channels = isGrey ? 1 : 3
  const raw = Buffer.from(Uint8Array.from({ length: width * height * channels }, () => next() * 256))
  const encoded = sharp(raw, { raw: { width, height, channels } })
  if (isGrey) encoded.toColourspace('b-w')
  const bytes = await encoded.toFormat(format, format === 'png' ? {} : { quality: 90 }).toBuffer()
  const id = digestOf(`picture ${seed}`).slice(0, 20)
  const extension = format === 'jpeg' ? 'jpg' : format
  const path = join(folder, `${id}.${extension}`)
  writeFileSync(path, bytes)
  const boxes = hasBoxes && seed % 2 === 1 ? boxesIn(width, height, ofClass.label) : []
  return {
    ...{ id, split, width, height, channels, extension, path, boxes },
    class: ofClass,
    fold: split === 'train' ? seed % 3 : null,
    trial: split === 'train' ? next() : null,
    sizeBytes: bytes.length,
    digest: digestOf(bytes),
    from: versionImage({ id, seed, label: ofClass.label, split, width, height, boxes, bytes }),
    bytes: async () => bytes,
    pixels: () => {
      const decoded = sharp(bytes)
      return (isGrey ? decoded.toColourspace('b-w') : decoded.removeAlpha()).raw().toBuffer()
    },
  }
}

function boxesIn(width: number, height: number, label: string): readonly Box[] {
  const author = 'dashboard'
  return [
    { x: 2, y: 3, width: 7.5, height: 6, label, author },
    { x: width - 5, y: height - 4, width: 5, height: 4, label, author },
  ]
}

interface Origin extends Pick<VersionImage, 'id' | 'label' | 'split'> {
  readonly seed: number
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly bytes: Buffer
}

function versionImage({ id, seed, label, split, width, height, boxes, bytes }: Origin): VersionImage {
  return {
    ...{ id, label, split, fold: null, trial: null, group: id },
    rendered: { digest: digestOf(bytes), width, height, sizeBytes: bytes.length },
    original: {
      digest: digestOf(`original ${seed}`),
      format: 'jpeg',
      width,
      height,
      sizeBytes: 9999,
      isKept: true,
    },
    ...{ perceptualHash: digestOf(`look ${seed}`), isThumbnail: false, crop: null, boxes: [...boxes] },
    title: titles[seed % titles.length] ?? null,
    sourceUrl: seed % 7 === 0 ? null : `https://pictures.example/${seed}.jpg?a=1&b=%22x%22`,
    landingUrl: `https://pages.example/${seed}`,
    ...{ engine: 'bing', query: 'a, "b"', license: licenses[seed % 2] ?? null },
    rights: seed % 3 === 0 ? { copyright: '© Somebody' } : {},
    storedAtMs: 1_767_225_600_000 + seed,
  }
}

const digestOf = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** @returns a sink that puts everything below `folder` at once, and counts steps */
export function folderSink(folder: string): ExportSink & { readonly steps: () => number } {
  let steps = 0
  const at = (path: string) => {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    return target
  }
  return {
    place: async (path, picture) => copyFileSync(picture.path, at(path)),
    write: async (path, content) => writeFileSync(at(path), content),
    stream: async (path, chunks) => {
      const target = await open(at(path), 'w')
      let written = 0
      try {
        for await (const chunk of chunks) {
          const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
          for (let done = 0; done < bytes.length; ) done += (await target.write(bytes, done)).bytesWritten
          written += bytes.length
        }
      } finally {
        await target.close()
      }
      return written
    },
    step: () => {
      steps += 1
    },
    steps: () => steps,
    signal: new AbortController().signal,
  }
}
