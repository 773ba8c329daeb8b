import type { ActSummary } from '@gleaner/shared/acts'
import type { Overview } from '@gleaner/shared/api'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react'
import type { ColorLookStore } from '../parts/color-look.ts'
import type { ActQueue, ActState } from './act-queue.ts'
import type { Api } from './client.ts'
import { keys } from './keys.ts'
import type { Live, LiveStatus } from './live.ts'

export interface AppParts {
  readonly api: Api
  readonly live: Live
  readonly look: ColorLookStore
  /** Calls back whenever the dataset changed; returns how to stop. */
  readonly onDatasetChanged: (datasetId: string, callBack: () => unknown) => () => void
  /** What is done to the pictures of a dataset: one queue for all pages. */
  readonly actsOf: (datasetId: string) => ActQueue
  /** Calls back when an act was refused; returns how to stop. */
  readonly onRefused: (callBack: (error: unknown) => void) => () => void
  /** Calls back when an act that went on by itself has come to its end; returns how to stop. */
  readonly onActEnded: (callBack: (datasetId: string, act: ActSummary) => void) => () => void
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

/** What is being done to a dataset, and the way to do more: see {@link createActQueue}. */
export function useActs(datasetId: string): ActState & Pick<ActQueue, 'perform'> {
  const queue = useApp().actsOf(datasetId)
  const state = useSyncExternalStore(queue.subscribe, queue.state)
  return { ...state, perform: queue.perform }
}

/** @param callBack - must be stable; acts stay laid over what is shown until what it returns has settled */
export function useDatasetChanged(datasetId: string, callBack: () => unknown): void {
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
