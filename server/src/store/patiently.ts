import { setTimeout as pause } from 'node:timers/promises'

/** Virus scanners and indexers hold files for moments. */
export async function patiently<T>(work: () => T | Promise<T>): Promise<T> {
  for (const waitMs of [20, 60, 180]) {
    try {
      return await work()
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code !== 'EPERM' && code !== 'EBUSY' && code !== 'EACCES') throw error
      await pause(waitMs)
    }
  }
  return work()
}
