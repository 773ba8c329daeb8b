/**
 * Where the pictures are to be found, without a single pixel: what may be shared where pictures may not, and the input of
 * img2dataset (`url_col=url`, `verify_hash=["sha256","sha256"]`).
 */
import { Type } from 'typebox'
import { defineExporter, type ExportPicture, onlyClasses } from '../exporter.ts'
import { createTally } from '../finding.ts'
import { readLinks } from '../readers/links.ts'

export const links = defineExporter({
  format: 'links',
  title: 'Links only',
  readBy: 'img2dataset, scripts',
  options: Type.Object({}, { additionalProperties: false }),
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'nothing',
  marks: onlyClasses,
  takes: ({ from }) => from.sourceUrl !== null,
  preflight: async set => {
    const thumbnails = createTally()
    for await (const { id, from } of set.images()) if (from.isThumbnail) thumbnails.add(id)
    return thumbnails.found({ code: 'EXPORT_LINKS_TO_PREVIEWS', weight: 'note' })
  },
  write: async (set, sink) => {
    const pictures = () => set.pictures()
    await sink.stream('links-only.jsonl', lines(pictures(), sink.step))
  },
  read: readLinks,
})

async function* lines(pictures: AsyncIterable<ExportPicture>, step: () => void): AsyncGenerator<string> {
  for await (const picture of pictures) {
    yield `${JSON.stringify(lineOf(picture))}\n`
    step()
  }
}

function lineOf({ class: ofClass, split, fold, from }: ExportPicture) {
  const { original, license } = from
  return {
    ...{ url: from.sourceUrl, page: from.landingUrl },
    // Of the bytes behind the address, and of how they look: whoever fetches them can tell whether they still are the same.
    ...{
      sha256: original.digest,
      phash: from.perceptualHash,
      width: original.width,
      height: original.height,
    },
    ...{
      label: ofClass.label,
      class: ofClass.name,
      split,
      fold,
      crop: from.crop,
      license: license?.name ?? null,
    },
  }
}
