/** Makes changes in folders durable: one sync serves all who wait for it. */

interface Syncs {
  readonly running: Promise<void>
  /** Begins when the running one has ended. */
  next: Promise<void> | undefined
}

/**
 * @param sync - makes what is in the folder now durable
 * @returns the same for many at once. Who asks while a sync is under way waits for the next one, for that one may have
 *   begun before the change; whoever asks meanwhile waits for the same. A failure is that of all who wait: tried again
 *   for them, it would only seem to work.
 */
export function createFolderSyncs(sync: (path: string) => Promise<void>): (path: string) => Promise<void> {
  const underWay = new Map<string, Syncs>()

  const begin = (path: string): Promise<void> => {
    const syncs: Syncs = { running: sync(path), next: undefined }
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
