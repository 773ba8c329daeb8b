/**
 * What a person does to pictures, as they do it: on screen at once, sent one after another, tried again under the same
 * key while the server is away, gone from the screen's memory once lists say it themselves.
 */
import type { Act, ActSummary } from '@gleaner/shared/acts'
import { isAppError } from '@gleaner/shared/errors'

/** What is asked for. Without `actId` and `of` the latest act is taken back or done again. */
export type Deed =
  | { readonly kind: 'act'; readonly act: Act }
  | {
      readonly kind: 'undo' | 'redo'
      readonly actId?: number
      /** What `perform` returned for the act, which need not be answered yet. Nothing is sent if it was refused. */
      readonly of?: Promise<ActSummary | undefined>
    }

export interface PendingDeed {
  readonly key: string
  readonly deed: Deed
  /** As the server said last; `undefined` until it has answered. */
  readonly summary: ActSummary | undefined
}

export interface ActState {
  /** Everything that lists may not show yet, oldest first: views lay it over what they read. */
  readonly pending: readonly PendingDeed[]
  /** How many the server has not answered. */
  readonly saving: number
  /** Whether no answer comes, and the first of them is tried again and again. */
  readonly isHeldUp: boolean
  /** Acts of any window or command line that go on, oldest first. */
  readonly running: readonly ActSummary[]
}

interface Parts {
  /** Asked again with the same key, it must not be done twice. `of` has become an `actId`. */
  readonly send: (deed: Deed, key: string) => Promise<ActSummary>
  /** The latest acts. */
  readonly list: () => Promise<readonly ActSummary[]>
  /** 32 hex digits nobody has used. */
  readonly newKey: () => string
  readonly later: (callBack: () => void, delayMs: number) => void
  /** Reads anew what may have changed. Settles when that is over, however it ended. */
  readonly refresh: () => Promise<unknown>
  readonly onRefused: (error: unknown, deed: Deed) => void
  /** Told of an act that went on after it had been answered, once it has come to its end: done, stopped or taken back. */
  readonly onEnded: (summary: ActSummary) => void
}

const retryMs = 1000

/** @returns `undefined` when the act it is about was refused */
async function withNumber(deed: Deed): Promise<Deed | undefined> {
  if (deed.kind === 'act' || !deed.of) return deed
  const about = await deed.of
  return about && { kind: deed.kind, actId: about.id }
}

const goesOn = ({ state }: ActSummary) => ['running', 'undoing', 'redoing'].includes(state)
const mayBeTriedAgain = (error: unknown) =>
  isAppError(error) && (error.code === 'SERVER_NOT_RUNNING' || error.code === 'PROTOCOL_RATE_LIMITED')

/** Runs `work` anew for whoever asks while it runs, once for all of them. */
function joined(work: () => Promise<unknown>): () => Promise<unknown> {
  let current: Promise<unknown> | undefined
  let next: Promise<unknown> | undefined
  const run = (): Promise<unknown> => {
    if (!current) {
      current = work().finally(() => {
        current = undefined
      })
      return current
    }
    next ??= current.then(() => {
      next = undefined
      return run()
    })
    return next
  }
  return run
}

