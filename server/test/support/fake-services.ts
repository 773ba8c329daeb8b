/** Small in-memory parts in place of store and pipeline, which count every call: refusals must not reach them. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Activity, IngestSettings } from '@gleaner/shared/activity'
import { defaultIngestSettings } from '@gleaner/shared/activity'
import type { ActSummary } from '@gleaner/shared/acts'
import type { Receipt } from '@gleaner/shared/collect'
import { type DatasetSummary, type DuplicateCounts, defaultSettings } from '@gleaner/shared/dataset'
import type { DoneAct } from '@gleaner/shared/duplicates'
import type { ExportSummary } from '@gleaner/shared/exports'
import type { GalleryFacet } from '@gleaner/shared/gallery'
import type { ImageDetail } from '@gleaner/shared/image'
import type { ImportSummary } from '@gleaner/shared/imports'
import { noCounts } from '@gleaner/shared/outcome'
import type { SplitState } from '@gleaner/shared/splits'
import type { VersionSummary } from '@gleaner/shared/versions'
import { type Access, createAccess } from '../../src/access/access.ts'
import type { Dataset, Services } from '../../src/http/services.ts'
import type { Log } from '../../src/log.ts'

export interface FakeServices extends Services {
  /** Names of all calls that reached store or pipeline, reading ones too. */
  readonly calls: string[]
  /** All lines of the log. */
  readonly lines: string[]
  /** Folder of everything on disk. */
  readonly folder: string
  readonly setActivity: (change: Partial<Activity>) => void
  readonly setMayAccept: (mayAccept: boolean) => void
  /** Tells listeners that a dataset changed. */
  readonly change: (datasetId?: string) => void
  readonly listeners: Set<(datasetId?: string) => void>
  readonly clock: { nowMs: number; monotonicMs: number }
  readonly dispose: () => void
}

const plainClass = { color: null, description: '', synonyms: [], parentId: null }

export const fakeImageId = '0123456789abcdef0123'
export const fakeDatasetId = 'birds'
const fakeDigest = fakeImageId.padEnd(64, '0')

const quiet: Activity = {
  reason: 'nothing-queued',
  waitMs: null,
  isPaused: false,
  inHand: 0,
  queued: 0,
  perSecond: 0,
  remainingMs: null,
  bytesPerSecond: 0,
  maxBytesPerSecond: null,
  isLogTooLong: false,
  hostCount: 0,
  hosts: [],
}

const noSplits: SplitState = {
  ...{ plan: null, classes: [], groups: 0, pinned: 0, fresh: 0, bridging: 0, bridges: [] },
}
const noChanges = { added: 0, removed: 0, relabelled: 0, resplit: 0, rerendered: 0, reboxed: 0 }
const fakeVersion: VersionSummary = {
  ...{ id: 1, name: 'first', description: '', digest: '0'.repeat(64), createdAtMs: 0, by: 'dashboard' },
  ...{ images: 1, classes: 1, splits: { train: 1, validation: 0, test: 0, none: 0 }, sizeBytes: 1, gone: 0 },
  certificate: { distanceBits: 80, pairs: 0, byClass: [], examples: [], withEarlier: [] },
}

const noDuplicates: DuplicateCounts = { groups: 0, bursts: 0, kept: 0, conflicts: 0 }

const summary = (folder: string): DatasetSummary => ({
  id: fakeDatasetId,
  name: 'Birds',
  folder,
  createdAtMs: 1,
  images: 1,
  counts: noCounts(),
  review: noDuplicates,
  classes: [
    { id: 1, label: 'wren', folder: 'wren', images: 1, goal: null, ...plainClass, counts: noCounts() },
  ],
})

const image: ImageDetail = {
  id: fakeImageId,
  classId: 1,
  width: 2,
  height: 2,
  title: '<script>alert(1)</script>',
  isThumbnail: false,
  storedAtMs: 1,
  classLabel: 'wren',
  file: `images/wren/${fakeImageId}.jpg`,
  sizeBytes: 4,
  digest: fakeDigest,
  original: { width: 2, height: 2, format: 'png', sizeBytes: 4, digest: fakeDigest, file: null },
  perceptualHash: null,
  blockHash: null,
  qualityScore: 0,
  rights: {},
  split: null,
  isPinned: false,
  chosenGroups: [],
  sightings: [],
  attempts: [],
  nearPairs: [],
  duplicates: 0,
}

const done: DoneAct = { id: 1, act: 'keep-all', removed: 0, atMs: 1 }
const fakeDuplicates: Dataset['duplicates'] = {
  overview: () => ({ ...noDuplicates, lastAct: null }),
  counts: () => noDuplicates,
  groups: () => ({ groups: [], cursor: null }),
  group: () => undefined,
  decide: async () => done,
  conflicts: () => ({ conflicts: [], cursor: null }),
  decideConflict: async () => done,
  undo: async () => done,
  notDuplicate: async () => done,
  revive: () => 0,
}

