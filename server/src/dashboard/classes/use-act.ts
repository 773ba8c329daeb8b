import type { Act } from '@gleaner/shared/acts'
import { useQueryClient } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'
import { useActs } from '../api/use-app.ts'
import { isUnderWay } from '../history/under-way.ts'
import { useToast } from '../parts/toasts.tsx'
import { useNoteAct } from '../shell/undo.tsx'

/** Does something to a class, says what was done, and offers the way back. Refusals are told elsewhere. */
export function useAct(datasetId: string): (act: Act) => Promise<void> {
  const { perform } = useActs(datasetId)
  const cache = useQueryClient()
  const toast = useToast()
  const note = useNoteAct()
  return async act => {
    note(datasetId)
    const done = await perform({ kind: 'act', act })
    void cache.refetchQueries({ queryKey: keys.overview })
    // One that goes on is told of when it has come to its end.
    if (!done || isUnderWay(done)) return
    const undo = async () => {
      await perform({ kind: 'undo', actId: done.id })
      void cache.refetchQueries({ queryKey: keys.overview })
    }
    toast(done.title, 'good', { label: 'Undo', run: () => void undo() })
  }
}
