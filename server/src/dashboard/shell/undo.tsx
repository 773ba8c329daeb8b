/** Undo and redo, the same on every page: of what was done last in the dataset that is looked at. */
import type { ActSummary } from '@gleaner/shared/acts'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef } from 'react'
import { keys } from '../api/keys.ts'
import { useApp } from '../api/use-app.ts'
import { isUnderWay } from '../history/under-way.ts'
import { historyKey, isTyping } from '../parts/key-names.ts'
import { useToast } from '../parts/toasts.tsx'

export interface History {
  readonly undo: () => void
  readonly redo: () => void
}

interface Undo extends History {
  /** Puts the history of a page before that of the dataset; `null` takes it away. */
  readonly set: (history: History | null) => void
  /** Told where something was done: on pages of several datasets, that is whose acts are taken back. */
  readonly note: (datasetId: string) => void
}

const nothing = () => undefined
const UndoContext = createContext<Undo>({ undo: nothing, redo: nothing, set: nothing, note: nothing })

/** Takes back the last act of the dataset, or does it again. */
export const useUndo = (): History => useContext(UndoContext)

/** To be called with the dataset in which something is done. */
export const useNoteAct = (): ((datasetId: string) => void) => useContext(UndoContext).note

/** While the caller is shown, the keys of undo and redo are its own. */
export function useOwnUndo(history: History): void {
  const { set } = useContext(UndoContext)
  const latest = useRef(history)
  useEffect(() => {
    latest.current = history
  })
  useEffect(() => {
    set({ undo: () => latest.current.undo(), redo: () => latest.current.redo() })
    return () => set(null)
  }, [set])
}

function useHistory(target: () => string | undefined): History {
  const { actsOf } = useApp()
  const cache = useQueryClient()
  const toast = useToast()
  return useMemo(() => {
    const step = async (kind: 'undo' | 'redo', say: (act: ActSummary) => string) => {
      const datasetId = target()
      if (datasetId === undefined) return
      const act = await actsOf(datasetId).perform({ kind })
      void cache.refetchQueries({ queryKey: keys.overview })
      // One that goes on is told of when it has come to its end.
      if (act && !isUnderWay(act)) toast(say(act))
    }
    return {
      undo: () => void step('undo', ({ title }) => `Undone: ${title}`),
      redo: () => void step('redo', ({ title }) => `Done again: ${title}`),
    }
  }, [target, actsOf, cache, toast])
}

interface UndoKeysProps {
  /** The dataset the page is about; `undefined` on pages about several. */
  readonly datasetId: string | undefined
  /** Whose acts are taken back where nothing was done yet; none where there is no dataset. */
  readonly usualId: string | undefined
  readonly children: ReactNode
}

/** Listens for Ctrl+Z and its kin, wherever the focus is but in a field. */
export function UndoKeys({ datasetId, usualId, children }: UndoKeysProps) {
  const lastId = useRef<string | undefined>(undefined)
  const target = useCallback(() => datasetId ?? lastId.current ?? usualId, [datasetId, usualId])
  const note = useCallback((id: string) => {
    lastId.current = id
  }, [])
  const history = useHistory(target)
  const own = useRef<History | null>(null)
  const set = useCallback((given: History | null) => {
    own.current = given
  }, [])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const way = historyKey(event)
      const isElsewhere = isTyping(event.target) || document.querySelector('[role=alertdialog]')
      if (!way || event.defaultPrevented || isElsewhere) return
      event.preventDefault()
      const { undo, redo } = own.current ?? history
      if (way === 'undo') undo()
      else redo()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [history])
  const value = useMemo(() => ({ ...history, set, note }), [history, set, note])
  return <UndoContext value={value}>{children}</UndoContext>
}