const act: ActSummary = {
  ...{ id: 1, kind: 'mark', state: 'done', title: 'Kept 1 picture', by: 'dashboard', atMs: 1 },
  ...{ total: 1, done: 1, skipped: 0, code: null },
}
const fakeActs: Dataset['acts'] = {
  ask: async () => act,
  undo: async () => act,
  redo: async () => act,
  cancel: () => act,
  emptyTrash: async () => act,
  page: () => ({ acts: [act], cursor: null, undoId: 1, redoId: null }),
  listen: () => () => {},
  resume: () => {},
  stop: async () => {},
  idle: async () => {},
}

const fakeCounts = (facet: GalleryFacet) => ({ facet, values: [], rest: 0, total: 0 })
const fakeGallery: Dataset['gallery'] = {
  stats: async () => ({
    images: 0,
    trash: 0,
    origins: fakeCounts('origin'),
    engines: fakeCounts('engine'),
    hosts: fakeCounts('host'),
    licenses: fakeCounts('license'),
    sides: { min: 5, max: 13, counts: [0] },
    aspects: { min: -2, max: 2, counts: [0] },
    disk: { imagesBytes: 0, originalsBytes: 0, trashBytes: 0 },
    classes: [],
  }),
  page: async () => ({ images: [], offset: 0, total: 0, revision: '1.0', cursor: null }),
  facet: async ({ facet }) => ({ facet, values: [], rest: 0, total: 0 }),
  histogram: async ({ steps }) => ({ min: 0, max: 101, counts: new Array<number>(steps).fill(0) }),
  aspects: async () => ({ bytes: new Uint8Array(), revision: '1.0' }),
  count: async () => 0,
  seqsOf: async () => new Uint32Array(),
}

/** Notes the name of every function of `part` that is called. */
function counted<T extends object>(part: T, name: string, calls: string[]): T {
  return new Proxy(part, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        calls.push(`${name}.${String(key)}`)
        return Reflect.apply(value, target, args)
      }
    },
  })
}

function fakeDataset(folder: string): Dataset {
  const file = (name: string, bytes: string) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return { path, sizeBytes: bytes.length, contentType: 'image/png' }
  }
  return {
    id: fakeDatasetId,
    settings: () => defaultSettings,
    update: () => {},
    ensureClass: label => ({ id: 1, label, folder: 'wren' }),
    setGoal: () => {},
    removeImage: async () => {},
    retry: () => 0,
    cancelQueued: () => 0,
    summary: () => summary(folder),
    reasons: () => ({ reasons: [] }),
    images: () => ({ images: [], cursor: null }),
    image: id => (id === fakeImageId ? image : undefined),
    candidates: () => ({ candidates: [], cursor: null }),
    lookup: urls => urls.map(() => null),
    imageFile: id => (id === fakeImageId ? file(`${fakeImageId}.jpg`, 'JPEG') : undefined),
    originalFile: id => (id === fakeImageId ? file(`${fakeDigest}.png`, '<script>') : undefined),
    duplicates: fakeDuplicates,
    gallery: fakeGallery,
    quality: {
      nextUnmeasured: () => ({ found: undefined, lookedTo: undefined }),
      complete: () => false,
      thresholds: () => ({}),
      setThresholds: () => {},
    },
    acts: fakeActs,
    diskUse: async () => ({ indexBytes: 0, cacheBytes: 0, freeBytes: 0 }),
    views: {
      list: () => [],
      save: view => ({ ...view, id: 1 }),
      remove: () => {},
    },
    splits: {
      state: async () => noSplits,
      assign: async () => ({ assigned: 0, moved: 0, byMove: [], after: [] }),
      pin: async () => noSplits,
      together: () => [],
      keepTogether: ({ name, imageIds }) => ({ id: 1, name, imageIds }),
      letApart: () => {},
    },
    versions: {
      list: async () => [fakeVersion],
      create: async () => fakeVersion,
      summary: async () => fakeVersion,
      describe: async () => fakeVersion,
      remove: async () => {},
      diff: async (from, to) => ({ from, to, counts: noChanges, byClass: [], images: [], cursor: null }),
      open: async () => {
        throw new Error('A fake has no files.')
      },
      files: () => ({ rendered: undefined, original: undefined }),
    },
    thumbnail: async id => (id === fakeImageId ? file(`${fakeImageId}.jpg`, 'JPEG') : undefined),
  }
}

const receipt = (batchId: string): Receipt => ({
  batchId,
  datasetId: fakeDatasetId,
  classId: 1,
  accepted: 1,
  known: 0,
  refused: 0,
})

