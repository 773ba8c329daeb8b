/** WebDataset: tar files of samples, each a picture, its class and what else is known, under one key. */
import { Type } from 'typebox'
import { classesAndBoxes, defineExporter, type ExportPicture, type PlannedImage } from '../exporter.ts'
import { finding } from '../finding.ts'
import { readWebdataset } from '../readers/webdataset.ts'
import { type PictureContent, withBytes } from '../writers/picture-content.ts'
import { hasBoxes, inParts, shardCounts, splitOr } from '../writers/shards.ts'
import { type TarEntry, tarOf } from '../writers/tar.ts'
import { drawnBoxes } from './boxes.ts'
import { heldTo, pictureRule, type Rule } from './rules.ts'

const options = Type.Object(
  {
    shardMb: Type.Integer({
      title: 'Size of a shard (MB)',
      description: 'A shard is closed before it grows larger.',
      minimum: 1,
      maximum: 10_000,
      default: 1_000,
    }),
    shardPictures: Type.Integer({
      title: 'Pictures in a shard',
      description: 'A shard is closed when it holds so many.',
      minimum: 1,
      maximum: 1_000_000,
      default: 10_000,
    }),
  },
  { additionalProperties: false },
)

export const webdataset = defineExporter({
  format: 'webdataset',
  title: 'WebDataset',
  readBy: 'webdataset, Hugging Face datasets, NVIDIA DALI',
  options,
  containers: ['folder'],
  keeps: 'bytes',
  marks: classesAndBoxes,
  frontMatter: set => ({
    configs: [
      {
        config_name: 'default',
        data_files: set.splits.map(split => ({ split: splitOr(split), path: `${splitOr(split)}-*.tar` })),
      },
    ],
  }),
  preflight: set => heldTo(set, [alikeRule(), webpRule()]),
  write: async (set, sink, { shardMb, shardPictures }) => {
    const isBoxed = await hasBoxes(set)
    for (const split of set.splits) {
      // Readers shuffle in a small buffer only: what lies side by side must not be of one class.
      const chosen = { split, isShuffled: true }
      const limits = { mostBytes: shardMb * 1e6, mostPictures: shardPictures }
      const counts = await shardCounts(set.pictures(chosen), limits)
      let nth = 0
      for await (const part of inParts(withBytes(set, sink, chosen), counts)) {
        const name = `${splitOr(split)}-${String(nth).padStart(6, '0')}.tar`
        await sink.stream(name, tarOf(samplesOf(part, isBoxed)))
        nth += 1
      }
    }
  },
  read: readWebdataset,
})

async function* samplesOf(
  pictures: AsyncIterable<PictureContent>,
  isBoxed: boolean,
): AsyncGenerator<TarEntry> {
  for await (const { picture, bytes } of pictures) {
    // A key ends at the first dot; ids hold none.
    const file = (field: string, content: string | Buffer) => ({
      path: `${picture.id}.${field}`,
      bytes: typeof content === 'string' ? Buffer.from(content) : content,
    })
    yield file(picture.extension, bytes)
    yield file('cls', String(picture.class.index))
    yield file('json', JSON.stringify(factsOf(picture, isBoxed)))
  }
}

/**
 * The same keys of the same types in every sample, or Hugging Face refuses the set: what is not known is an empty text, and
 * boxes, whose number differs, are JSON within the JSON.
 */
function factsOf(picture: ExportPicture, isBoxed: boolean): Readonly<Record<string, string | number>> {
  const { id, digest, width, height, from } = picture
  return {
    ...{ id, label: picture.class.label, class: picture.class.name, superclass: picture.class.parent ?? '' },
    ...{ sha256: digest, width, height, title: from.title ?? '' },
    ...{ source_url: from.sourceUrl ?? '', landing_url: from.landingUrl ?? '' },
    ...{ engine: from.engine ?? '', query: from.query ?? '', license: from.license?.name ?? '' },
    ...(isBoxed ? { boxes: JSON.stringify(drawnBoxes(picture, 'background')) } : {}),
  }
}

/** All samples have the same fields, and the kind of the picture is the name of one. */
function alikeRule(): Rule {
  const kinds = new Map<string, number>()
  const first = new Map<string, PlannedImage>()
  return {
    see: image => {
      kinds.set(image.extension, (kinds.get(image.extension) ?? 0) + 1)
      if (!first.has(image.extension)) first.set(image.extension, image)
    },
    found: () => {
      if (kinds.size < 2) return []
      const count = Math.min(...kinds.values())
      const examples = [...first.values()].map(({ id, extension }) => `${id}.${extension}`)
      return [
        finding({
          ...{ code: 'EXPORT_MIXED_FORMATS', weight: 'refused', count, examples },
          fix: { render: { format: 'jpeg' } },
        }),
      ]
    },
  }
}

/** `decode("pil")` leaves it as bytes. */
const webpRule = (): Rule =>
  pictureRule(({ extension }) => extension === 'webp', {
    ...{ code: 'EXPORT_PICTURE_FORMAT', weight: 'lost' },
    fix: { render: { format: 'jpeg' } },
  })
