/** One after another for each key; work with no key in common does not wait for each other. */
export function createLocks() {
  const tails = new Map<string, Promise<unknown>>()

  const lockedOne = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (tails.get(key) === mine) tails.delete(key)
    }
  }

  /** Runs `work` when all earlier work under any of `keys` has ended, however it ended. */
  return async function locked<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    // Always taken in the same order: two holders can never wait for each other.
    const [first, ...rest] = [...new Set(keys)].sort()
    if (first === undefined) return work()
    return lockedOne(first, rest.length === 0 ? work : () => locked(rest, work))
  }
}
export type Locked = ReturnType<typeof createLocks>
