import { AppError } from '@gleaner/shared/errors'
import type { Dataset, Datasets } from './services.ts'

/** The dataset an address names. @throws AppError `PROTOCOL_NOT_FOUND` */
export function datasetIn(home: Datasets, { datasetId }: { readonly datasetId: string }): Dataset {
  const dataset = home.byId(datasetId)
  if (!dataset) throw new AppError('PROTOCOL_NOT_FOUND', { datasetId })
  return dataset
}
