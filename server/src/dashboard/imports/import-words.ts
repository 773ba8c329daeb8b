/** What imports say, in words. */
import {
  type ImportFormat,
  type ImportSkip,
  type ImportState,
  type ImportSummary,
  importSkips,
} from '@gleaner/shared/imports'

export const formatWords: Readonly<Record<ImportFormat, string>> = {
  'class-folders': 'Class folders',
  table: 'A table (CSV or JSON lines)',
  coco: 'COCO',
  yolo: 'YOLO',
  voc: 'Pascal VOC',
  'open-images': 'Open Images',
  'visual-genome': 'Visual Genome',
  imagenet: 'ImageNet localisation',
  'hf-folder': 'Hugging Face image folder',
  'hf-parquet': 'Hugging Face Parquet',
  webdataset: 'WebDataset',
  tfrecord: 'TFRecord or TensorFlow Datasets',
  gleaner: 'An export of Gleaner',
}

export const stateWords: Readonly<Record<ImportState, string>> = {
  reading: 'Looking through it',
  taking: 'Taking pictures',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Stopped',
}

/** Why something was left out; said after a count and “left out”. */
export const skipWords: Readonly<Record<ImportSkip, string>> = {
  'no-class': 'no class is named',
  'not-mapped': 'the map names no class for it',
  link: 'a link to elsewhere',
  'file-missing': 'the file it names is not there',
  'file-too-large': 'too large',
  'file-changed': 'changed while it was read',
  'no-picture': 'not a picture',
  'without-picture': 'a row or sample without a picture',
  'no-archive': 'a shard that is no archive',
  'no-address': 'neither file nor address is named',
  'address-not-asked-for': 'only an address is named, and fetching was not asked for',
  'box-outside': 'a box outside of its picture',
  'box-turned': 'a box that does not fit its picture as it is turned',
}

type Skipped = Partial<Record<ImportSkip, number>>

/** @returns what was left out; of an import that came to nothing, what it was about says so */
export function skippedOf({ skipped, facts }: Pick<ImportSummary, 'skipped' | 'facts'>): Skipped {
  const told = importSkips.flatMap(reason => {
    const count = facts?.[reason]
    return typeof count === 'number' ? [[reason, count] as const] : []
  })
  return { ...Object.fromEntries(told), ...skipped }
}
