/** Every format there is. A line for each; forms, flags and pages follow from it. */
import type { ExportFormat } from '@gleaner/shared/exports'
import type { Exporter } from './exporter.ts'
import { classFolders } from './exporters/class-folders.ts'

/** In the order in which they are offered. */
export const exporters: readonly Exporter[] = [classFolders]

export function exporterOf(format: ExportFormat): Exporter | undefined {
  return exporters.find(exporter => exporter.format === format)
}
