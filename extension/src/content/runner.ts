/** Collects on by itself: hands over what a screen holds, scrolls, and stops for a reason. What a person started only. */
import type { Candidate } from '@gleaner/shared/candidate'
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Run } from '../platform/message-table.ts'
import { codeOf } from '../platform/refusal.ts'
import { step, type Tally, tallyOf } from './run.ts'

/** How a run came to its end. */
export interface RunEnd {
  readonly found: number
  readonly wanted: number
  /** Why it did not find all; `null` when it did, or when the person stopped it. */
  readonly code: ErrorCode | null
}

/** What the page holds just now. */
export interface Look {
  /** Originals the dataset would gain by, and which were not handed over yet. */
  readonly fresh: readonly Candidate[]
  /** Number of results seen on the page so far. */
  readonly candidates: number
}

export interface RunPage {
  readonly look: () => Promise<Look>
  readonly tiles: () => readonly Element[]
  readonly isChallenge: () => boolean
  /** Moves one screen on. @returns whether that was the end of the page */
  readonly scrollOn: () => boolean
  /** Resolves when the page changed, or after so many milliseconds. */
  readonly changed: (atMostMs: number) => Promise<void>
}

export interface Patience {
  /** For a screen in the middle of the page. */
  readonly onTheWayMs: number
  /** For the engine to bring more at the end of the page. */
  readonly atTheEndMs: number
  /** Between two looks whether a challenge was solved. */
  readonly challengeMs: number
}

export interface Runner {
  /** Goes on until the run is over; see {@link RunEnd}. Does nothing while there is one. */
  readonly go: (run: Run) => Promise<void>
  readonly stop: () => void
  readonly current: () => Run | null
}

export function createRunner(deps: {
  readonly page: RunPage
  /** @returns how many were taken: none once the person has taken the collect back, which ends the run */
  readonly handOver: (
    run: Run,
    candidates: readonly Candidate[],
    continues: boolean,
  ) => Promise<{ readonly candidates: number }>
  /** Keeps the run for the case that the page goes away; `null` when it is over. */
  readonly remember: (run: Run | null) => Promise<unknown>
  /** The run has moved on. */
  readonly drawn: () => void
  readonly ended: (end: RunEnd) => void
  readonly patience: Patience
  readonly nowMs: () => number
}): Runner {
  const { page, patience, nowMs } = deps
  let run: Run | null = null
  let isStopped = false
  let seenTiles = new WeakSet<Element>()

  async function become(next: Run): Promise<void> {
    run = next
    deps.drawn()
    await deps.remember(next)
  }

  function unseenTiles(): readonly Element[] {
    return page.tiles().filter(tile => !seenTiles.has(tile))
  }

  /** Waits for as long as the engine wants to know whether a person is searching. */
  async function passChallenge(at: Run): Promise<Run> {
    if (!page.isChallenge()) return at
    await become({ ...at, state: 'paused' })
    while (!isStopped && page.isChallenge()) await page.changed(patience.challengeMs)
    const running: Run = { ...at, state: 'running' }
    if (!isStopped) await become(running)
    return running
  }

  /** Looks until there is something new on the page, or for as long as is worthwhile. */
  async function lookForMore(candidates: number, atMostMs: number): Promise<Look> {
    const endMs = nowMs() + atMostMs
    for (;;) {
      const look = await page.look()
      const leftMs = endMs - nowMs()
      const isMore = look.fresh.length > 0 || look.candidates > candidates || unseenTiles().length > 0
      if (isMore || leftMs <= 0 || isStopped || page.isChallenge()) return look
      await page.changed(leftMs)
    }
  }

  async function walk(begin: Run): Promise<ErrorCode | null> {
    let at = begin
    let tally: Tally = tallyOf(begin)
    let candidates = 0
    let isAtEnd = false
    let isFirst = true
    for (;;) {
      at = await passChallenge(at)
      const waitMs = isFirst ? 0 : isAtEnd ? patience.atTheEndMs : patience.onTheWayMs
      isFirst = false
      const look = await lookForMore(candidates, waitMs)
      if (isStopped) return null
      if (page.isChallenge()) continue
      const portion = look.fresh.slice(0, at.wanted - at.found)
      if (portion.length > 0 && (await deps.handOver(at, portion, at.found > 0)).candidates === 0) return null
      const tiles = unseenTiles()
      for (const tile of tiles) seenTiles.add(tile)
      const screen = {
        originals: portion.length,
        candidates: look.candidates - candidates,
        tiles: tiles.length,
        isAtEnd,
      }
      candidates = look.candidates
      const next = step(tally, screen)
      tally = next.tally
      at = { ...at, found: tally.found, barren: tally.barren }
      await become(at)
      if (next.kind === 'stop') return next.code
      if (isStopped) return null
      isAtEnd = page.scrollOn()
    }
  }

  return {
    go: async begin => {
      if (run) return
      run = { ...begin, state: 'running' }
      isStopped = false
      seenTiles = new WeakSet()
      let code: ErrorCode | null
      try {
        code = await walk(run)
      } catch (error) {
        code = codeOf(error)
      }
      const { found, wanted } = run
      run = null
      await deps.remember(null).catch(() => undefined)
      deps.ended({ found, wanted, code })
    },
    stop: () => {
      isStopped = true
    },
    current: () => run,
  }
}
