import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { useToast } from '../parts/toasts.tsx'
import { reasonOfError } from '../text/reasons.ts'
import { createDecisions, type DecisionState, type Item, nameOf } from './decisions.ts'

type Deeds = Pick<ReturnType<typeof createDecisions>, 'decide' | 'undo'>

export interface Decisions extends Omit<DecisionState, 'gone'>, Deeds {
  /** Whether it was decided a moment ago and the list may still hold it. */
  readonly isGone: (item: Item) => boolean
}

/** {@link createDecisions} for a page. @param onBack - told of what has to be decided anew */
export function useDecisions(datasetId: string, onBack: (item: Item) => void): Decisions {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const back = useRef(onBack)
  useEffect(() => {
    back.current = onBack
  })
  const decisions = useMemo(
    () =>
      createDecisions({
        undoAct: actId => api.undoAct(datasetId, actId),
        refresh: () => cache.invalidateQueries({ queryKey: keys.duplicates(datasetId) }),
        onBack: item => back.current(item),
        onTrouble: error => toast(reasonOfError(error).say, 'warning'),
      }),
    [api, cache, datasetId, toast],
  )
  const { gone, ...state } = useSyncExternalStore(decisions.subscribe, decisions.state)
  const { decide, undo } = decisions
  return { ...state, isGone: item => gone.has(nameOf(item)), decide, undo }
}
