/** Every format there is. A line for each; forms, flags and pages follow from it. */
import type { ExportFormat } from '@gleaner/shared/exports'
import type { Exporter } from './exporter.ts'
import { cifarBinary } from './exporters/cifar-binary.ts'
import { classFolders } from './exporters/class-folders.ts'
import { coco } from './exporters/coco.ts'
import { csv } from './exporters/csv.ts'
import { flickrTool } from './exporters/flickr-tool.ts'
import { groundTruth } from './exporters/ground-truth.ts'
import { huggingFaceFolder } from './exporters/hf-folder.ts'
import { hfParquet } from './exporters/hf-parquet.ts'
import { jsonl } from './exporters/jsonl.ts'
import { links } from './exporters/links.ts'
import { mnistIdx } from './exporters/mnist-idx.ts'
import { numpy } from './exporters/numpy.ts'
import { tfds } from './exporters/tfds.ts'
import { tfrecord } from './exporters/tfrecord.ts'
import { vertex } from './exporters/vertex.ts'
import { voc } from './exporters/voc.ts'
import { webdataset } from './exporters/webdataset.ts'
import { yolo } from './exporters/yolo.ts'

/** In the order in which they are offered. */
export const exporters: readonly Exporter[] = [
  classFolders,
  csv,
  jsonl,
  flickrTool,
  coco,
  yolo,
  voc,
  hfParquet,
  huggingFaceFolder,
  webdataset,
  tfrecord,
  tfds,
  mnistIdx,
  cifarBinary,
  numpy,
  groundTruth,
  vertex,
  links,
]

export function exporterOf(format: ExportFormat): Exporter | undefined {
  return exporters.find(exporter => exporter.format === format)
}
