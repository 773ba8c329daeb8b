/** Pictures beside a list of them: a folder a class, in a folder a split. */
import type { ExportPicture, ExportSet, ExportSink } from '../exporter.ts'

export const pathInClassFolders = ({ id, class: { name }, split, extension }: ExportPicture): string =>
  `images/${split === null ? '' : `${split}/`}${name}/${id}.${extension}`

export async function placeInClassFolders(set: ExportSet, sink: ExportSink): Promise<void> {
  for await (const picture of set.pictures()) {
    await sink.place(pathInClassFolders(picture), picture)
    sink.step()
  }
}
