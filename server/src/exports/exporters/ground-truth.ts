/** Manifests of SageMaker Ground Truth, which Rekognition Custom Labels trains from. */
import type { SplitName } from '@gleaner/shared/splits'
import { type Static, Type } from 'typebox'
import { defineExporter, type ExportPicture, type ExportSet, onlyClasses } from '../exporter.ts'
import { finding } from '../finding.ts'
import { readGroundTruth } from '../readers/ground-truth.ts'
import { proved } from '../readers/proved.ts'
import {
  boxLabels,
  boxRules,
  crowdRule,
  drawnBoxes,
  fileIn,
  numbered,
  onlyBoxes,
  takesBoxed,
  unboxedOption,
} from './boxes.ts'
import { inChunks } from './json-text.ts'
import { classCount, heldTo, kindsRule, tooLargeRule, tooSmallRule } from './rules.ts'

const options = Type.Object(
  {
    bucket: Type.String({
      title: 'Place in S3',
      description: 'Where the folder will be copied to, as in "s3://my-bucket/hammers".',
      pattern: "^(?:s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9!_.*'()-]+)*/?)?$",
      default: '',
    }),
    task: Type.Enum(['classification', 'boxes'], { title: 'What is labelled', default: 'classification' }),
    job: Type.String({
      title: 'Name of the labelling job',
      pattern: '^[a-zA-Z0-9](?:-?[a-zA-Z0-9]){0,62}$',
      default: 'gleaner',
    }),
    unboxed: unboxedOption,
  },
  { additionalProperties: false },
)
type Options = Static<typeof options>

export const groundTruth = defineExporter({
  format: 'ground-truth',
  title: 'Ground Truth manifest',
  readBy: 'Amazon SageMaker Ground Truth, Rekognition Custom Labels',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: given => (given.task === 'boxes' ? onlyBoxes(given) : onlyClasses()),
  takes: (picture, given) => given.task === 'classification' || takesBoxed(picture, given),
  // Quotas of Rekognition Custom Labels; see its developer guide, "Guidelines and quotas".
  preflight: async (set, given) => [
    ...(given.bucket === '' ? [finding({ code: 'EXPORT_BUCKET_MISSING', weight: 'refused', count: 1 })] : []),
    ...classCount(set, { least: given.task === 'boxes' ? 1 : 2, most: 250 }),
    ...(await heldTo(set, [
      kindsRule(['jpg', 'png']),
      tooSmallRule(64, 'lost'),
      tooLargeRule(4096, 'lost'),
      ...(given.task === 'boxes' ? [...boxRules(set, given), crowdRule(50, 'lost')] : []),
    ])),
  ],
  write: async (set, sink, given) => {
    const describe = given.task === 'boxes' ? await boxLines(set, given) : classLines(set, given)
    for (const split of set.splits) {
      for await (const picture of set.pictures({ split })) {
        await sink.place(pathOf(picture), picture)
        sink.step()
      }
      await sink.stream(`${split ?? 'all'}.manifest`, inChunks(lines(set, split, describe)))
    }
    await sink.write('UPLOAD.md', instructions(set, given))
  },
  read: folder => proved(folder, readGroundTruth),
})

const pathOf = (picture: ExportPicture) => fileIn(`images/${picture.split ?? 'all'}`, picture)

async function* lines(
  set: ExportSet,
  split: SplitName | null,
  describe: (picture: ExportPicture) => unknown,
): AsyncGenerator<string> {
  for await (const picture of set.pictures({ split })) yield `${JSON.stringify(describe(picture))}\n`
}

const withoutSlash = (bucket: string) => bucket.replace(/\/$/, '')
const sourceOf = (picture: ExportPicture, { bucket }: Options) => `${withoutSlash(bucket)}/${pathOf(picture)}`

function jobFacts({ version }: ExportSet, { job }: Options) {
  return {
    'human-annotated': 'yes',
    // In microseconds, and without a zone.
    'creation-date': new Date(version.createdAtMs).toISOString().replace('Z', '000'),
    'job-name': `labeling-job/${job}`,
  }
}

function classLines(set: ExportSet, given: Options) {
  const facts = { ...jobFacts(set, given), type: 'groundtruth/image-classification' }
  return (picture: ExportPicture) => ({
    'source-ref': sourceOf(picture, given),
    [given.job]: picture.class.index,
    [`${given.job}-metadata`]: { confidence: 1, 'class-name': picture.class.label, ...facts },
  })
}

async function boxLines(set: ExportSet, given: Options) {
  const facts = { ...jobFacts(set, given), type: 'groundtruth/object-detection' }
  const labels = await boxLabels(set)
  const classes = numbered(labels, 0)
  return (picture: ExportPicture) => {
    const { width, height, channels } = picture
    const annotations = drawnBoxes(picture, given.unboxed).map(box => {
      const [left, right] = pixels(box.x, box.width, width)
      const [top, bottom] = pixels(box.y, box.height, height)
      return { class_id: classes.get(box.label), left, top, width: right - left, height: bottom - top }
    })
    const named = [...new Set(annotations.map(({ class_id }) => class_id ?? 0))].sort((a, b) => a - b)
    return {
      'source-ref': sourceOf(picture, given),
      [given.job]: { image_size: [{ width, height, depth: channels }], annotations },
      [`${given.job}-metadata`]: {
        objects: annotations.map(() => ({ confidence: 1 })),
        'class-map': Object.fromEntries(named.map(index => [String(index), labels[index]])),
        ...facts,
      },
    }
  }
}

/** Whole pixels: at least one, and within the picture. */
function pixels(from: number, length: number, side: number): readonly [start: number, end: number] {
  const start = Math.min(side - 1, Math.round(from))
  return [start, Math.max(start + 1, Math.min(side, Math.round(from + length)))]
}

function instructions({ splits }: ExportSet, { bucket }: Options): string {
  const place = withoutSlash(bucket)
  const manifests = splits.map(split => `- ${split ?? 'all'}: \`${place}/${split ?? 'all'}.manifest\``)
  return `# To S3

The manifests name the pictures where this command puts them, from within this folder:

    aws s3 sync . ${place}/

Manifests to name in the console:

${manifests.join('\n')}
`
}
