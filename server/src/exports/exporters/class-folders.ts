/** A folder a class, in a folder a split: what nearly every trainer reads. */
import { Type } from 'typebox'
import { defineExporter, onlyClasses } from '../exporter.ts'
import { createTally } from '../finding.ts'
import { readClassFolders } from '../readers/class-folders.ts'

const options = Type.Object(
  {
    validationFolder: Type.Enum(['val', 'validation'], {
      title: 'Name of the validation folder',
      description: 'Ultralytics and most scripts look for "val"; Hugging Face reads either.',
      default: 'val',
    }),
  },
  { additionalProperties: false },
)

export const classFolders = defineExporter({
  format: 'class-folders',
  title: 'Class folders',
  readBy: 'torchvision ImageFolder, Keras, Ultralytics classification, fast.ai',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: onlyClasses,
  needsEveryClassInEverySplit: true,
  preflight: async set => {
    const unseen = createTally()
    for await (const { id, extension } of set.images()) if (extension === 'webp') unseen.add(`${id}.webp`)
    return unseen.found({
      code: 'EXPORT_WEBP_UNSEEN',
      weight: 'lost',
      fix: { render: { format: 'jpeg' } },
    })
  },
  write: async (set, sink, { validationFolder }) => {
    for await (const picture of set.pictures()) {
      const split = picture.split === 'validation' ? validationFolder : picture.split
      const folder = split === null ? picture.class.name : `${split}/${picture.class.name}`
      await sink.place(`${folder}/${picture.id}.${picture.extension}`, picture)
      sink.step()
    }
  },
  read: readClassFolders,
})
