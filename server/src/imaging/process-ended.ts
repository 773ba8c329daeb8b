import type { Facts } from '@gleaner/shared/errors'

/**
 * `start`: never got ready. `crash`: ended by itself. `timeout` and `memory`: was ended by the server. `neighbour`: ended over
 * another picture, or before this one was handed over. `slow`: it goes on, but the picture before takes it so long that
 * this one had better go elsewhere.
 */
export type EndReason = 'start' | 'crash' | 'timeout' | 'memory' | 'closed' | 'neighbour' | 'slow'

/** A process did not answer what it was asked, for it has ended, or is left to what keeps it. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded'
  readonly reason: EndReason
  readonly facts: Facts

  constructor(reason: EndReason, facts: Facts = {}) {
    super(`the decoder ended: ${reason}`)
    this.reason = reason
    this.facts = facts
  }

  /** Whether it had nothing to do with the picture that was asked about. */
  get isByOthers(): boolean {
    return this.reason === 'neighbour' || this.reason === 'slow'
  }
}
