/** Every format there is. A line for each; forms, flags and pages follow from it. */
import type { ExportFormat } from '@gleaner/shared/exports'
import type { Exporter } from './exporter.ts'
import { classFolders } from './exporters/class-folders.ts'
import { coco } from './exporters/coco.ts'
import { groundTruth } from './exporters/ground-truth.ts'
import { huggingFaceFolder } from './exporters/hf-folder.ts'
import { vertex } from './exporters/vertex.ts'
import { voc } from './exporters/voc.ts'
import { yolo } from './exporters/yolo.ts'

/** In the order in which they are offered. */
export const exporters: readonly Exporter[] = [
  classFolders,
  coco,
  yolo,
  voc,
  huggingFaceFolder,
  groundTruth,
  vertex,
]

export function exporterOf(format: ExportFormat): Exporter | undefined {
  return exporters.find(exporter => exporter.format === format)
}
