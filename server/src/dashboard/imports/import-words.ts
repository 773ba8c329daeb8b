/** What imports say, in words. */
import type { ImportFormat, ImportSkip, ImportState } from '@gleaner/shared/imports'

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
  gleaner: 'An export of Gleaner',
}

export const stateWords: Readonly<Record<ImportState, string>> = {
  reading: 'Looking through it',
  taking: 'Taking pictures',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Stopped',
}

/** Why something was left out; said after a count. */
export const skipWords: Readonly<Record<ImportSkip, string>> = {
  'no-class': 'have no class',
  'not-mapped': 'are of classes the map leaves out',
  link: 'are links to elsewhere',
  'file-missing': 'name a file that is not there',
  'file-too-large': 'are too large',
  'file-changed': 'changed while they were read',
  'no-picture': 'are no pictures',
  'no-address': 'name neither file nor address',
  'address-not-asked-for': 'are only named by an address, and fetching was not asked for',
  'box-outside': 'boxes lie outside of their picture',
  'box-turned': 'boxes do not fit their picture as it is turned',
}
