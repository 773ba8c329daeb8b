import browser from 'webextension-polyfill'

/** A key-value store of the browser. `set` is all or nothing and durable once its promise has resolved. */
export interface KeyValueStore {
  readonly get: (key: string) => Promise<unknown>
  readonly all: () => Promise<Readonly<Record<string, unknown>>>
  readonly set: (items: Readonly<Record<string, unknown>>) => Promise<void>
  readonly remove: (keys: readonly string[]) => Promise<void>
}

const over = (area: () => browser.Storage.StorageArea): KeyValueStore => ({
  get: async key => (await area().get(key))[key],
  all: () => area().get(null),
  set: items => area().set({ ...items }),
  remove: keys => area().remove([...keys]),
})

/** Outlives the browser. */
export const localStore = over(() => browser.storage.local)
/** Outlives the background worker, not the browser. */
export const sessionStore = over(() => browser.storage.session)

/** Keeps content scripts, and whatever took one over, away from the token. Firefox has no such switch. */
export async function keepPagesOut(): Promise<void> {
  const area = browser.storage.local as {
    setAccessLevel?: (access: { accessLevel: string }) => Promise<void>
  }
  await area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })
}
