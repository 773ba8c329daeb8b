/** What the extension remembers: settings and pairing for good, choices per tab until the browser closes. */
import { PairingGrant, Vocabulary } from '@gleaner/shared/api'
import { ClassLabel, DatasetName } from '@gleaner/shared/dataset'
import { defaultPort } from '@gleaner/shared/limits'
import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/value'
import type { Destination } from '../platform/message-table.ts'
import type { KeyValueStore } from '../platform/storage.ts'
import type { Pairing } from './client.ts'

const Settings = Type.Object({
  port: Type.Integer({ minimum: 1, maximum: 65535 }),
  /** The person was told what is read and where it goes, and agreed. */
  isConsented: Type.Boolean(),
  isBarMinimised: Type.Boolean(),
})
type Settings = Static<typeof Settings>
const defaults: Settings = { port: defaultPort, isConsented: false, isBarMinimised: false }

const Picked = Type.Object({ dataset: DatasetName, class: ClassLabel })

const Press = Type.Object({
  dataset: DatasetName,
  class: ClassLabel,
  engine: Type.String(),
  query: Type.Union([Type.String(), Type.Null()]),
  candidates: Type.Integer({ minimum: 0 }),
  batchIds: Type.Array(Type.String()),
})
export type Press = Static<typeof Press>

const Chosen = Type.Object({
  dataset: DatasetName,
  class: ClassLabel,
  /** What was searched for when it was chosen. */
  query: Type.Union([Type.String(), Type.Null()]),
  /** The class is the person's own word, not the one suggested from the query. */
  isOwnWord: Type.Boolean(),
})
export type Chosen = Static<typeof Chosen>

const TabMemory = Type.Object({
  chosen: Type.Union([Chosen, Type.Null()]),
  press: Type.Union([Press, Type.Null()]),
})
type TabMemory = Static<typeof TabMemory>

const recentsKept = 24

export interface Memory {
  readonly settings: () => Promise<Settings>
  readonly change: (patch: Partial<Settings>) => Promise<void>
  readonly pairing: () => Promise<Pairing | undefined>
  readonly setPairing: (pairing: Pairing | null) => Promise<void>
  readonly recents: () => Promise<readonly Destination[]>
  readonly tab: (tabId: number) => Promise<TabMemory>
  /** Remembers a choice for the tab and puts it first among the recent ones. */
  readonly choose: (tabId: number | undefined, chosen: Chosen) => Promise<void>
  readonly setPress: (tabId: number, press: Press) => Promise<void>
  readonly forgetTab: (tabId: number) => Promise<void>
  /** What the server last said about datasets and classes; for the time it does not run. */
  readonly vocabulary: () => Promise<Vocabulary>
  readonly setVocabulary: (vocabulary: Vocabulary) => Promise<void>
}

export function createMemory(local: KeyValueStore, session: KeyValueStore): Memory {
  async function read<S extends TSchema>(store: KeyValueStore, key: string, schema: S) {
    const value = await store.get(key)
    return Check(schema, value) ? value : undefined
  }
  const lasts = new Map<string, Promise<unknown>>()
  /** One after another: of two changes at once, the second would write over what the first did not yet. */
  function inTurn<T>(key: string, change: () => Promise<T>): Promise<T> {
    const result = (lasts.get(key) ?? Promise.resolve()).then(change, change)
    lasts.set(key, result)
    const forget = () => {
      if (lasts.get(key) === result) lasts.delete(key)
    }
    result.then(forget, forget)
    return result
  }

  const settings = async (): Promise<Settings> => {
    const stored = await local.get('settings')
    const merged = { ...defaults, ...(typeof stored === 'object' ? stored : {}) }
    return Check(Settings, merged) ? merged : defaults
  }
  const tabKey = (tabId: number) => `tab:${tabId}`
  const tab = async (tabId: number): Promise<TabMemory> =>
    (await read(session, tabKey(tabId), TabMemory)) ?? { chosen: null, press: null }
  const changeTab = (tabId: number, patch: Partial<TabMemory>) =>
    inTurn(tabKey(tabId), async () => session.set({ [tabKey(tabId)]: { ...(await tab(tabId)), ...patch } }))
  const recents = async () => (await read(local, 'recents', Type.Array(Picked))) ?? []

  return {
    settings,
    change: patch =>
      inTurn('settings', async () => local.set({ settings: { ...(await settings()), ...patch } })),
    pairing: () => read(local, 'pairing', PairingGrant),
    setPairing: pairing => (pairing ? local.set({ pairing }) : local.remove(['pairing', 'vocabulary'])),
    recents,
    tab,
    choose: async (tabId, chosen) => {
      const { dataset, class: label } = chosen
      await inTurn('recents', async () => {
        const others = (await recents()).filter(other => other.class !== label || other.dataset !== dataset)
        await local.set({ recents: [{ dataset, class: label }, ...others].slice(0, recentsKept) })
      })
      if (tabId !== undefined) await changeTab(tabId, { chosen })
    },
    setPress: (tabId, press) => changeTab(tabId, { press }),
    forgetTab: tabId => inTurn(tabKey(tabId), () => session.remove([tabKey(tabId)])),
    vocabulary: async () => (await read(local, 'vocabulary', Vocabulary)) ?? { datasets: [] },
    setVocabulary: vocabulary => local.set({ vocabulary }),
  }
}
