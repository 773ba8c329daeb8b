import type * as figure from '../figure.ts'

/** What every figure of the benchmark of duplicates gets. */
export interface Bench extends figure.Bench {
  /** Where a page that shows pictures is to be written, if anywhere. */
  readonly page: string | undefined
}

export type Measure = figure.Measure<Bench>
