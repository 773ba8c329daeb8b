/** Decisions as they are made: gone from the screen at once, sent one after another, taken back last first. */
import type { DoneAct } from '@gleaner/shared/duplicates'
import { isAppError } from '@gleaner/shared/errors'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { useToast } from '../parts/toasts.tsx'
import { reasonOfError } from '../text/reasons.ts'

/** One thing to decide about: its view and its id there. */
export interface Item {
  readonly view: string
  readonly id: number
}
const nameOf = ({ view, id }: Item) => `${view} ${id}`

interface Made {
  /** In order of making. */
  readonly number: number
  readonly item: Item
  /** What the server made of it; `undefined` when it was refused. */
  readonly done: Promise<DoneAct | undefined>
}

export interface Decisions {
  /** Whether it was decided a moment ago and the list may still hold it. */
  readonly isGone: (item: Item) => boolean
  /** Decisions made on this page and not taken back. */
  readonly made: number
  /** Of those, how many the server has not confirmed. */
  readonly saving: number
  /** What was taken back last; nothing once something else was decided. */
  readonly takenBack: DoneAct | undefined
  readonly decide: (item: Item, send: () => Promise<DoneAct>) => void
  /** Takes the last one back, or, when none was made here, the one with this number. */
  readonly undo: (lastActId: number | undefined) => void
}

/** @param onBack - told of what has to be decided anew: taken back, or refused by the server */
export function useDecisions(datasetId: string, onBack: (item: Item) => void): Decisions {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const stack = useRef<readonly Made[]>([])
  const nextNumber = useRef(1)
  const line = useRef<Promise<unknown>>(Promise.resolve())
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [saving, setSaving] = useState(0)
  const [made, setMade] = useState(0)
  const [takenBack, setTakenBack] = useState<DoneAct>()

  const keep = useCallback((change: (made: readonly Made[]) => readonly Made[]) => {
    stack.current = change(stack.current).toSorted((a, b) => a.number - b.number)
    setMade(stack.current.length)
  }, [])
  const show = useCallback((item: Item) => {
    setGone(current => new Set([...current].filter(name => name !== nameOf(item))))
  }, [])
  const refresh = useCallback(
    () => cache.invalidateQueries({ queryKey: keys.duplicates(datasetId) }),
    [cache, datasetId],
  )

  /** Runs `work` when all before it is over; what fails is told, and answered with `undefined`. */
  const queue = useCallback(
    <T>(work: () => Promise<T>, failed: (error: unknown) => void): Promise<T | undefined> => {
      setSaving(count => count + 1)
      const run = line.current
        .then(work)
        .catch((error: unknown) => {
          toast(reasonOfError(error).say, 'warning')
          failed(error)
          return undefined
        })
        .finally(() => {
          setSaving(count => count - 1)
          void refresh()
        })
      line.current = run
      return run
    },
    [refresh, toast],
  )

  const decide = useCallback(
    (item: Item, send: () => Promise<DoneAct>) => {
      setTakenBack(undefined)
      setGone(current => new Set([...current, nameOf(item)]))
      const number = nextNumber.current++
      const refused = () => {
        keep(all => all.filter(each => each.number !== number))
        show(item)
        onBack(item)
      }
      const done = queue(send, refused)
      keep(all => [...all, { number, item, done }])
      // Once the list was read again it says itself what is decided, also what another window takes back.
      void done.then(act => act && refresh().then(() => show(item)))
    },
    [queue, keep, show, refresh, onBack],
  )

  const undo = useCallback(
    (lastActId: number | undefined) => {
      const last = stack.current.at(-1)
      keep(all => all.filter(each => each !== last))
      const takeBack = async () => {
        const actId = last ? (await last.done)?.id : lastActId
        if (actId === undefined) return
        setTakenBack(await api.undoAct(datasetId, actId))
        if (!last) return
        show(last.item)
        onBack(last.item)
      }
      const refused = (error: unknown) => {
        const isOver = isAppError(error) && error.code === 'DUPLICATES_NOT_UNDONE'
        if (last && !isOver) keep(all => [...all, last])
      }
      void queue(takeBack, refused)
    },
    [api, datasetId, queue, keep, show, onBack],
  )

  return useMemo(
    () => ({ isGone: item => gone.has(nameOf(item)), made, saving, takenBack, decide, undo }),
    [gone, made, saving, takenBack, decide, undo],
  )
}
