/** Visual Genome: things by their names and boxes in `objects.json`, addresses in `image_data.json`, pictures by number. */
import { posix } from 'node:path'
import { type FoundBox, isRecord, wordOf } from '../../exports/readers/found.ts'
import { jsonItems } from '../../exports/readers/json-items.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import { nothingSaid, type Offered, type ReaderOptions } from '../offered.ts'

interface Picture {
  readonly url: string | null
  readonly size: Offered['size']
}

const objectsName = /(?:^|\/)objects\.json$/
const dataName = /(?:^|\/)image_data\.json$/

async function fileNamed(source: SourceFolder, name: RegExp): Promise<string | undefined> {
  for await (const file of source.below('.', 3)) if (name.test(file)) return file
  return undefined
}

export async function isVisualGenome(source: SourceFolder, files: readonly string[]): Promise<boolean> {
  return files.some(file => objectsName.test(file)) && (await fileNamed(source, objectsName)) !== undefined
}

export async function* readVisualGenome(
  source: SourceFolder,
  { problem }: ReaderOptions,
): AsyncGenerator<Offered> {
  const objects = await fileNamed(source, objectsName)
  if (objects === undefined) return
  const data = await picturesOf(source)
  const files = await filesByNumber(source)
  for await (const { value } of jsonItems(source.chunks(objects))) {
    if (!isRecord(value)) continue
    const id = Number(value.image_id ?? value.id)
    const { url = null, size = null } = data.get(id) ?? {}
    const file = files.get(id) ?? null
    if (file === null && url === null) {
      problem({ file: objects, line: null, say: 'a picture whose file is not there', lost: 'file-missing' })
      continue
    }
    const about = url === null ? {} : { sourceUrl: url }
    yield { ...nothingSaid, file, url, size, about, boxes: boxesOf(value.objects) }
  }
}

function boxesOf(objects: unknown): readonly FoundBox[] {
  if (!Array.isArray(objects)) return []
  return objects.filter(isRecord).flatMap(({ names, name, x, y, w, h }) => {
    const label = wordOf(Array.isArray(names) ? names[0] : name)
    const [left = 0, top = 0, width = 0, height = 0] = [x, y, w, h].map(Number)
    if (label === undefined || !(width > 0) || !(height > 0)) return []
    return [{ label, x: left, y: top, width, height, unit: 'px' as const }]
  })
}

async function picturesOf(source: SourceFolder): Promise<ReadonlyMap<number, Picture>> {
  const pictures = new Map<number, Picture>()
  const file = await fileNamed(source, dataName)
  if (file === undefined) return pictures
  for await (const { value } of jsonItems(source.chunks(file))) {
    if (!isRecord(value)) continue
    const [width = 0, height = 0] = [Number(value.width), Number(value.height)]
    pictures.set(Number(value.image_id ?? value.id), {
      url: wordOf(value.url) ?? null,
      size: width > 0 && height > 0 ? { width, height } : null,
    })
  }
  return pictures
}

async function filesByNumber(source: SourceFolder): Promise<ReadonlyMap<number, string>> {
  const files = new Map<number, string>()
  for await (const file of source.below('.')) {
    const [, number] = /^(\d+)\.(?:jpe?g|png)$/i.exec(posix.basename(file)) ?? []
    if (number !== undefined) files.set(Number(number), file)
  }
  return files
}
