/** Spares the system look-ups that are already under way. */
import type { Resolve } from './connect.ts'

/**
 * Asks once for all who ask for a name while its answer is pending. A finished answer is kept for nobody: whoever asks
 * afterwards gets a new one, and everybody judges what they get themselves, so that no name can pass as what it was before.
 */
export function shareLookups(resolve: Resolve): Resolve {
  const pending = new Map<string, ReturnType<Resolve>>()
  const ask = async (hostname: string) => resolve(hostname)
  return hostname => {
    const shared = pending.get(hostname)
    if (shared) return shared
    const asked = ask(hostname).finally(() => pending.delete(hostname))
    pending.set(hostname, asked)
    return asked
  }
}
