/** For tests: storage of a browser that can be killed at any operation. */
import type { KeyValueStore } from '../platform/storage.ts'

export interface Disk {
  readonly items: Map<string, unknown>
}

export const newDisk = (): Disk => ({ items: new Map() })

/** The moment at which a worker dies: before its `operations`-th storage operation takes effect, or just after. */
export interface Death {
  readonly operations: number
  readonly isApplied: boolean
}

export interface MortalStore extends KeyValueStore {
  /** Resolves when the worker died; from then on no operation ever ends. */
  readonly died: Promise<void>
}

/** A store over `disk`, copying values as the browser does, that stops for good at `death`. */
export function openStore(disk: Disk, death?: Death): MortalStore {
  let operations = 0
  let die: () => void = () => undefined
  const died = new Promise<void>(resolve => {
    die = resolve
  })
  async function operate<T>(effect: () => T): Promise<T> {
    operations += 1
    await Promise.resolve()
    if (death && operations >= death.operations) {
      if (operations === death.operations && death.isApplied) effect()
      die()
      return new Promise<T>(() => undefined)
    }
    return effect()
  }
  return {
    died,
    get: key => operate(() => structuredClone(disk.items.get(key))),
    all: () => operate(() => structuredClone(Object.fromEntries(disk.items))),
    set: items =>
      operate(() => {
        for (const [key, value] of Object.entries(items)) disk.items.set(key, structuredClone(value))
      }),
    remove: keys =>
      operate(() => {
        for (const key of keys) disk.items.delete(key)
      }),
  }
}
