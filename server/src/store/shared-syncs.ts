/** Makes changes in folders and files durable: one sync serves all who wait for it. */

interface Syncs {
  readonly running: Promise<void>
  /** Begins when the running one has ended. */
  next: Promise<void> | undefined
}

/**
 * @param sync - makes what is at a path now durable. After an fsync that failed, of whatever path, it is not called again
 * @returns the same for many at once. Who asks while a sync is under way waits for the next one, for that one may have
 *   begun before the change; whoever asks meanwhile waits for the same. A failure is that of all who wait, and
 *   of all who come later: tried again for them, it would only seem to work.
 */
export function createSharedSyncs(sync: (path: string) => Promise<void>): (path: string) => Promise<void> {
  const underWay = new Map<string, Syncs>()
  const syncOnce = believingOnce(sync)

  const begin = (path: string): Promise<void> => {
    const syncs: Syncs = { running: syncOnce(path), next: undefined }
    underWay.set(path, syncs)
    const forget = () => void underWay.delete(path)
    // The next one, when there is one, takes this one's place. How it ends is told to those who wait for it alone.
    syncs.running.then(() => {
      if (!syncs.next) forget()
    }, forget)
    return syncs.running
  }

  return path => {
    const syncs = underWay.get(path)
    if (!syncs) return begin(path)
    syncs.next ??= syncs.running.then(() => begin(path))
    return syncs.next
  }
}

function believingOnce(sync: (path: string) => Promise<void>): (path: string) => Promise<void> {
  let lost: { readonly error: unknown } | undefined
  return async path => {
    if (lost) throw lost.error
    try {
      await sync(path)
    } catch (error) {
      if (error instanceof Error && 'syscall' in error && error.syscall === 'fsync') lost = { error }
      throw error
    }
  }
}
