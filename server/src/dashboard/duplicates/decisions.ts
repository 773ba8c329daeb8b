/** Decisions as they are made: gone from the screen at once, sent one after another, taken back last first. */
import type { DoneAct } from '@gleaner/shared/duplicates'
import { isAppError } from '@gleaner/shared/errors'

/** One thing to decide about: its view and its id there. */
export interface Item {
  readonly view: string
  readonly id: number
  /** Its pictures: a group that was taken apart and comes back may have another number. */
  readonly imageIds?: readonly string[]
}

interface Parts {
  readonly undoAct: (actId: number) => Promise<DoneAct>
  /** Reads anew what was shown. Settles when that is over, however it ended. */
  readonly refresh: () => Promise<unknown>
  /** Told of what has to be decided anew: taken back, or refused by the server. */
  readonly onBack: (item: Item) => void
  readonly onTrouble: (error: unknown) => void
}

export interface DecisionState {
  /** Decided a moment ago; lists may still hold them. Named by {@link nameOf}. */
  readonly gone: ReadonlySet<string>
  /** Made here and not taken back. */
  readonly made: number
  /** Not confirmed by the server yet. */
  readonly saving: number
  /** What was taken back last; nothing once something else was decided. */
  readonly takenBack: DoneAct | undefined
}

interface Made {
  /** In order of making. */
  readonly number: number
  readonly item: Item
  /** What the server made of it; `undefined` when it was refused. */
  readonly done: Promise<DoneAct | undefined>
}

export const nameOf = ({ view, id }: Item): string => `${view} ${id}`

export function createDecisions({ undoAct, refresh, onBack, onTrouble }: Parts) {
  let state: DecisionState = { gone: new Set(), made: 0, saving: 0, takenBack: undefined }
  let stack: readonly Made[] = []
  let line: Promise<unknown> = Promise.resolve()
  let nextNumber = 1
  const listeners = new Set<() => void>()
  const update = (patch: Partial<DecisionState>) => {
    state = { ...state, ...patch }
    for (const listener of listeners) listener()
  }
  const keep = (made: readonly Made[]) => {
    stack = made.toSorted((a, b) => a.number - b.number)
    update({ made: stack.length })
  }
  const show = (item: Item) =>
    update({ gone: new Set([...state.gone].filter(name => name !== nameOf(item))) })

  /** Runs `work` when all before it is over. What fails is told, and answered with `undefined`. */
  function queue<T>(work: () => Promise<T>, failed: (error: unknown) => void): Promise<T | undefined> {
    update({ saving: state.saving + 1 })
    const run = line
      .then(work)
      .catch((error: unknown) => {
        onTrouble(error)
        failed(error)
        return undefined
      })
      .finally(() => update({ saving: state.saving - 1 }))
    line = run
    return run
  }

  function decide(item: Item, send: () => Promise<DoneAct>): void {
    update({ takenBack: undefined, gone: new Set([...state.gone, nameOf(item)]) })
    const number = nextNumber++
    const refused = () => {
      keep(stack.filter(each => each.number !== number))
      show(item)
      onBack(item)
    }
    const done = queue(send, refused)
    keep([...stack, { number, item, done }])
    // Once the list was read again it says itself what is decided, also what another window takes back.
    void done.then(refresh).then(() => show(item))
  }

  /** Takes the last one back, or, when none was made here, the act with this number. */
  function undo(lastActId: number | undefined): void {
    const last = stack.at(-1)
    keep(stack.filter(each => each !== last))
    const takeBack = async () => {
      const actId = last ? (await last.done)?.id : lastActId
      if (actId === undefined) return
      update({ takenBack: await undoAct(actId) })
      if (!last) return
      show(last.item)
      onBack(last.item)
    }
    const refused = (error: unknown) => {
      const isOver = isAppError(error) && error.code === 'DUPLICATES_NOT_UNDONE'
      if (last && !isOver) keep([...stack, last])
    }
    void queue(takeBack, refused).then(refresh)
  }

  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    decide,
    undo,
  }
}
