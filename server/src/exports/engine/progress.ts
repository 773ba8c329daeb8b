/** How far an export has come, and how long it will take, in parts as large as writing one picture. */

/** Making a picture takes about as long as writing so many, and so does comparing it with others. */
const madeWeight = 10
/** Before that, a guess would be a wild one. */
const leastMs = 1_500

export interface Progress {
  readonly made: () => void
  readonly written: () => void
  readonly proved: () => void
  readonly packed: (files: number) => void
  readonly state: () => { readonly done: number; readonly total: number; readonly secondsLeft: number | null }
}

/** @param now - monotonic milliseconds */
export function createProgress(
  {
    images,
    encoded,
    isPacked,
    isRecounted = false,
  }: {
    readonly images: number
    readonly encoded: number
    readonly isPacked: boolean
    /** Whether the proof looks at every picture. */
    readonly isRecounted?: boolean
  },
  now: () => number,
): Progress & { readonly known: (isMade: boolean) => void } {
  const provedWeight = isRecounted ? 1 + madeWeight : 1
  const total = encoded * madeWeight + images * (1 + provedWeight + (isPacked ? 1 : 0))
  let done = 0
  /** What an earlier process had done says nothing of the pace of this one. */
  let given = 0
  let packed = 0
  const beganAtMs = now()
  const add = (parts: number): void => {
    done = Math.min(total, done + parts)
  }
  return {
    known: isMade => {
      const parts = isMade ? madeWeight : 0
      given += parts
      add(parts)
    },
    made: () => add(madeWeight),
    written: () => add(1),
    proved: () => add(provedWeight),
    packed: files => {
      const news = Math.min(images, files) - packed
      packed += Math.max(0, news)
      add(Math.max(0, news))
    },
    state: () => {
      const passedMs = now() - beganAtMs
      const own = done - given
      const isKnown = passedMs >= leastMs && own > 0
      return {
        done,
        total,
        secondsLeft: isKnown ? Math.ceil(((total - done) * passedMs) / own / 1000) : null,
      }
    },
  }
}
