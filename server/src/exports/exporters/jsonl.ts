/** Pictures in class folders, and a line of JSON for each that loses nothing the version says of it. */
import { Type } from 'typebox'
import { classesAndBoxes, defineExporter, type ExportPicture } from '../exporter.ts'
import { readJsonlManifest } from '../readers/jsonl-manifest.ts'
import { pathInClassFolders, placeInClassFolders } from './picture-folders.ts'

export const jsonl = defineExporter({
  format: 'jsonl',
  title: 'JSON lines',
  readBy: 'pandas, scripts, Gleaner itself',
  options: Type.Object({}, { additionalProperties: false }),
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: classesAndBoxes,
  preflight: () => [],
  write: async (set, sink) => {
    await placeInClassFolders(set, sink)
    await sink.stream('manifest.jsonl', lines(set.pictures()))
  },
  read: readJsonlManifest,
})

async function* lines(pictures: AsyncIterable<ExportPicture>): AsyncGenerator<string> {
  for await (const picture of pictures) yield `${JSON.stringify(lineOf(picture))}\n`
}

function lineOf(picture: ExportPicture) {
  const { class: ofClass, split, fold, trial, width, height, digest, boxes, from } = picture
  const { original } = from
  return {
    filename: pathInClassFolders(picture),
    ...{ label: ofClass.label, class: ofClass.name, split, fold, trial, group: from.group },
    ...{ width, height, sha256: digest },
    original: {
      sha256: original.digest,
      ...{
        format: original.format,
        width: original.width,
        height: original.height,
        size: original.sizeBytes,
      },
    },
    ...{ source_url: from.sourceUrl, page_url: from.landingUrl, title: from.title },
    ...{ engine: from.engine, query: from.query, license: from.license, rights: from.rights },
    ...{ is_thumbnail: from.isThumbnail, stored_at: new Date(from.storedAtMs).toISOString() },
    ...{ boxes, crop: from.crop },
  }
}
