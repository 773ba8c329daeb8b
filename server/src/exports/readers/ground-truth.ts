/** Reads manifests of Ground Truth and Rekognition: an object a line, its label under the name of a job. */
import { posix } from 'node:path'
import { createBucketFinder } from './bucket-file.ts'
import {
  type FoundBox,
  type FoundPicture,
  isRecord,
  numbersOf,
  type Reading,
  splitWithin,
  wordOf,
} from './found.ts'
import { jsonLine } from './json-line.ts'
import { linesOf } from './lines.ts'
import { createSourceFolder, type SourceFolder } from './source-folder.ts'

type Entry = Readonly<Record<string, unknown>>
const metadata = '-metadata'

export async function* readGroundTruth(
  folder: string | SourceFolder,
  { problem }: Reading,
): AsyncGenerator<FoundPicture> {
  const source = createSourceFolder(folder)
  const find = createBucketFinder(source, 's3')
  for await (const file of source.below('.', 3)) {
    if (!/\.manifest$/i.test(file)) continue
    const split = splitWithin(posix.basename(file))
    for await (const { number, text } of linesOf(source.chunks(file))) {
      const tell = (say: string) => problem({ file, line: number, say })
      const entry = jsonLine(text)
      const path = entry && (await find(entry['source-ref']))
      if (!entry || path === undefined) {
        tell(entry ? 'a picture whose file is not there' : 'no object')
        continue
      }
      const said = labelsOf(entry, tell)
      yield { file: path, labels: said.labels, split, boxes: said.boxes, size: said.size, about: {} }
    }
  }
}

type Said = Pick<FoundPicture, 'labels' | 'boxes' | 'size'>

function labelsOf(entry: Entry, tell: (say: string) => void): Said {
  const jobs = Object.keys(entry).filter(key => isRecord(entry[key + metadata]))
  const labels: string[] = []
  const boxes: FoundBox[] = []
  let size: FoundPicture['size'] = null
  for (const job of jobs) {
    const about = entry[job + metadata]
    if (!isRecord(about)) continue
    const drawn = entry[job]
    const label = wordOf(about['class-name'])
    if (label !== undefined) labels.push(label)
    else if (isRecord(drawn)) {
      boxes.push(...boxesOf(drawn, about, tell))
      size ??= sizeOf(drawn.image_size)
    } else tell('a job that says no class and no boxes')
  }
  return { labels, boxes, size }
}

function boxesOf(drawn: Entry, about: Entry, tell: (say: string) => void): FoundBox[] {
  const annotations = drawn.annotations
  const objects = about.objects
  const classes = about['class-map']
  if (!Array.isArray(annotations) || !Array.isArray(objects) || annotations.length !== objects.length) {
    tell('as many objects as annotations are needed')
    return []
  }
  return annotations.flatMap(annotation => {
    const one: Entry = isRecord(annotation) ? annotation : {}
    const label = isRecord(classes) ? wordOf(classes[String(one.class_id)]) : undefined
    const [x = 0, y = 0, width = 0, height = 0] =
      numbersOf([one.left, one.top, one.width, one.height], 4) ?? []
    if (label !== undefined && width > 0 && height > 0)
      return [{ label, x, y, width, height, unit: 'px' as const }]
    tell('a box without a class or without a size')
    return []
  })
}

function sizeOf(sizes: unknown): FoundPicture['size'] {
  const first: unknown = Array.isArray(sizes) ? sizes[0] : undefined
  const [width, height] = (isRecord(first) && numbersOf([first.width, first.height], 2)) || []
  return width && height ? { width, height } : null
}
