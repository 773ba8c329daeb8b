/** What is here already keeps no host busy: bytes a browser or a person brought are worked on as hands come free. */
import type { Pace } from '../net/pace.ts'
import { browserHost } from '../store/index.ts'

export const withoutPaceAtHome = (pace: Pace): Pace => ({
  ...pace,
  mayStart: host => (host === browserHost ? 'now' : pace.mayStart(host)),
  started: host => host !== browserHost && pace.started(host),
})