function fakeLog(lines: string[]): Log {
  const write = (level: string) => (event: string, facts?: object) => {
    lines.push(JSON.stringify({ level, event, ...facts }))
  }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

function fakeDashboard(folder: string): string {
  const dashboardFolder = join(folder, 'dashboard')
  mkdirSync(join(dashboardFolder, 'assets'), { recursive: true })
  writeFileSync(join(dashboardFolder, 'index.html'), '<!doctype html><title>shell</title>')
  writeFileSync(join(dashboardFolder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(dashboardFolder, 'assets', 'main-0a1b.js'), 'export {}')
  return dashboardFolder
}

export function createFakeServices(change: Partial<Services> = {}): FakeServices {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-http-'))
  const calls: string[] = []
  const lines: string[] = []
  const clock = { nowMs: 1_700_000_000_000, monotonicMs: 0 }
  const listeners = new Set<(datasetId?: string) => void>()
  let activity = quiet
  let ingestSettings: IngestSettings = defaultIngestSettings
  let mayAccept = true
  const access: Access = createAccess({
    folder: join(folder, '.gleaner'),
    now: () => clock.nowMs,
    monotonicNow: () => clock.monotonicMs,
    random: randomBytes,
  })
  const dataset = counted(fakeDataset(folder), 'dataset', calls)
  const home: Services['home'] = {
    datasets: () => [dataset],
    broken: () => [],
    byId: id => (id === fakeDatasetId ? dataset : undefined),
    byName: name => (name === 'Birds' ? dataset : undefined),
    create: () => dataset,
    accept: (_clientId, { batchId }) => receipt(batchId),
    undo: () => ({ candidates: 0, images: 0 }),
    progress: () => noCounts(),
  }
  const ingest: Services['ingest'] = {
    activity: () => activity,
    hosts: () => ({ hosts: [], matching: 0, total: 0 }),
    pause: () => {
      activity = { ...activity, isPaused: true, reason: 'paused' }
    },
    resume: () => {
      activity = { ...activity, isPaused: false, reason: 'nothing-queued' }
    },
    settings: () => ingestSettings,
    change: patch => {
      ingestSettings = { ...ingestSettings, ...patch }
    },
    onAct: () => () => {},
    onChange: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setAside: () => [],
    mayAccept: () => mayAccept,
    trouble: () => {},
    wake: () => {},
  }
  const browser: Services['browser'] = {
    list: () => ({ fetches: [], waiting: [] }),
    mostBytes: () => 1024,
    deliver: async () => {},
    refuse: () => {},
  }
  const imported: ImportSummary = {
    ...{ id: 1, source: '/pictures', format: 'class-folders', state: 'done', done: 1, total: 1 },
    ...{ accepted: 1, known: 0, refused: 0, skipped: {}, counts: noCounts(), notesLeft: 0, by: 'dashboard' },
    undone: 'no',
    ...{ startedAtMs: 1, endedAtMs: 2, code: null, facts: null },
  }
  const imports: Services['imports'] = {
    start: async () => ({ datasetId: fakeDatasetId, import: imported }),
    look: async () => ({ format: 'coco', pictures: 0, unnamed: 0, isWhole: true, names: [] }),
    list: async () => [imported],
    get: () => imported,
    cancel: () => imported,
    undo: () => ({ ...imported, undone: 'all' }),
    onChange: () => () => {},
    recipes: {
      write: async () => 'recipe: 1\n',
      check: () => ({ problems: [], recipe: null }),
      apply: async () => ({ datasetId: fakeDatasetId, classes: 0, recipe: { recipe: 1, dataset: 'Birds' } }),
    },
    uploads: {
      take: async () => ({ upload: '0'.repeat(32), sizeBytes: 1 }),
      pathOf: () => undefined,
      remove: async () => {},
    },
  }
  const written: ExportSummary = {
    ...{
      id: 1,
      versionId: 1,
      versionName: 'first',
      format: 'class-folders',
      container: 'folder',
      name: 'first',
    },
    ...{ state: 'done', done: 1, total: 1, secondsLeft: 0, startedAtMs: 1, endedAtMs: 2, sizeBytes: 1 },
    ...{ path: 'exports/first', proof: null, findings: [], code: null, facts: null },
  }
  const exports: Services['exports'] = {
    formats: () => [],
    preflight: async () => ({ findings: [], images: 1, classes: [], splits: {}, sizeBytes: 1, encoded: 0 }),
    begin: async () => written,
    list: () => [written],
    cancel: async () => written,
    remove: async () => {},
    onChange: () => () => {},
  }
  const rules: Services['rules'] = { judge: () => null, hostOf: url => new URL(url).hostname }
  const config: Services['config'] = {
    homeFolder: folder,
    extensionFolder: '/extension',
    dashboardFolder: fakeDashboard(folder),
    version: '0.0.0-test',
  }
  return {
    home: counted(home, 'home', calls),
    ingest: counted(ingest, 'ingest', calls),
    browser: counted(browser, 'browser', calls),
    imports: counted(
      {
        ...imports,
        uploads: counted(imports.uploads, 'uploads', calls),
        recipes: counted(imports.recipes, 'recipes', calls),
      },
      'imports',
      calls,
    ),
    exports: counted(exports, 'exports', calls),
    thumbnails: { make: async bytes => bytes },
    access,
    rules,
    config,
    log: fakeLog(lines),
    ...change,
    calls,
    lines,
    folder,
    clock,
    listeners,
    setActivity: part => {
      activity = { ...activity, ...part }
    },
    setMayAccept: allowed => {
      mayAccept = allowed
    },
    change: datasetId => {
      for (const listener of listeners) listener(datasetId)
    },
    dispose: () => {
      access.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
