import type { EventHub } from './events.ts'
import type { UndoneBatches } from './intake.ts'
import type { Services } from './services.ts'

/** What every route plugin is given. */
export interface RouteDeps extends Services {
  readonly hub: EventHub
  readonly undone: UndoneBatches
  /** Whether an extension has greeted this server since it started. */
  readonly extension: { isSeen: boolean }
}
