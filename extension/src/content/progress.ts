/** Keeps asking how the last collect fares while somebody sees the bar: the server may go away and come back. */
import type { RefusingHost, ServerStatus, TabProgress } from '../platform/message-table.ts'
import { unfinished } from '../platform/words.ts'

/** Milliseconds to the next question: while something moves, and while nothing does. */
const pollMs = { moving: 1_000, idle: 5_000 } as const

type Press = NonNullable<TabProgress['press']>

export interface Progress {
  /** The connection as last heard of; `null` before that. */
  readonly status: () => ServerStatus | null
  readonly press: () => TabProgress['press']
  readonly refusing: () => readonly RefusingHost[]
  /** Asks at once, and goes on asking. */
  readonly start: () => void
  /** The page shows other results. */
  readonly forget: () => void
  /** A new collect was made: nothing that was counted before belongs to it. */
  readonly begin: () => void
}

export function createProgress(deps: {
  readonly ask: () => Promise<TabProgress>
  /** Whether anybody wants to know. */
  readonly isWanted: () => boolean
  readonly wait: (pauseMs: number, then: () => unknown) => void
  readonly heard: (news: {
    /** Something came to its end, or moved on. */
    readonly hasMoved: boolean
    /** The server can be asked again after a while in which it could not. */
    readonly isBack: boolean
  }) => Promise<void>
  readonly failed: (error: unknown) => void
}): Progress {
  let last: TabProgress | undefined
  let lastCounted: Press | undefined

  async function poll(): Promise<void> {
    const before = last
    const now = await deps.ask()
    last = { ...now, press: now.press && withCounts(now.press, lastCounted) }
    if (last.press?.counts) lastCounted = last.press
    const hasMoved = JSON.stringify(before?.press) !== JSON.stringify(last.press)
    await deps.heard({ hasMoved, isBack: before?.status.code !== null && now.status.code === null })
    const isMoving = last.press !== null && unfinished(last.press) > 0 && now.status.code === null
    deps.wait(isMoving ? pollMs.moving : pollMs.idle, start)
  }

  async function start(): Promise<void> {
    if (!deps.isWanted()) return
    try {
      await poll()
    } catch (error) {
      deps.failed(error)
      deps.wait(pollMs.idle, start)
    }
  }

  return {
    status: () => last?.status ?? null,
    press: () => last?.press ?? null,
    refusing: () => last?.refusingHosts ?? [],
    start: () => deps.wait(0, start),
    forget: () => {
      last = undefined
      lastCounted = undefined
    },
    begin: () => {
      lastCounted = undefined
    },
  }
}

/** A server that has gone away cannot say what became of a collect; what it said last is still true. */
function withCounts(press: Press, counted: Press | undefined): Press {
  const isSame =
    counted !== undefined &&
    !press.isUndone &&
    (['dataset', 'class', 'engine', 'query'] as const).every(name => press[name] === counted[name]) &&
    press.candidates >= counted.candidates
  return press.counts === null && isSame ? { ...press, counts: counted.counts } : press
}
