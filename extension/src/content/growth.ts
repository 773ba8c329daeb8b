/** Waits for a page to change, as long as it takes but no longer than told. */

export interface Growth {
  /** The page changed. */
  readonly tell: () => void
  /** Resolves when the page changes, or after `atMostMs`. */
  readonly next: (atMostMs: number) => Promise<void>
}

/** @param wait - calls back once after a pause in milliseconds; a new request replaces the one before */
export function createGrowth(wait: (pauseMs: number, then: () => void) => void): Growth {
  let waiting: (() => void)[] = []
  const tell = () => {
    const told = waiting
    waiting = []
    for (const go of told) go()
  }
  return {
    tell,
    next: atMostMs =>
      new Promise(resolve => {
        waiting.push(resolve)
        wait(atMostMs, tell)
      }),
  }
}
