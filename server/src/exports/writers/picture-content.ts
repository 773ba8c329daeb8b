/** The pictures of a set with their bytes or their pixels, read on ahead of whoever writes them. */
import type { ExportPicture, ExportSet, ExportSink } from '../exporter.ts'
import { startFileReader } from './file-reader.ts'
import { readAhead } from './read-ahead.ts'

export interface PictureContent {
  readonly picture: ExportPicture
  readonly bytes: Buffer
}

type Chosen = Parameters<ExportSet['pictures']>[0]

/** From so many on, a thread for reading is worth starting. */
const many = 500
const mostInBatch = 64
const mostBatchBytes = 512 << 10

/** Encoded bytes, in the order of the set. Each counts as a step. */
export const withBytes = (
  set: ExportSet,
  sink: ExportSink,
  chosen?: Chosen,
): AsyncGenerator<PictureContent> =>
  counted(set.count < many ? oneByOne(set, chosen) : inBatches(set, chosen), sink)

/** Raw pixels: 8 bits a channel, row by row. Each counts as a step. */
export const withPixels = (
  set: ExportSet,
  sink: ExportSink,
  chosen?: Chosen,
): AsyncGenerator<PictureContent> =>
  counted(
    contentOf(set.pictures(chosen), {
      read: picture => picture.pixels(),
      sizeOf: ({ width, height, channels }) => width * height * channels,
    }),
    sink,
  )

async function* counted(
  contents: AsyncIterable<PictureContent>,
  sink: ExportSink,
): AsyncGenerator<PictureContent> {
  for await (const content of contents) {
    sink.signal.throwIfAborted()
    sink.step()
    yield content
  }
}

const oneByOne = (set: ExportSet, chosen: Chosen) =>
  contentOf(set.pictures(chosen), {
    read: picture => picture.bytes(),
    sizeOf: ({ sizeBytes }) => sizeBytes,
  })

async function* contentOf(
  pictures: AsyncIterable<ExportPicture>,
  how: Parameters<typeof readAhead<ExportPicture, Buffer>>[1],
): AsyncGenerator<PictureContent> {
  for await (const { item, content } of readAhead(pictures, how)) yield { picture: item, bytes: content }
}

async function* inBatches(set: ExportSet, chosen: Chosen): AsyncGenerator<PictureContent> {
  const reader = startFileReader()
  try {
    const batches = readAhead(batched(set.pictures(chosen)), {
      read: batch => reader.read(batch.map(({ path, sizeBytes }) => ({ path, sizeBytes }))),
      sizeOf: bytesOf,
    })
    for await (const { item: pictures, content } of batches)
      for (const [nth, picture] of pictures.entries()) {
        const bytes = content[nth]
        if (bytes) yield { picture, bytes }
      }
  } finally {
    await reader.close()
  }
}

const bytesOf = (pictures: readonly ExportPicture[]) =>
  pictures.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

async function* batched(pictures: AsyncIterable<ExportPicture>): AsyncGenerator<readonly ExportPicture[]> {
  let batch: ExportPicture[] = []
  let bytes = 0
  for await (const picture of pictures) {
    batch.push(picture)
    bytes += picture.sizeBytes
    if (batch.length < mostInBatch && bytes < mostBatchBytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
