/** Every format of the registry, exported from a dataset as a person would, and what should be found in each. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExportFormat, type ExportRequest, withFix } from '@gleaner/shared/exports'
import { folderSlug } from '@gleaner/shared/slug'
import type { VersionImage } from '@gleaner/shared/versions'
import { Value } from 'typebox/value'
import { createExports, type Exports } from '../../src/exports/exports.ts'
import { exporters } from '../../src/exports/registry.ts'
import { createPictureMaker } from '../../src/imaging/picture-maker.ts'
import { type MadeUpDataset, type MadeUpPicture, madeUpDataset } from '../../test/support/exported-dataset.ts'

/** One export, as the checks in Python read of it. */
export interface WrittenExport {
  readonly name: string
  readonly format: ExportFormat
  readonly folder: string
  readonly options: Readonly<Record<string, unknown>>
  /** JSON file of classes, splits and pictures. */
  readonly expected: string
}

/** Labels that programs stumble over: words of splits, reserved and hidden names, signs of YAML, CSV and XML. */
const labels = [
  { label: 'Dog', parent: 'animal' },
  { label: 'cat', parent: 'animal' },
  { label: 'test tube', parent: 'thing' },
  { label: 'dev', parent: 'thing' },
  { label: 'con' },
  { label: '.hidden' },
  { label: 'yes: "no", #1 <é> &' },
]
/** With the folders the store gives them. */
const classes = labels.map((one, at) => {
  const before = labels
    .slice(0, at)
    .reduce((taken, { label }) => taken.add(folderSlug(label, taken)), new Set<string>())
  return { ...one, folder: folderSlug(one.label, before) }
})
const splits = ['train', 'validation', 'test'] as const
const originals = ['plain', 'lying', 'cmyk', 'transparent', 'webp'] as const
const size = { width: 64, height: 48 }

/** Formats of boxes only, and those that have a place for them. */
const ofBoxes: readonly ExportFormat[] = ['coco', 'yolo', 'voc']
const withBoxes: readonly ExportFormat[] = [
  'hf-parquet',
  'hf-folder',
  'webdataset',
  'tfrecord',
  'tfds',
  'jsonl',
]
const needed: Partial<Record<ExportFormat, Record<string, unknown>>> = {
  'ground-truth': { bucket: 's3://example-bucket/set' },
  vertex: { bucket: 'gs://example-bucket/set' },
  'cifar-binary': { sidePx: 32 },
}

/** @throws Error when an export cannot be made, and nothing that is offered helps */
export async function writeExports(
  folder: string,
  only: (format: string) => boolean,
): Promise<readonly WrittenExport[]> {
  const maker = createPictureMaker({ children: 1 })
  const written: WrittenExport[] = []
  try {
    for (const kind of ['labels', 'boxes'] as const) {
      // No folder above an export has a name that could be taken for a split.
      const root = join(folder, kind === 'labels' ? 'l' : 'b')
      mkdirSync(root)
      using made = await madeUpDataset(root, pictures(kind === 'boxes'), { classes })
      const exports = createExports({
        ...{ datasets: () => [made.dataset], maker, now: () => performance.now() },
        trouble: error => console.error(error),
      })
      const formats = exporters.map(({ format }) => format).filter(only)
      for (const format of formats) {
        const isOfBoxes = ofBoxes.includes(format)
        if (kind === 'labels' ? isOfBoxes : !isOfBoxes && !withBoxes.includes(format)) continue
        const name = kind === 'boxes' && !isOfBoxes ? `${format} with boxes` : format
        written.push({ name, ...(await writeOne(exports, made, format)) })
      }
    }
  } finally {
    await maker.close()
  }
  const order = exporters.map(({ format }) => format)
  return written.sort((a, b) => order.indexOf(a.format) - order.indexOf(b.format))
}

/** Of each class some in each split; their originals are of all kinds, and every other one has two boxes. */
function pictures(hasBoxes: boolean): MadeUpPicture[] {
  const made: MadeUpPicture[] = []
  for (const { label } of classes)
    for (const [at, split] of splits.entries())
      for (let nth = at; nth < 4; nth++) {
        const original = originals[made.length % originals.length] ?? 'plain'
        const author = 'dashboard'
        const drawn = [
          { x: 2, y: 3, width: 20.5, height: 16, label, author },
          { x: 44, y: 34, width: 20, height: 14, label, author },
        ]
        made.push({ ...size, label, split, original, boxes: hasBoxes && made.length % 2 === 0 ? drawn : [] })
      }
  return made
}

async function writeOne(
  exports: Exports,
  made: MadeUpDataset,
  format: ExportFormat,
): Promise<Omit<WrittenExport, 'name'>> {
  const { dataset, folder: root, images } = made
  const request = await mended(exports, dataset.id, {
    versionId: 1,
    format,
    name: format,
    options: needed[format] ?? {},
  })
  const { classes: named } = await exports.preflight(dataset.id, request)
  const { id } = await exports.begin(dataset.id, request, 'consumers')
  await exports.idle()
  const ended = exports.list(dataset.id).find(one => one.id === id)
  if (ended?.state !== 'done' || !ended.path)
    throw new Error(`${format} was not written: ${ended?.code} ${ended?.facts}`)
  const exporter = exporters.find(one => one.format === format)
  const options = Value.Default(exporter?.options ?? {}, { ...request.options }) as Record<string, unknown>
  const side = exporter?.render?.(options).sidePx
  const expected = join(root, `${format}.json`)
  writeFileSync(
    expected,
    JSON.stringify(expectedOf(images, named, side ? { width: side, height: side } : size)),
  )
  return { format, folder: join(root, ended.path), options, expected }
}

/** Takes what is offered, once for each thing that is in the way. */
async function mended(exports: Exports, datasetId: string, asked: ExportRequest): Promise<ExportRequest> {
  let request = asked
  const tried = new Set<string>()
  for (;;) {
    const { findings } = await exports.preflight(datasetId, request)
    const found = findings.find(one => one.weight === 'refused' && one.fix && !tried.has(one.code))
    if (!found?.fix) return request
    tried.add(found.code)
    request = withFix(request, found.fix)
  }
}

interface Named {
  readonly label: string
  readonly name: string
}

/** Numbers of classes are the order of their names by code point. */
function expectedOf(
  images: readonly VersionImage[],
  named: readonly Named[],
  side: { readonly width: number; readonly height: number },
) {
  const sorted = [...named].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
  const numbered = sorted.map(({ label, name }, index) => ({ label, name, index }))
  const expected = images.map(({ id, label, split, rendered, boxes }) => ({
    ...{ file: `${id}.jpg`, split, boxes, digest: rendered.digest },
    ...(numbered.find(one => one.label === label) ?? { label }),
    ...side,
  }))
  return { classes: numbered, splits, pictures: expected }
}
