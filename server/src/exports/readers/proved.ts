/** From what a reader found to what a proof compares: bytes are read, and boxes brought to pixels. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ReadPicture } from '../exporter.ts'
import type { FormatProblem, FoundBox, FoundPicture, Reading } from './found.ts'
import { type PictureSize, pictureSize } from './picture-size.ts'
import { createSourceFolder, type SourceFolder } from './source-folder.ts'

export type FormatReader = (folder: string | SourceFolder, reading: Reading) => AsyncIterable<FoundPicture>

/** @throws Error at the first thing the reader would have left out, and where a file is no whole picture of the claimed size */
export async function* proved(folder: string, read: FormatReader): AsyncGenerator<ReadPicture> {
  const source = createSourceFolder(folder)
  const refuse = ({ file, line, say }: FormatProblem) => {
    throw new Error(`${file}${line === null ? '' : `, line ${line}`}: ${say}`)
  }
  for await (const found of read(folder, { problem: refuse })) {
    const path = await source.path(found.file)
    const bytes = await readFile(path)
    const size = pictureSize(bytes)
    if (!size) throw new Error(`${found.file}: not a picture`)
    if (found.size && (found.size.width !== size.width || found.size.height !== size.height))
      throw new Error(`${found.file}: of another size than the set says`)
    if (isCutShort(bytes)) throw new Error(`${found.file}: a JPEG without an end`)
    yield {
      label: found.labels[0] ?? null,
      split: found.split,
      digest: createHash('sha256').update(bytes).digest('hex'),
      ...size,
      bytes: () => readFile(path),
      boxes: found.boxes.map(box => inPixels(box, size)),
    }
  }
}

/** Ultralytics would write such a file anew. */
const isCutShort = (bytes: Buffer) =>
  bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) !== 0xffd9

function inPixels({ unit, label, ...box }: FoundBox, size: PictureSize) {
  const [across, down] = unit === 'px' ? [1, 1] : [size.width, size.height]
  return { label, x: box.x * across, y: box.y * down, width: box.width * across, height: box.height * down }
}
