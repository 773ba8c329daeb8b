/** Import files of Vertex AI. */
import type { SplitName } from '@gleaner/shared/splits'
import { stringify } from 'csv-stringify/sync'
import { type Static, Type } from 'typebox'
import {
  defineExporter,
  type ExportPicture,
  type ExportSet,
  onlyClasses,
  type PlannedImage,
  type PlannedSet,
} from '../exporter.ts'
import { finding } from '../finding.ts'
import { proved } from '../readers/proved.ts'
import { readVertex } from '../readers/vertex.ts'
import {
  boxRules,
  crowdRule,
  type DrawnBox,
  drawnBoxes,
  fileIn,
  onlyBoxes,
  takesBoxed,
  tinyRule,
  unboxedOption,
} from './boxes.ts'
import { inChunks } from './json-text.ts'
import { heldTo, kindsRule, pictureRule, type Rule, smallClasses } from './rules.ts'

const options = Type.Object(
  {
    bucket: Type.String({
      title: 'Place in Cloud Storage',
      description: 'Where the folder will be copied to, as in "gs://my-bucket/hammers".',
      pattern: '^(?:gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](?:/[A-Za-z0-9._-]+)*/?)?$',
      default: '',
    }),
    task: Type.Enum(['classification', 'boxes'], { title: 'What is labelled', default: 'classification' }),
    form: Type.Enum(['jsonl', 'csv'], { title: 'Form of the import file', default: 'jsonl' }),
    unboxed: unboxedOption,
  },
  { additionalProperties: false },
)
type Options = Static<typeof options>

/** Not "train": that word is taken for no split at all. */
const uses: Readonly<Record<SplitName, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
}

const mostBytes = 30 * 1000 * 1000

export const vertex = defineExporter({
  format: 'vertex',
  title: 'Vertex AI import file',
  readBy: 'Google Vertex AI, AutoML',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: given => (given.task === 'boxes' ? onlyBoxes(given) : onlyClasses()),
  takes: (picture, given) => given.task === 'classification' || takesBoxed(picture, given),
  // See "Prepare image training data" of the Vertex AI documentation.
  preflight: async (set, given) => [
    ...(given.bucket === '' ? [finding({ code: 'EXPORT_BUCKET_MISSING', weight: 'refused', count: 1 })] : []),
    ...smallClasses(set, 10, 'lost'),
    ...(await heldTo(set, [
      kindsRule(['jpg', 'png']),
      pictureRule(({ from }) => set.render.sidePx === null && from.rendered.sizeBytes > mostBytes, {
        code: 'EXPORT_PICTURE_TOO_LARGE',
        weight: 'lost',
      }),
      ...(given.task === 'boxes' ? detectionRules(set, given) : []),
    ])),
  ],
  write: async (set, sink, given) => {
    for await (const picture of set.pictures()) {
      await sink.place(pathOf(picture), picture)
      sink.step()
    }
    const describe = given.form === 'csv' ? rowsOf : lineOf
    await sink.stream(`import.${given.form}`, inChunks(lines(set, given, describe)))
    await sink.write('UPLOAD.md', instructions(given))
  },
  read: folder => proved(folder, readVertex),
})

/** Boxes have 8 pixels a side at least, and a hundredth of that of the picture. */
function detectionRules(set: PlannedSet, given: Options): readonly Rule[] {
  const isTiny = ({ width, height }: DrawnBox, picture: PlannedImage) =>
    width < Math.max(8, picture.width / 100) || height < Math.max(8, picture.height / 100)
  return [...boxRules(set, given, tinyRule(isTiny, 'lost')), crowdRule(500, 'lost')]
}

const pathOf = (picture: ExportPicture) => fileIn(`images/${picture.split ?? 'all'}`, picture)
const withoutSlash = (bucket: string) => bucket.replace(/\/$/, '')
const addressOf = (picture: ExportPicture, { bucket }: Options) =>
  `${withoutSlash(bucket)}/${pathOf(picture)}`

async function* lines(
  set: ExportSet,
  given: Options,
  describe: (picture: ExportPicture, given: Options) => string,
): AsyncGenerator<string> {
  for await (const picture of set.pictures()) yield describe(picture, given)
}

/** Corners as shares of the picture. */
const cornersOf = (box: DrawnBox, { width, height }: ExportPicture) =>
  [box.x / width, box.y / height, (box.x + box.width) / width, (box.y + box.height) / height].map(share =>
    Math.min(1, Number(share.toFixed(8))),
  )

function lineOf(picture: ExportPicture, given: Options): string {
  const { split } = picture
  const labelled =
    given.task === 'classification'
      ? { classificationAnnotation: { displayName: picture.class.label } }
      : { boundingBoxAnnotations: drawnBoxes(picture, given.unboxed).map(box => annotationOf(box, picture)) }
  const use = split && { dataItemResourceLabels: { 'aiplatform.googleapis.com/ml_use': uses[split] } }
  return `${JSON.stringify({ imageGcsUri: addressOf(picture, given), ...labelled, ...use })}\n`
}

function annotationOf(box: DrawnBox, picture: ExportPicture) {
  const [xMin, yMin, xMax, yMax] = cornersOf(box, picture)
  return { displayName: box.label, xMin, yMin, xMax, yMax }
}

/** A row a picture, or one for each of its boxes; a picture that shows nothing has an empty one. */
function rowsOf(picture: ExportPicture, given: Options): string {
  const { split } = picture
  const lead = [...(split === null ? [] : [uses[split]]), addressOf(picture, given)]
  if (given.task === 'classification') return stringify([[...lead, picture.class.label]])
  const boxes = drawnBoxes(picture, given.unboxed)
  if (boxes.length === 0) return stringify([[...lead, ...Array.from({ length: 9 }, () => '')]])
  return stringify(
    boxes.map(box => {
      const [left, top, right, bottom] = cornersOf(box, picture)
      return [...lead, box.label, left, top, '', '', right, bottom, '', '']
    }),
  )
}

function instructions({ bucket, form }: Options): string {
  const place = withoutSlash(bucket)
  return `# To Cloud Storage

The import file names the pictures where this command puts them, from within this folder:

    gcloud storage rsync --recursive . ${place}

Import file to name in the console: \`${place}/import.${form}\`
`
}
