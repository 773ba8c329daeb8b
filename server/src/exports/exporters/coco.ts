/** COCO detection: one JSON file a split, beside a folder of its pictures. */
import type { SplitName } from '@gleaner/shared/splits'
import { Type } from 'typebox'
import { defineExporter, type ExportPicture, type ExportSet, type ExportSink } from '../exporter.ts'
import { readCoco } from '../readers/coco.ts'
import { proved } from '../readers/proved.ts'
import {
  boxLabels,
  boxRules,
  drawnBoxes,
  fileIn,
  numbered,
  onlyBoxes,
  takesBoxed,
  type Unboxed,
  unboxedOption,
} from './boxes.ts'
import { inChunks, listItems, thousandth } from './json-text.ts'
import { heldTo } from './rules.ts'

const options = Type.Object({ unboxed: unboxedOption }, { additionalProperties: false })

/** COCO's own short words, which loaders look for. */
const words: Readonly<Record<SplitName, string>> = { train: 'train', validation: 'val', test: 'test' }

export const coco = defineExporter({
  format: 'coco',
  title: 'COCO detection',
  readBy: 'pycocotools, torchvision CocoDetection, Detectron2, MMDetection, FiftyOne',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: given => ({ ...onlyBoxes(given), classes: true }),
  takes: takesBoxed,
  preflight: (set, given) => heldTo(set, boxRules(set, given)),
  write: async (set, sink, { unboxed }) => {
    const labels = await boxLabels(set)
    const licenses = await licensesOf(set)
    // Numbers go on from split to split, so that files can be put together.
    const last = { image: 0, annotation: 0 }
    for (const split of set.splits) {
      const word = split === null ? undefined : words[split]
      const folder = word === undefined ? 'images' : `images/${word}`
      const file = word === undefined ? 'annotations/instances.json' : `annotations/instances_${word}.json`
      for await (const picture of set.pictures({ split })) {
        await sink.place(fileIn(folder, picture), picture)
        sink.step()
      }
      await writeAnnotations(file, { set, split, labels, licenses, unboxed, last }, sink)
    }
  },
  read: folder => proved(folder, readCoco),
})

interface Part {
  readonly set: ExportSet
  readonly split: SplitName | null
  readonly labels: readonly string[]
  readonly licenses: ReadonlyMap<string, number>
  readonly unboxed: Unboxed
  readonly last: { image: number; annotation: number }
}

async function writeAnnotations(file: string, part: Part, sink: ExportSink): Promise<void> {
  const { set, split, licenses, last } = part
  const firstImage = last.image + 1
  const pieces = async function* () {
    yield `{"info":${JSON.stringify(infoOf(set))},\n"licenses":${JSON.stringify(licenseList(licenses))},\n"images":[`
    yield* listItems(images(part, firstImage))
    yield `],\n"annotations":[`
    yield* listItems(annotations(part, firstImage))
    yield `],\n"categories":${JSON.stringify(categoriesOf(part))}}\n`
  }
  await sink.stream(file, inChunks(pieces()))
  last.image += set.countIn(split)
}

async function* images({ set, split, licenses }: Part, first: number): AsyncGenerator<unknown> {
  let id = first
  for await (const picture of set.pictures({ split })) {
    const { from } = picture
    yield {
      id: id++,
      file_name: `${picture.id}.${picture.extension}`,
      width: picture.width,
      height: picture.height,
      license: licenses.get(licenseKey(picture)),
      coco_url: from.sourceUrl ?? '',
      date_captured: secondOf(from.storedAtMs),
      // COCO has labels of boxes only; readers that do not know this key pass over it.
      label: picture.class.label,
    }
  }
}

async function* annotations(
  { set, split, labels, unboxed, last }: Part,
  first: number,
): AsyncGenerator<unknown> {
  const categories = numbered(labels, 1)
  let imageId = first
  for await (const picture of set.pictures({ split })) {
    for (const box of drawnBoxes(picture, unboxed)) {
      const bbox = [box.x, box.y, box.width, box.height].map(thousandth)
      // From 1: the reference evaluation takes an annotation 0 for none.
      last.annotation += 1
      yield {
        id: last.annotation,
        image_id: imageId,
        category_id: categories.get(box.label),
        bbox,
        area: thousandth(box.width * box.height),
        iscrowd: 0,
        segmentation: [],
      }
    }
    imageId += 1
  }
}

function categoriesOf({ set, labels }: Part) {
  const parents = new Map(set.classes.map(({ label, parent }) => [label, parent]))
  return labels.map((name, at) => ({ id: at + 1, name, supercategory: parents.get(name) ?? name }))
}

function infoOf({ header, version }: ExportSet) {
  const description =
    version.description === '' ? header.dataset : `${header.dataset}: ${version.description}`
  const made = new Date(version.createdAtMs)
  return {
    ...{ description, url: '', version: version.name, year: made.getUTCFullYear(), contributor: '' },
    date_created: made.toISOString().slice(0, 10).replaceAll('-', '/'),
  }
}

const secondOf = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ')

/** Name and address as one word; a picture of which nothing is known has the license "unknown". */
function licenseKey({ from }: ExportPicture): string {
  return JSON.stringify([from.license?.name ?? 'unknown', from.license?.url ?? ''])
}

/** @returns the number of each license, from 1, in the order in which they are met */
async function licensesOf(set: ExportSet): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>()
  for await (const picture of set.pictures()) {
    const key = licenseKey(picture)
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1)
  }
  return numbers
}

const licenseList = (licenses: ReadonlyMap<string, number>) =>
  [...licenses].map(([key, id]) => {
    const [name, url]: [string, string] = JSON.parse(key)
    return { id, name, url }
  })
