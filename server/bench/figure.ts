/** What every part of a benchmark gets and gives. */

export interface Bench {
  /** For files of this run; removed at its end. */
  readonly folder: string
  /** Paired rounds. */
  readonly rounds: number
  /** Fewer and smaller, for a first look. */
  readonly isQuick: boolean
  /** Tells what is going on. */
  readonly say: (line: string) => void
}

export interface Result {
  /** By name, as `--json` prints them; `null` where it cannot be measured here. */
  readonly figures: Readonly<Record<string, number | null>>
  /** What the figures were made of, for the table. */
  readonly lines: readonly string[]
}

export type Measure<Given extends Bench = Bench> = (bench: Given) => Promise<Result>

/** What a figure must reach. */
export interface Target {
  readonly most?: number
  readonly least?: number
}

/**
 * How long something takes where nothing comes in between: the best of three tries, for other processes make each of them
 * longer and none shorter.
 */
export function bestMs(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 3; tries++) {
    const startedAt = performance.now()
    work()
    best = Math.min(best, performance.now() - startedAt)
  }
  return best
}

/**
 * CPU time of this thread for doing something once: what other processes do makes it hardly longer. The system tells it
 * in steps of some milliseconds, so it is done until a hundred have gone by.
 */
export function cpuMsOf(work: (time: number) => unknown): number {
  const cpuMs = () => process.threadCpuUsage().user / 1_000 + process.threadCpuUsage().system / 1_000
  const before = cpuMs()
  let times = 0
  let spent = 0
  for (; spent < 100 || times < 2; spent = cpuMs() - before) {
    work(times)
    times += 1
  }
  return spent / times
}

/** @param share - 0 to 1 */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
