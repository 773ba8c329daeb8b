/** What is exported while it is interrupted: some pictures as they were filed, some made anew. */
import type { ExportContainer, ExportRequest } from '@gleaner/shared/exports'
import type { MadeUpPicture } from './exported-dataset.ts'

export const interruptedPictures: readonly MadeUpPicture[] = ['cat', 'dog'].flatMap(label =>
  (['train', 'test'] as const).flatMap(split => [
    { label, split },
    { label, split, width: 200, height: 160 },
  ]),
)

export const interruptedRequest = (container: ExportContainer): ExportRequest => ({
  ...{ versionId: 1, format: 'class-folders', name: 'whole', container },
  render: { sidePx: 96 },
  balance: { oversampleList: true },
})
