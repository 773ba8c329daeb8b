import { foldTypedCode, isSameSecret, newTypedCode, type RandomBytes } from './secret.ts'

/** How long a code is good for. */
export const pairingLifeMs = 120_000
/** Wrong tries that end a pairing. */
export const pairingTries = 5

export interface Pairing {
  /** Shows a new code; an earlier one is void from now on. */
  readonly open: () => { readonly code: string; readonly expiresInMs: number }
  readonly close: () => void
  /** Takes a code as typed. The right one can be used once. */
  readonly claim: (typed: string) => 'granted' | 'wrong' | 'closed'
}

interface Deps {
  /** Milliseconds of a clock that nobody can set: a changed wall clock must not prolong a code. */
  readonly monotonicNow: () => number
  readonly random: RandomBytes
}

/** At most one pairing at a time, kept in memory: a restart ends it. */
export function createPairing({ monotonicNow, random }: Deps): Pairing {
  let current: { readonly code: string; readonly endsAtMs: number; triesLeft: number } | undefined

  return {
    open() {
      const code = newTypedCode(random)
      current = {
        code: foldTypedCode(code),
        endsAtMs: monotonicNow() + pairingLifeMs,
        triesLeft: pairingTries,
      }
      return { code, expiresInMs: pairingLifeMs }
    },
    close() {
      current = undefined
    },
    claim(typed) {
      if (current && monotonicNow() >= current.endsAtMs) current = undefined
      if (!current) return 'closed'
      if (isSameSecret(foldTypedCode(typed), current.code)) {
        current = undefined
        return 'granted'
      }
      current.triesLeft--
      if (current.triesLeft === 0) current = undefined
      return 'wrong'
    },
  }
}
