/** Undo and redo, the same on every page: of what was done last in the dataset that is looked at. */
import type { ActSummary } from '@gleaner/shared/acts'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef } from 'react'
import { useApp } from '../api/use-app.ts'
import { historyKey, isTyping } from '../parts/key-names.ts'
import { useToast } from '../parts/toasts.tsx'

export interface History {
  readonly undo: () => void
  readonly redo: () => void
}

interface Undo extends History {
  /** Puts the history of a page before that of the dataset; `null` takes it away. */
  readonly set: (history: History | null) => void
}

const nothing = () => undefined
const UndoContext = createContext<Undo>({ undo: nothing, redo: nothing, set: nothing })

/** Takes back the last act of the dataset, or does it again. */
export const useUndo = (): History => useContext(UndoContext)

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

function useHistory(datasetId: string | undefined): History {
  const { actsOf } = useApp()
  const toast = useToast()
  return useMemo(() => {
    const step = async (kind: 'undo' | 'redo', say: (act: ActSummary) => string) => {
      if (datasetId === undefined) return
      const act = await actsOf(datasetId).perform({ kind })
      if (act) toast(say(act))
    }
    return {
      undo: () => void step('undo', ({ title }) => `Undone: ${title}`),
      redo: () => void step('redo', ({ title }) => `Done again: ${title}`),
    }
  }, [datasetId, actsOf, toast])
}

interface UndoKeysProps {
  /** Whose acts are taken back; none where there is no dataset. */
  readonly datasetId: string | undefined
  readonly children: ReactNode
}

/** Listens for Ctrl+Z and its kin, wherever the focus is but in a field. */
export function UndoKeys({ datasetId, children }: UndoKeysProps) {
  const history = useHistory(datasetId)
  const own = useRef<History | null>(null)
  const set = useCallback((given: History | null) => {
    own.current = given
  }, [])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const way = historyKey(event)
      const isElsewhere =
        isTyping(event.target) || document.querySelector('[role=dialog], [role=alertdialog]')
      if (!way || event.defaultPrevented || isElsewhere) return
      event.preventDefault()
      const { undo, redo } = own.current ?? history
      if (way === 'undo') undo()
      else redo()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [history])
  const value = useMemo(() => ({ ...history, set }), [history, set])
  return <UndoContext value={value}>{children}</UndoContext>
}
