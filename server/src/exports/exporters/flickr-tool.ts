/**
 * As the tool for tags on Flickr left its sets behind: `urls_data.json`, `train_test_split.json`, `summary.txt` and
 * `dataset.tgz`, in which a folder a class and the split lie. It knows no validation: its pictures are trained on, or left out.
 */
import { type Static, Type } from 'typebox'
import { defineExporter, type ExportPicture, type ExportSet, onlyClasses } from '../exporter.ts'
import { finding } from '../finding.ts'
import { readFlickrTool } from '../readers/flickr-tool.ts'
import { gzipOf } from '../writers/gzip.ts'
import { tarOf } from '../writers/tar.ts'

const options = Type.Object(
  {
    validation: Type.Enum(['train', 'leave-out'], {
      title: 'Validation pictures',
      description: 'The format knows train and test only: they go to train, or are left out.',
      default: 'train',
    }),
    trialShare: Type.Number({
      title: 'Trial subset',
      description: 'Share of train in train_test_split_trial.json; the tool took 0.2.',
      minimum: 0,
      maximum: 1,
      default: 0.2,
    }),
  },
  { additionalProperties: false },
)
type Options = Static<typeof options>

export const flickrTool = defineExporter({
  format: 'flickr-tool',
  title: 'Flickr tool',
  readBy: 'scripts made for its datasets',
  options,
  containers: ['folder'],
  keeps: 'bytes',
  marks: onlyClasses,
  render: () => ({ format: 'jpeg' }),
  takes: ({ split }, { validation }) => split !== 'validation' || validation === 'train',
  splitAs: split => (split === 'validation' || split === null ? 'train' : split),
  preflight: (set, { validation }) => {
    const count = set.countIn('validation')
    if (count === 0 || validation !== 'train') return []
    const fix = { options: { validation: 'leave-out' } }
    return [finding({ code: 'EXPORT_VALIDATION_APART', weight: 'lost', count, fix })]
  },
  write: async (set, sink, options) => {
    await sink.write('urls_data.json', await urlsText(set))
    const split = await splitText(set, () => true)
    await sink.write('train_test_split.json', split)
    if (options.trialShare > 0) await sink.write('train_test_split_trial.json', await trialText(set, options))
    await sink.write('summary.txt', summaryText(set))
    await sink.stream('dataset.tgz', gzipOf(tarOf(entries(set, split, sink.step)), true))
  },
  read: readFlickrTool,
})

const pathOf = ({ id, class: { name }, extension }: ExportPicture) => `${name}/${id}.${extension}`

/** Names of files as the tool joined them: folder and name. Both lists in the order of classes, then ids. */
async function splitText(set: ExportSet, isTaken: (picture: ExportPicture) => boolean): Promise<string> {
  const lists: Record<'train' | 'test', string[]> = { train: [], test: [] }
  for await (const picture of set.pictures()) {
    if (isTaken(picture)) lists[picture.split === 'test' ? 'test' : 'train'].push(pathOf(picture))
  }
  for (const list of Object.values(lists)) list.sort()
  return `${JSON.stringify(lists, null, 1)}\n`
}

const trialText = (set: ExportSet, { trialShare }: Options): Promise<string> =>
  splitText(set, ({ split, trial, id }) => {
    const rank = split === 'train' && trial !== null ? trial : Number.parseInt(id.slice(0, 8), 16) / 2 ** 32
    return rank < trialShare
  })

/** `{"class": ["address", …]}`; pictures without an address are in none of the lists. */
async function urlsText(set: ExportSet): Promise<string> {
  const lists = set.classes.map((): string[] => [])
  for await (const { class: ofClass, from } of set.pictures()) {
    if (from.sourceUrl !== null) lists[ofClass.index]?.push(from.sourceUrl)
  }
  const byClass = Object.fromEntries(set.classes.map(({ name, index }) => [name, lists[index]]))
  return `${JSON.stringify(byClass, null, 1)}\n`
}

/** What the archive holds: the pictures, and the split by which they were divided. */
async function* entries(set: ExportSet, split: string, step: () => void) {
  for await (const picture of set.pictures()) {
    yield { path: pathOf(picture), bytes: await picture.bytes() }
    step()
  }
  yield { path: 'train_test_split.json', bytes: Buffer.from(split) }
}

function summaryText(set: ExportSet): string {
  const counts = set.classes.map(({ index }) =>
    set.splits.reduce((sum, split) => sum + (set.tally(split)[index] ?? 0), 0),
  )
  return set.classes
    .map(({ name, index }) => `Class ${name}: Downloaded: ${counts[index]} Expected: ${counts[index]}\n`)
    .join('')
}
