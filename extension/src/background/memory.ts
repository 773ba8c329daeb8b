/** What the extension remembers: settings, pairing and habits for good, what a tab is about until the browser closes. */
import { PairingGrant } from '@gleaner/shared/api'
import { Candidate, Origin } from '@gleaner/shared/candidate'
import { Vocabulary } from '@gleaner/shared/collect'
import { ClassLabel, DatasetName } from '@gleaner/shared/dataset'
import { defaultPort } from '@gleaner/shared/limits'
import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/value'
import { noFilters } from '../platform/filters.ts'
import { type Destination, Filters, type RefusingHost, Run } from '../platform/message-table.ts'
import type { KeyValueStore } from '../platform/storage.ts'
import type { Pairing } from './client.ts'
import { createTurns } from './turns.ts'

const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

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
  query: Nullable(Type.String()),
  candidates: Type.Integer({ minimum: 0 }),
  batchIds: Type.Array(Type.String()),
  isUndone: Type.Boolean(),
})
export type Press = Static<typeof Press>

const Chosen = Type.Object({
  dataset: DatasetName,
  class: ClassLabel,
  /** What was searched for when it was chosen. */
  query: Nullable(Type.String()),
  /** The class is the person's own word, not the one suggested from the query. */
  isOwnWord: Type.Boolean(),
})
export type Chosen = Static<typeof Chosen>

const TabMemory = Type.Object({
  chosen: Nullable(Chosen),
  /** What was offered while nothing was chosen: what other tabs do must not change it under the person's eyes. */
  dataset: Nullable(DatasetName),
  press: Nullable(Press),
  run: Nullable(Run),
  /** A single picture whose class the person wants to choose. */
  picture: Nullable(Type.Object({ origin: Origin, candidate: Candidate })),
})
type TabMemory = Static<typeof TabMemory>
const newTab: TabMemory = { chosen: null, dataset: null, press: null, run: null, picture: null }

const RefusingHosts = Type.Array(
  Type.Object({ host: Type.String(), origins: Type.Array(Type.String()), pictures: Type.Integer() }),
)
const Yields = Type.Record(Type.String(), Type.Object({ tiles: Type.Number(), originals: Type.Number() }))

const recentsKept = 24
const filtersKept = 100
/** So many tiles make up what is usual; earlier pages count the less the more came after them. */
const tilesRemembered = 1000
/** Fewer say nothing about an engine. */
const tilesToJudge = 20

export interface Memory {
  readonly settings: () => Promise<Settings>
  readonly change: (patch: Partial<Settings>) => Promise<void>
  readonly pairing: () => Promise<Pairing | undefined>
  readonly setPairing: (pairing: Pairing | null) => Promise<void>
  readonly recents: () => Promise<readonly Destination[]>
  readonly tab: (tabId: number) => Promise<TabMemory>
  /** Remembers a choice for the tab and puts it first among the recent ones. */
  readonly choose: (tabId: number | undefined, chosen: Chosen) => Promise<void>
  readonly changeTab: (tabId: number, patch: Partial<TabMemory>) => Promise<void>
  readonly forgetTab: (tabId: number) => Promise<void>
  /** Those of the dataset, or none. */
  readonly filters: (dataset: string) => Promise<Filters>
  readonly setFilters: (dataset: string, filters: Filters) => Promise<void>
  /** Usual part of originals among the tiles of each engine, from 0 to 1; only where enough was seen. */
  readonly usualOriginals: () => Promise<Readonly<Record<string, number>>>
  readonly addYield: (engine: string, tiles: number, originals: number) => Promise<void>
  /** Hosts that refuse the server and are not open to the browser's own fetching, as last heard. */
  readonly refusingHosts: () => Promise<readonly RefusingHost[]>
  readonly setRefusingHosts: (hosts: readonly RefusingHost[]) => Promise<void>
  /** What the server last said about datasets and classes; for the time it does not run. */
  readonly vocabulary: () => Promise<Vocabulary>
  readonly setVocabulary: (vocabulary: Vocabulary) => Promise<void>
}

export function createMemory(local: KeyValueStore, session: KeyValueStore): Memory {
  async function read<S extends TSchema>(store: KeyValueStore, key: string, schema: S) {
    const value = await store.get(key)
    return Check(schema, value) ? value : undefined
  }
  const inTurn = createTurns()

  const settings = async (): Promise<Settings> => {
    const stored = await local.get('settings')
    const merged = { ...defaults, ...(typeof stored === 'object' ? stored : {}) }
    return Check(Settings, merged) ? merged : defaults
  }
  const tabKey = (tabId: number) => `tab:${tabId}`
  const tab = async (tabId: number): Promise<TabMemory> =>
    (await read(session, tabKey(tabId), TabMemory)) ?? newTab
  const changeTab = (tabId: number, patch: Partial<TabMemory>) =>
    inTurn(tabKey(tabId), async () => session.set({ [tabKey(tabId)]: { ...(await tab(tabId)), ...patch } }))
  const recents = async () => (await read(local, 'recents', Type.Array(Picked))) ?? []
  const allFilters = async () => (await read(local, 'filters', Type.Record(Type.String(), Filters))) ?? {}
  const yields = async () => (await read(local, 'yields', Yields)) ?? {}

  return {
    settings,
    change: patch =>
      inTurn('settings', async () => local.set({ settings: { ...(await settings()), ...patch } })),
    pairing: () => read(local, 'pairing', PairingGrant),
    setPairing: pairing => (pairing ? local.set({ pairing }) : local.remove(['pairing', 'vocabulary'])),
    recents,
    tab,
    changeTab,
    choose: async (tabId, chosen) => {
      const { dataset, class: label } = chosen
      await inTurn('recents', async () => {
        const others = (await recents()).filter(other => other.class !== label || other.dataset !== dataset)
        await local.set({ recents: [{ dataset, class: label }, ...others].slice(0, recentsKept) })
      })
      if (tabId !== undefined) await changeTab(tabId, { chosen })
    },
    forgetTab: tabId => inTurn(tabKey(tabId), () => session.remove([tabKey(tabId)])),

    filters: async dataset => ownOf(await allFilters(), dataset) ?? noFilters,
    setFilters: (dataset, filters) =>
      inTurn('filters', async () => {
        const others = Object.entries(await allFilters()).filter(([name]) => name !== dataset)
        const kept = [...others, [dataset, filters]].slice(-filtersKept)
        await local.set({ filters: Object.fromEntries(kept) })
      }),

    usualOriginals: async () => {
      const seen = Object.entries(await yields()).filter(([, { tiles }]) => tiles >= tilesToJudge)
      return Object.fromEntries(seen.map(([engine, { tiles, originals }]) => [engine, originals / tiles]))
    },
    addYield: (engine, tiles, originals) =>
      inTurn('yields', async () => {
        const all = await yields()
        const before = ownOf(all, engine) ?? { tiles: 0, originals: 0 }
        const sum = { tiles: before.tiles + tiles, originals: before.originals + Math.min(originals, tiles) }
        const share = Math.min(1, tilesRemembered / sum.tiles)
        const kept = { tiles: sum.tiles * share, originals: sum.originals * share }
        await local.set({ yields: { ...all, [engine]: kept } })
      }),

    refusingHosts: async () => (await read(session, 'refusing', RefusingHosts)) ?? [],
    setRefusingHosts: hosts => session.set({ refusing: hosts }),

    vocabulary: async () => (await read(local, 'vocabulary', Vocabulary)) ?? { datasets: [] },
    setVocabulary: vocabulary => local.set({ vocabulary }),
  }
}

/** Names are the person's and the pages': one of them may be `constructor`. */
const ownOf = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
