import type { Overview } from '@gleaner/shared/api'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react'
import type { Api } from './client.ts'
import { keys } from './keys.ts'
import type { Live, LiveStatus } from './live.ts'

export interface AppParts {
  readonly api: Api
  readonly live: Live
  /** Calls back whenever the dataset changed; returns how to stop. */
  readonly onDatasetChanged: (datasetId: string, callBack: () => void) => () => void
}

export const AppContext = createContext<AppParts | null>(null)

export function useApp(): AppParts {
  const parts = useContext(AppContext)
  if (!parts) throw new Error('AppContext is missing')
  return parts
}

export const useApi = (): Api => useApp().api

export function useLiveStatus(): LiveStatus {
  const { live } = useApp()
  return useSyncExternalStore(live.subscribe, live.status)
}

export function useDatasetChanged(datasetId: string, callBack: () => void): void {
  const { onDatasetChanged } = useApp()
  useEffect(() => onDatasetChanged(datasetId, callBack), [onDatasetChanged, datasetId, callBack])
}

/** The live overview; the shell shows nothing else before it is there. */
export function useOverview(): Overview {
  const { data } = useQuery<Overview>({ queryKey: keys.overview, enabled: false })
  if (!data) throw new Error('The overview is used before it was read')
  return data
}

export function useDatasetSummary(datasetId: string): DatasetSummary | undefined {
  return useOverview().datasets.find(dataset => dataset.id === datasetId)
}
