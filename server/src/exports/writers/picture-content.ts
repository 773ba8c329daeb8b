/** The pictures of a set with their bytes or their pixels, read on ahead of whoever writes them. */
import type { ExportPicture, ExportSet, ExportSink } from '../exporter.ts'
import { readAhead } from './read-ahead.ts'

export interface PictureContent {
  readonly picture: ExportPicture
  readonly bytes: Buffer
}

type Chosen = Parameters<ExportSet['pictures']>[0]

/** Encoded bytes, in the order of the set. Each counts as a step. */
export const withBytes = (
  set: ExportSet,
  sink: ExportSink,
  chosen?: Chosen,
): AsyncGenerator<PictureContent> =>
  withContent(set, sink, chosen, {
    read: picture => picture.bytes(),
    sizeOf: ({ sizeBytes }) => sizeBytes,
  })

/** Raw pixels: 8 bits a channel, row by row. Each counts as a step. */
export const withPixels = (
  set: ExportSet,
  sink: ExportSink,
  chosen?: Chosen,
): AsyncGenerator<PictureContent> =>
  withContent(set, sink, chosen, {
    read: picture => picture.pixels(),
    sizeOf: ({ width, height, channels }) => width * height * channels,
  })

async function* withContent(
  set: ExportSet,
  sink: ExportSink,
  chosen: Chosen,
  how: Parameters<typeof readAhead<ExportPicture, Buffer>>[1],
): AsyncGenerator<PictureContent> {
  for await (const { item, content } of readAhead(set.pictures(chosen), how)) {
    sink.signal.throwIfAborted()
    sink.step()
    yield { picture: item, bytes: content }
  }
}
