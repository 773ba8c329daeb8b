/** What every figure of the benchmark gets and gives. */
import type { PhotoHost } from './photo-hosts.ts'

export interface Bench {
  /** For files of this run; removed at its end. */
  readonly folder: string
  /** Paired rounds. */
  readonly rounds: number
  /** Pictures at a time. */
  readonly inFlight: number
  /** Fewer pictures a round, for a first look. */
  readonly isQuick: boolean
  readonly hosts: PhotoHost
  /** Tells what is going on. */
  readonly say: (line: string) => void
}

export interface Result {
  /** By name, as `--json` prints them; `null` where the system does not tell. */
  readonly figures: Readonly<Record<string, number | null>>
  /** What the figures were made of, for the table. */
  readonly lines: readonly string[]
}

export type Measure = (bench: Bench) => Promise<Result>

/** Names of figures, with what each must reach. */
export const targets: Readonly<Record<string, { readonly most?: number; readonly least?: number }>> = {
  shareOfBareSharp: { least: 0.9 },
  cpuRatioToBareSharp: { most: 1.1 },
  shareOfBareSharp1600: { least: 0.85 },
  cpuRatioToBareSharp1600: { most: 1.2 },
  growth100k: { most: 1.15 },
  growth1m: { most: 1.3 },
  rssAt1mMiB: { most: 572 },
  loopDelayP99Ms: { most: 10 },
  batchAckShare: { most: 0.2 },
  peakMiB24mp: { most: 953 },
}
