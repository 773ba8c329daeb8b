/** What a journey is made of: named stages whose ends fit together by type. */
import type { CandidateSource } from '@gleaner/shared/candidate'
import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { PaceAdvice } from '../net/pace.ts'
import type { PaceResult } from '../net/pace-result.ts'
import type { LeasedCandidate } from '../store/types.ts'
import type { FetchResult } from '../work/work.ts'
import type { OpenDataset } from './open-dataset.ts'
import type { Verdict } from './verdict.ts'

/** What every stage of one journey may know and use. */
export interface StageContext {
  readonly dataset: OpenDataset
  /** As they were when the journey began. */
  readonly settings: DatasetSettings
  readonly lease: LeasedCandidate
  /** The way to the picture this journey takes. */
  readonly source: CandidateSource
  readonly signal: AbortSignal
  /** What the request for this way did; set by the stage that makes it. */
  trip: Trip | undefined
  /** Has something done when the journey ends, however it ends. */
  readonly atEnd: (cleanUp: () => void) => void
  /** Frees the journey's place at its host; none was taken where the host was given up. */
  readonly leaveHost: ((result: PaceResult) => PaceAdvice) | undefined
}

/** A request with all its redirects, or what the person's browser brought in its place. */
export interface Trip {
  readonly startedAtMs: number
  readonly answer: FetchResult
  readonly advice: PaceAdvice
  readonly isFromBrowser: boolean
}

/** The journey ends here; the stages after this one are not run. */
export interface Stop {
  readonly kind: 'stop'
  readonly verdict: Verdict
}

export const stop = (verdict: Verdict): Stop => ({ kind: 'stop', verdict })

/** One step. Running it twice on the same input must leave the same result. */
export interface Stage<In, Out extends object> {
  readonly name: string
  /** A property, not a method: method parameters are compared loosely and would let mismatched joints through. */
  readonly run: (input: In, context: StageContext) => Promise<Out | Stop>
}

const isStop = (value: object): value is Stop => 'kind' in value && value.kind === 'stop'

/** Stages in a row: each takes what the one before it gives. */
export class Pipeline<In extends object, Out extends object> {
  readonly #run: (input: In, context: StageContext) => Promise<Out | Stop>

  private constructor(run: (input: In, context: StageContext) => Promise<Out | Stop>) {
    this.#run = run
  }

  static from<In extends object>(): Pipeline<In, In> {
    return new Pipeline<In, In>(async input => input)
  }

  through<Next extends object>(stage: Stage<Out, Next>): Pipeline<In, Next> {
    const before = this.#run
    return new Pipeline<In, Next>(async (input, context) => {
      const value = await before(input, context)
      if (isStop(value)) return value
      context.signal.throwIfAborted()
      return stage.run(value, context)
    })
  }

  /** @throws what a stage throws, and the reason of `context.signal` between two stages */
  async run(input: In, context: StageContext): Promise<Out | Stop> {
    return this.#run(input, context)
  }
}
