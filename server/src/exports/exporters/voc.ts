/** Pascal VOC: an XML file a picture, and lists of stems. */
import type { SplitName } from '@gleaner/shared/splits'
import { Type } from 'typebox'
import {
  defineExporter,
  type ExportPicture,
  type ExportSet,
  type ExportSink,
  type PlannedSet,
} from '../exporter.ts'
import { finding } from '../finding.ts'
import { proved } from '../readers/proved.ts'
import { readVoc } from '../readers/voc.ts'
import {
  boxRules,
  type DrawnBox,
  drawnBoxes,
  onlyBoxes,
  takesBoxed,
  type Unboxed,
  unboxedOption,
} from './boxes.ts'
import { inChunks } from './json-text.ts'
import { heldTo, kindsRule } from './rules.ts'

const options = Type.Object(
  {
    unboxed: unboxedOption,
    year: Type.Enum(['2007', '2012'], {
      title: 'Year in the name of the folder',
      description: 'torchvision reads a list of test pictures under the year 2007 only.',
      default: '2007',
    }),
    classLists: Type.Boolean({
      title: 'Lists of each class',
      description: 'Lists that say of every picture whether it is of the class, for each class and split.',
      default: true,
    }),
  },
  { additionalProperties: false },
)

const lists: Readonly<Record<SplitName, string>> = { train: 'train', validation: 'val', test: 'test' }

export const voc = defineExporter({
  format: 'voc',
  title: 'Pascal VOC',
  readBy: 'torchvision VOCDetection, Datumaro, CVAT, LabelImg',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  // Readers put ".jpg" behind a stem whatever the file is.
  render: () => ({ format: 'jpeg' }),
  keeps: 'bytes',
  marks: given => ({ ...onlyBoxes(given), classes: given.classLists }),
  takes: takesBoxed,
  preflight: async (set, given) => [
    ...unreadTest(set, given),
    ...(await heldTo(set, [...boxRules(set, given), kindsRule(['jpg'])])),
  ],
  write: async (set, sink, { unboxed, year, classLists }) => {
    const root = `VOCdevkit/VOC${year}`
    const listed: Listed[] = []
    for await (const picture of set.pictures()) {
      await sink.place(`${root}/JPEGImages/${picture.id}.jpg`, picture)
      const xml = annotationOf(picture, drawnBoxes(picture, unboxed), { set, folder: `VOC${year}` })
      await sink.write(`${root}/Annotations/${picture.id}.xml`, xml)
      listed.push({ id: picture.id, split: picture.split, classIndex: picture.class.index })
      sink.step()
    }
    await writeLists(set, listed, `${root}/ImageSets/Main`, classLists, sink)
  },
  read: folder => proved(folder, readVoc),
})

function unreadTest(
  { splits, countIn }: PlannedSet,
  given: { readonly unboxed: Unboxed; readonly year: string },
) {
  if (given.year === '2007' || !splits.includes('test')) return []
  const fix = { options: { ...given, year: '2007' } }
  return [finding({ code: 'EXPORT_SPLIT_UNREAD', weight: 'lost', count: countIn('test'), fix })]
}

interface Listed {
  readonly id: string
  readonly split: SplitName | null
  readonly classIndex: number
}

/** `trainval` holds train and validation, and pictures that are in no split. */
async function writeLists(
  set: ExportSet,
  pictures: readonly Listed[],
  folder: string,
  hasClassLists: boolean,
  sink: ExportSink,
): Promise<void> {
  const present = set.splits.flatMap(split => (split === null ? [] : [split]))
  const named = present.map(split => [lists[split], pictures.filter(one => one.split === split)] as const)
  const learned = pictures.filter(({ split }) => split !== 'test')
  const all = learned.length > 0 ? [...named, ['trainval', learned] as const] : named
  for (const [name, members] of all) {
    await sink.stream(`${folder}/${name}.txt`, inChunks(linesOf(members, ({ id }) => id)))
    for (const one of hasClassLists ? set.classes : []) {
      const lines = linesOf(
        members,
        ({ id, classIndex }) => `${id} ${classIndex === one.index ? ' 1' : '-1'}`,
      )
      await sink.stream(`${folder}/${one.name}_${name}.txt`, inChunks(lines))
    }
  }
}

function* linesOf(members: readonly Listed[], line: (member: Listed) => string): Generator<string> {
  for (const member of members) yield `${line(member)}\n`
}

interface Place {
  readonly set: ExportSet
  readonly folder: string
}

function annotationOf(picture: ExportPicture, boxes: readonly DrawnBox[], { set, folder }: Place): string {
  const { id, width, height, channels } = picture
  return `<annotation>
	<folder>${folder}</folder>
	<filename>${id}.jpg</filename>
	<source>
		<database>${escaped(set.header.dataset)}</database>
	</source>
	<size>
		<width>${width}</width>
		<height>${height}</height>
		<depth>${channels}</depth>
	</size>
	<segmented>0</segmented>
${boxes.map(box => objectOf(box, picture)).join('')}</annotation>
`
}

function objectOf({ label, x, y, ...size }: DrawnBox, picture: ExportPicture): string {
  const [xmin, xmax] = pixels(x, size.width, picture.width)
  const [ymin, ymax] = pixels(y, size.height, picture.height)
  return `	<object>
		<name>${escaped(label)}</name>
		<pose>Unspecified</pose>
		<truncated>0</truncated>
		<difficult>0</difficult>
		<bndbox>
			<xmin>${xmin}</xmin>
			<ymin>${ymin}</ymin>
			<xmax>${xmax}</xmax>
			<ymax>${ymax}</ymax>
		</bndbox>
	</object>
`
}

/** @returns the first and last pixel, from 1; at least one, and within the picture */
function pixels(from: number, length: number, side: number): readonly [first: number, last: number] {
  const first = Math.min(side, Math.round(from) + 1)
  return [first, Math.max(first, Math.min(side, Math.round(from + length)))]
}

/** What XML cannot hold at all becomes a space. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  const allowed = text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ')
  return allowed.replace(/[&<>]/g, letter => entities[letter] ?? letter)
}
