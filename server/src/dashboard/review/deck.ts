/**
 * Pictures under review: decided on screen at once, sent in order, taken back last first. The pictures ahead are read
 * from the server, which alone knows what is decided; what is on its way there is laid over what it says.
 */
import type { ActSummary } from '@gleaner/shared/acts'
import type { GalleryImage } from '@gleaner/shared/gallery'
import { actsFor, type Judged, type Verdict } from './verdict.ts'

type Answer = Promise<ActSummary | undefined>

/** What is asked of the server: in this order, each until it is answered. `undefined` where it refused. */
export interface Deeds {
  readonly act: (act: ReturnType<typeof actsFor>[number]['act']) => Answer
  readonly undo: (of: Answer) => Answer
  readonly redo: (of: Answer) => Answer
}

interface Parts extends Deeds {
  readonly fetchPage: (
    cursor: string | null,
  ) => Promise<{ readonly images: readonly GalleryImage[]; readonly cursor: string | null }>
  /** Whether the list still holds a picture after this was said of it. */
  readonly isListedAfter: (verdict: Verdict) => boolean
  /** Told of each step as it is made (`1`) or taken back (`-1`), with the answers that will make it true. */
  readonly onStep: (judged: readonly Judged[], direction: 1 | -1, answers: readonly Answer[]) => void
}

/** One press of a key: one picture, or a screenful. */
export interface Made {
  readonly judged: readonly Judged[]
  readonly answers: readonly Answer[]
  /** Whether the server has said yes to all of it. */
  readonly isSaved: boolean
}

export interface DeckState {
  /** Not decided, in order; the first is looked at. */
  readonly ahead: readonly GalleryImage[]
  /** Whether `ahead` is all there is. */
  readonly isComplete: boolean
  readonly isLoading: boolean
  readonly error: unknown
  /** Decided here, oldest first. */
  readonly made: readonly Made[]
  /** Taken back here, the next to do again last. */
  readonly undone: readonly Made[]
  /** What was done here last. */
  readonly last: { readonly judged: readonly Judged[]; readonly isTakenBack: boolean } | undefined
}

/** Read on when fewer are left ahead: two screenfuls of small pictures. */
const lowWater = 150

/** Taken back on screen; until the server has done so too, its lists do not hold them. */
interface Returning {
  readonly images: readonly GalleryImage[]
  isDone: boolean
}

const idsOf = (steps: readonly Made[]) => steps.flatMap(({ judged }) => judged.map(({ image }) => image.id))

