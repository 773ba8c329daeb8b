/** Counts as the server said them, with what is decided since laid over them. */
import { changeOf, type Judged, type MarkCounts } from './verdict.ts'

interface Step {
  readonly change: MarkCounts
  isSaved: boolean
}

const sum = (a: MarkCounts, b: MarkCounts, factor: 1 | -1): MarkCounts => ({
  none: a.none + factor * b.none,
  kept: a.kept + factor * b.kept,
  unsure: a.unsure + factor * b.unsure,
})

const nothing: MarkCounts = { none: 0, kept: 0, unsure: 0 }

/** @param ask - the counts of the server */
export function createTally(ask: () => Promise<MarkCounts>) {
  let base: MarkCounts | undefined
  let steps: readonly Step[] = []
  let shown: MarkCounts | undefined
  let isAsking = false
  let isStale = false
  const listeners = new Set<() => void>()
  const update = () => {
    shown = base && steps.reduce((counts, { change }) => sum(counts, change, 1), base)
    for (const listener of listeners) listener()
  }

  async function refresh(): Promise<void> {
    if (isAsking) {
      isStale = true
      return
    }
    isAsking = true
    try {
      do {
        isStale = false
        // What was saved before the question is in the answer.
        const included = new Set(steps.filter(({ isSaved }) => isSaved))
        base = await ask()
        steps = steps.filter(step => !included.has(step))
        update()
      } while (isStale)
    } catch {
      // Counts that are out of date harm nobody; the pictures themselves say that the server is away.
    } finally {
      isAsking = false
    }
  }

  return {
    counts: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh,
    /** @param direction - `-1` where it is taken back */
    add(judged: readonly Judged[], direction: 1 | -1, answers: readonly Promise<unknown>[]): void {
      const change = judged.reduce((counts, one) => sum(counts, changeOf(one), direction), nothing)
      const step: Step = { change, isSaved: false }
      steps = [...steps, step]
      update()
      void Promise.all(answers).then(results => {
        if (results.every(result => result !== undefined)) step.isSaved = true
        else steps = steps.filter(each => each !== step)
        void refresh()
      })
    },
  }
}
