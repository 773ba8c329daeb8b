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

  const lockedFrom = async <T>(keys: readonly string[], at: number, work: () => Promise<T>): Promise<T> => {
    const key = keys[at]
    if (key === undefined) return work()
    return lockedOne(key, at + 1 === keys.length ? work : () => lockedFrom(keys, at + 1, work))
  }

  /** Runs `work` when all earlier work under any of `keys` has ended, however it ended. */
  return async function locked<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    // Always taken in the same order: two holders can never wait for each other.
    return lockedFrom([...new Set(keys)].sort(), 0, work)
  }
}
export type Locked = ReturnType<typeof createLocks>