export function createDeck({ fetchPage, isListedAfter, onStep, ...deeds }: Parts) {
  let state: DeckState = {
    ahead: [],
    isComplete: false,
    isLoading: false,
    error: null,
    made: [],
    undone: [],
    last: undefined,
  }
  let cursor: string | null = null
  let isStale = true
  let returning: readonly Returning[] = []
  const listeners = new Set<() => void>()
  const update = (patch: Partial<DeckState>) => {
    state = { ...state, ...patch }
    for (const listener of listeners) listener()
  }

  /** Decided here, so that a list that was asked for when `saved` had been saved must not bring them back. */
  function hiddenBy(saved: ReadonlySet<Made>): ReadonlySet<string> {
    return new Set(
      state.made.flatMap(step =>
        step.judged
          .filter(({ verdict }) => !saved.has(step) || isListedAfter(verdict))
          .map(({ image }) => image.id),
      ),
    )
  }

  /** What the server lists again was taken back elsewhere: it is nobody's to take back here. */
  function forgetTakenBack(listed: ReadonlySet<string>, saved: ReadonlySet<Made>): readonly Made[] {
    const isBack = ({ image, verdict }: Judged) => listed.has(image.id) && !isListedAfter(verdict)
    return state.made.filter(step => !(saved.has(step) && step.judged.some(isBack)))
  }

  function withReturning(listed: readonly GalleryImage[]): readonly GalleryImage[] {
    const known = new Set([...listed.map(({ id }) => id), ...idsOf(state.made)])
    const missing = returning.flatMap(({ images }) => images).filter(({ id }) => !known.has(id))
    return [...missing, ...listed]
  }

  async function readFromStart(): Promise<void> {
    isStale = false
    const saved = new Set(state.made.filter(({ isSaved }) => isSaved))
    const returned = new Set(returning.filter(({ isDone }) => isDone))
    const wanted = Math.max(lowWater, state.ahead.length)
    const listed: GalleryImage[] = []
    let next: string | null = null
    do {
      const page = await fetchPage(next)
      listed.push(...page.images)
      next = page.cursor
    } while (next !== null && listed.length < wanted)
    cursor = next
    const hidden = hiddenBy(saved)
    returning = returning.filter(back => !returned.has(back))
    const fresh = withReturning(listed.filter(({ id }) => !hidden.has(id)))
    const made = forgetTakenBack(new Set(fresh.map(({ id }) => id)), saved)
    // Whatever comes in before it, a key meets the picture that is looked at.
    const [shown] = state.ahead
    const same = fresh.find(({ id }) => id === shown?.id)
    const ahead = same ? [same, ...fresh.filter(image => image !== same)] : fresh
    update({ ahead, made, isComplete: next === null })
  }

  async function readOn(): Promise<void> {
    while (state.ahead.length < lowWater && cursor !== null && !isStale) {
      const page = await fetchPage(cursor)
      cursor = page.cursor
      const known = new Set([...state.ahead.map(({ id }) => id), ...idsOf(state.made)])
      const added = page.images.filter(({ id }) => !known.has(id))
      update({ ahead: [...state.ahead, ...added], isComplete: cursor === null })
    }
  }

  /** One chain of requests at a time; what is asked for meanwhile is left to it. */
  async function read(): Promise<void> {
    if (state.isLoading) return
    update({ isLoading: true, error: null })
    try {
      do {
        if (isStale) await readFromStart()
        await readOn()
      } while (isStale)
      update({ isLoading: false })
    } catch (error) {
      isStale = true
      update({ isLoading: false, error })
    }
  }

  const replace = (step: Made, by: Made | undefined) =>
    update({ made: state.made.flatMap(each => (each === step ? (by ?? []) : each)) })

  /** Waits for the answers to a step; what was refused has to be decided anew. */
  async function follow(step: Made): Promise<void> {
    const answers = await Promise.all(step.answers)
    if (!state.made.includes(step)) return
    if (answers.every(answer => answer !== undefined)) return replace(step, { ...step, isSaved: true })
    replace(step, undefined)
    refresh()
  }

  function put(judged: readonly Judged[], answers: readonly Answer[], undone: readonly Made[]): void {
    const step: Made = { judged, answers, isSaved: false }
    const ids = new Set(judged.map(({ image }) => image.id))
    update({
      ahead: state.ahead.filter(({ id }) => !ids.has(id)),
      made: [...state.made, step],
      undone,
      last: { judged, isTakenBack: false },
    })
    onStep(judged, 1, answers)
    void follow(step)
    if (state.ahead.length < lowWater && !state.isComplete) void read()
  }

  function awaitReturn(images: readonly GalleryImage[], answers: readonly Answer[]): void {
    const back: Returning = { images, isDone: false }
    returning = [...returning, back]
    void Promise.all(answers).then(() => {
      back.isDone = true
      refresh()
    })
  }

  /** Reads anew: something has changed. */
  function refresh(): void {
    isStale = true
    void read()
  }

  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh,
    decide(judged: readonly Judged[]): void {
      if (judged.length === 0) return
      const answers = actsFor(judged).map(({ act }) => deeds.act(act))
      put(judged, answers, [])
    },
    /** @returns whether there was anything of this page to take back */
    undo(): boolean {
      const step = state.made.at(-1)
      if (!step) return false
      const answers = step.answers.toReversed().map(of => deeds.undo(of))
      const back = step.judged.map(({ image }) => image)
      awaitReturn(back, answers)
      const ids = new Set(back.map(({ id }) => id))
      update({
        ahead: [...back, ...state.ahead.filter(({ id }) => !ids.has(id))],
        made: state.made.slice(0, -1),
        undone: [...state.undone, { ...step, answers: answers.toReversed(), isSaved: false }],
        last: { judged: step.judged, isTakenBack: true },
      })
      onStep(step.judged, -1, answers)
      return true
    },
    /** @returns whether there was anything of this page to do again */
    redo(): boolean {
      const step = state.undone.at(-1)
      if (!step) return false
      const answers = step.answers.map(of => deeds.redo(of))
      put(step.judged, answers, state.undone.slice(0, -1))
      return true
    },
  }
}
