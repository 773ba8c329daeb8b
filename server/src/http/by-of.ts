import type { Caller } from './plugins/auth.ts'

/** Who asked, for the history a person reads. */
export const nameOf = (caller: Caller): string => {
  if (caller.kind === 'owner') return caller.by === 'session' ? 'dashboard' : 'command line'
  return caller.kind
}

/** Who asked, for the log: a dashboard (`session`), the command line (`token`), or a kind of caller that is not the owner. */
export const byOf = (caller: Caller): string => (caller.kind === 'owner' ? caller.by : caller.kind)