export function createActQueue({ send, list, newKey, later, refresh, onRefused, onEnded }: Parts) {
  let state: ActState = { pending: [], saving: 0, isHeldUp: false, running: [] }
  let line: Promise<unknown> = Promise.resolve()
  /** What events said since the request under way was sent: its answer may be overtaken by them. */
  let heard = new Map<number, ActSummary>()
  /** Asked for here, or found under way when the page came, and not at their end: whoever asked waits to be told. */
  const awaited = new Set<number>()
  const readAnew = joined(refresh)
  const keysOf = new WeakMap<Promise<ActSummary | undefined>, string>()
  const listeners = new Set<() => void>()
  const update = (patch: Partial<ActState>) => {
    state = { ...state, ...patch }
    for (const listener of listeners) listener()
  }
  const forget = (isOver: (each: PendingDeed) => boolean) =>
    update({ pending: state.pending.filter(each => !isOver(each)) })

  async function sendUntilAnswered(deed: Deed, key: string): Promise<ActSummary> {
    for (;;) {
      heard = new Map()
      try {
        return await send(deed, key)
      } catch (error) {
        if (!mayBeTriedAgain(error)) throw error
        update({ isHeldUp: true })
        await new Promise<void>(resolve => later(resolve, retryMs))
      }
    }
  }

  /** Lists are asked again once an act has ended; until they have answered it is laid over what they said. */
  async function settle(isOver: (each: PendingDeed) => boolean): Promise<void> {
    const over = new Set(state.pending.filter(isOver))
    await readAnew()
    const keys = new Set([...over].map(({ key }) => key))
    forget(({ key }) => keys.has(key))
  }

  /** Takes in what the server says about an act, here or in another window. */
  function hear(summary: ActSummary): void {
    heard.set(summary.id, summary)
    const wasRunning = state.running.some(({ id }) => id === summary.id)
    const others = state.running.filter(({ id }) => id !== summary.id)
    const running = goesOn(summary) ? [...others, summary].toSorted((a, b) => a.id - b.id) : others
    const pending = state.pending.map(each =>
      each.summary?.id === summary.id && goesOn(each.summary) ? { ...each, summary } : each,
    )
    update({ running, pending })
    if (wasRunning && !goesOn(summary)) void settle(each => each.summary?.id === summary.id)
    if (!goesOn(summary) && awaited.delete(summary.id)) onEnded(summary)
  }

  function answered(key: string, answer: ActSummary): void {
    if (goesOn(answer)) awaited.add(answer.id)
    const summary = heard.get(answer.id) ?? answer
    const pending = state.pending.map(each => (each.key === key ? { ...each, summary } : each))
    update({ pending })
    hear(summary)
    if (!goesOn(summary)) void settle(each => each.key === key)
  }

  /** On screen an act that is taken back at once never was. */
  function withoutWhatIsTakenBack(deed: Deed): readonly PendingDeed[] {
    if (deed.kind !== 'undo') return state.pending
    const { actId, of } = deed
    if (of) return state.pending.filter(({ key }) => key !== keysOf.get(of))
    if (actId !== undefined) return state.pending.filter(({ summary }) => summary?.id !== actId)
    const last = state.pending.findLast(each => each.deed.kind === 'act')
    return state.pending.filter(each => each !== last)
  }

  /**
   * Does it on screen at once and on the server after all that was asked for before.
   *
   * @returns what the server says, which may go on; `undefined` when it refused, which was told
   */
  function perform(deed: Deed): Promise<ActSummary | undefined> {
    const key = newKey()
    const pending = [...withoutWhatIsTakenBack(deed), { key, deed, summary: undefined }]
    update({ pending, saving: state.saving + 1 })
    const done = line
      .then(() => withNumber(deed))
      .then(known => known && sendUntilAnswered(known, key))
      .then(
        summary => {
          update({ saving: state.saving - 1, isHeldUp: false })
          if (summary) answered(key, summary)
          else forget(each => each.key === key)
          return summary
        },
        (error: unknown) => {
          update({ saving: state.saving - 1, isHeldUp: false })
          forget(each => each.key === key)
          onRefused(error, deed)
          void readAnew()
          return undefined
        },
      )
    keysOf.set(done, key)
    line = done
    return done
  }

  /** Asks how everything stands: when a page opens, or news may have been missed. What cannot be read is told elsewhere. */
  async function catchUp(): Promise<void> {
    const acts = await list().catch(() => [])
    const shown = new Set(state.running.map(({ id }) => id))
    for (const summary of acts.filter(each => goesOn(each) || shown.has(each.id))) {
      // One that is answered at any moment is told of by whoever asked.
      if (goesOn(summary) && state.saving === 0) awaited.add(summary.id)
      hear(summary)
    }
  }

  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    perform,
    hear,
    /** Takes in what was asked for elsewhere on this page, and tells of its end. */
    follow(summary: ActSummary) {
      if (goesOn(summary)) awaited.add(summary.id)
      hear(summary)
    },
    catchUp,
  }
}
export type ActQueue = ReturnType<typeof createActQueue>
