import type * as figure from '../figure.ts'
import type { PhotoHost } from './photo-hosts.ts'

/** What every figure of the benchmark of the pipeline gets. */
export interface Bench extends figure.Bench {
  /** Pictures at a time. */
  readonly inFlight: number
  readonly hosts: PhotoHost
}

export type Measure = figure.Measure<Bench>
