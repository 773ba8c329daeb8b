/** The life of a candidate after it was acknowledged: start reading here. */
import type { Activity, HostPage, IngestSettings, IngestSettingsPatch } from '@gleaner/shared/activity'
import type { CandidateSource } from '@gleaner/shared/candidate'
import type { Log } from '../log.ts'
import type { Bandwidth } from '../net/bandwidth.ts'
import { hostKey } from '../net/judge.ts'
import type { Pace } from '../net/pace.ts'
import { type Controls, createControls } from '../store/controls.ts'
import type { BrokenDataset, DatasetStore, Home } from '../store/types.ts'
import type { Workshop } from '../work/work.ts'
import { createRate } from './activity.ts'
import { createPresence } from './browser-way.ts'
import { createChores } from './chores.ts'
import { createDatasetChores } from './dataset-chores.ts'
import type { Disk, DiskLimits } from './disk.ts'
import { createDisk, roomOn } from './disk.ts'
import type { DrainLimits } from './drain.ts'
import { createDrain, drainLimits } from './drain.ts'
import type { ActNews, ChangeListener } from './events.ts'
import { createNews } from './events.ts'
import { type HostQuery, pageOfHosts } from './hosts.ts'
import type { OpenDataset } from './open-dataset.ts'
import { openForIngest } from './open-dataset.ts'
import { createReport } from './report.ts'
import type { Robots } from './robots.ts'
import { createRota } from './rota.ts'
import { concernedBy, createSetAside } from './set-aside.ts'
import type { RetryLimits } from './settle.ts'
import { createSettle, retryLimits } from './settle.ts'
import type { StageContext } from './stage.ts'
import { Pipeline } from './stage.ts'
import { createDecodeStage } from './stages/decode.ts'
import { dedupe } from './stages/dedupe.ts'
import { createFetchStage } from './stages/fetch.ts'
import { recognise } from './stages/recognise.ts'
import { record } from './stages/record.ts'
import { render } from './stages/render.ts'
import { sameAddress } from './stages/same-address.ts'
import { createUnmask, type Unmask } from './unmask.ts'
import { withoutPaceAtHome } from './unpaced.ts'
import type { Verdict } from './verdict.ts'
import { createVisit, type VisitLimits, visitLimits } from './visit.ts'

export interface IngestParts {
  readonly home: Home
  readonly pace: Pace
  /** What comes in by the workshop; nothing is known of it unless given. */
  readonly bandwidth?: Pick<Bandwidth, 'bytesPerSecond' | 'isHoldingBack'>
  /** Who fetches, decodes and renders; closed by whoever made it. */
  readonly workshop: Pick<Workshop, 'fetch' | 'open' | 'locate'>
  /** What hosts say in their robots.txt; not asked for unless given. */
  readonly robots?: Robots
  /** Room on the disk of the home folder, unless given. */
  readonly disk?: Disk
  /** What a person decided; read from the home folder unless given. */
  readonly controls?: Controls
  /** Unix milliseconds of a clock that never goes back and is never behind that of the store. */
  readonly now: () => number
  /** From 0 up to, not including, 1; `Math.random` unless given. */
  readonly random?: () => number
  readonly log: Log
  readonly limits?: Partial<DiskLimits & DrainLimits & RetryLimits & VisitLimits>
  /** The disk cannot be trusted any more (AppError `STORE_IO`), or the program cannot: the process has to end. */
  readonly fatal: (error: unknown) => void
}

export interface Ingest {
  readonly start: () => void
  /** Finishes or gives back what is in hand, within ten seconds. */
  readonly stop: () => Promise<void>
  /** To be called when a queue changed: intake, retry, cancel. */
  readonly wake: () => void
  readonly activity: () => Activity
  /** Those with candidates queued or in hand. */
  readonly hosts: (query: HostQuery) => HostPage
  /**
   * Takes up nothing more, until {@link Ingest.resume}, also after a restart; what is in hand is brought to its end.
   *
   * @throws AppError `STORE_DISK_FULL`, `STORE_IO`
   */
  readonly pause: () => void
  readonly resume: () => void
  readonly settings: () => IngestSettings
  /** @throws AppError `STORE_DISK_FULL`, `STORE_IO` */
  readonly change: (patch: IngestSettingsPatch) => void
  /** Whether pictures and files of undone collects are being taken away. */
  readonly isTidying: () => boolean
  /** Datasets that rest because their own folders cannot be trusted just now. */
  readonly setAside: () => readonly BrokenDataset[]
  /** To be called when an extension asks what its browser is to fetch: candidates wait for it from now on. */
  readonly browserSeen: (clientId: string) => void
  /** Whether batches may be taken in: there is room on the disk, and the ingest is not stopping. */
  readonly mayAccept: () => boolean
  /** To be told of errors met while writing elsewhere: a failed sync ends everything there, too. */
  readonly trouble: (error: unknown) => void
  /** @returns how to stop listening */
  readonly onChange: (listener: ChangeListener) => () => void
  /** How acts stand while they go on, and when they end. @returns how to stop listening */
  readonly onAct: (listener: ActNews) => () => void
}

/** The journey of one candidate along one way. Swapping two lines does not compile. */
function journey(
  { workshop, pace, robots, now, limits }: IngestParts,
  unmask: Unmask,
): (context: StageContext) => Promise<Verdict> {
  const visit = createVisit({ workshop, pace, robots, limits: { ...visitLimits, ...limits } })
  const stages = Pipeline.from<CandidateSource>()
    .through(sameAddress) // stops: the same address, but for tracking and size, is held, or its picture was removed
    .through(createFetchStage({ visit, now })) // → bytes and their digest; nothing believed yet
    .through(unmask.byBytes) // stops: its host sends it in place of others
    .through(recognise) // stops: the very file is held, or was removed
    .through(createDecodeStage(workshop)) // → size, perceptual hash; the raster stays with the worker
    .through(unmask.byLook) // stops: its host sends one like it in place of others
    .through(dedupe) // stops: the same pixels or the same picture is held, or was removed
    .through(render) // → the file as the dataset wants it
    .through(record) // → one transaction: files in place, row, provenance
  return async context => {
    const end = await stages.run(context.source, context)
    const verdict = end.kind === 'stop' ? end.verdict : end
    return verdict.kind === 'duplicate' ? unmask.judge(verdict, context) : verdict
  }
}

const watchEveryMs = 60_000
const unmeasured = { bytesPerSecond: () => 0, isHoldingBack: () => false }

/** Joins queue, hosts, stages and store, and keeps them going. */
export function createIngest(given: IngestParts): Ingest {
  const parts = { ...given, pace: withoutPaceAtHome(given.pace) }
  const { home, pace, now, random = Math.random, log } = parts
  const { controls = createControls(home.serverFolder), bandwidth = unmeasured } = parts
  const limits = { ...drainLimits, ...retryLimits, ...parts.limits }
  const { disk = createDisk({ room: () => roomOn(home.folder), now, limits }) } = parts
  const opened = new Map<string, OpenDataset>()
  let datasets: readonly OpenDataset[] = []
  const closing = new AbortController()
  /** Datasets whose acts are listened to. */
  const followed = new WeakSet<DatasetStore>()
  const follow = (store: DatasetStore) => {
    if (followed.has(store)) return
    followed.add(store)
    store.acts.listen({
      changed: act => {
        acts.emit(store.id, act)
        if (act.state === 'running' || act.state === 'undoing' || act.state === 'redoing') return
        changes.emit(store.id)
        chores.wake()
      },
      trouble,
    })
    store.acts.resume()
  }
  const open = (store: DatasetStore) =>
    openForIngest(store, {
      signal: closing.signal,
      ready: () => lookForWork(),
      failed: error => {
        // Tried again when something is collected or retried.
        opened.delete(store.id)
        log.error('looks-unread', { dataset: store.id, reason: String(error) })
        trouble(error)
      },
      unsaved: error => log.warn('looks-unsaved', { dataset: store.id, reason: String(error) }),
    })
  /** Listing and opening datasets is not free, so it is done when there may be new ones. */
  const findDatasets = () => {
    datasets = home.datasets().map(store => {
      follow(store)
      const known = opened.get(store.id) ?? open(store)
      opened.set(store.id, known)
      return known
    })
  }

  const aside = createSetAside(now)
  const isAtWork = (dataset: OpenDataset) => dataset.isReady() && !aside.isResting(dataset.store.id)
  const changes = createNews<Parameters<ChangeListener>>()
  const acts = createNews<Parameters<ActNews>>()
  const rate = createRate(now)
  const rota = createRota(() => datasets.filter(isAtWork), pace, now)
  const presence = createPresence(now)
  const settle = createSettle({ now, random, hostKey, limits, isBrowserHere: presence.isAnyHere })
  const drain = createDrain({
    ...{ rota, pace, disk, aside, settle, now, log, limits },
    travel: journey(
      parts,
      createUnmask(() => lookForWork()),
    ),
    isPaused: controls.isPaused,
    ended: rate.mark,
    changed: datasetId => {
      if (opened.get(datasetId)?.store.duplicates.isUngrouped()) chores.wake()
      changes.emit(datasetId)
    },
    tidy: () => chores.wake(),
    fatal: parts.fatal,
  })
  const lookForWork = () => {
    findDatasets()
    rota.refresh()
    drain.wake()
  }
  const trouble = (error: unknown) => drain.trouble(error, concernedBy(error, datasets))
  const choreOf = createDatasetChores({
    workshop: parts.workshop,
    isIdle: () => drain.inHand() === 0,
  })
  const chores = createChores({
    stores: () => datasets.filter(({ store }) => !aside.isResting(store.id)).map(choreOf),
    tidied: datasetId => {
      aside.clear(datasetId)
      changes.emit(datasetId)
      lookForWork()
    },
    trouble,
  })

  const isAllAside = () => {
    const waiting = datasets.filter(({ store }) => store.counts().queued > 0)
    return waiting.length > 0 && waiting.every(({ store }) => aside.isResting(store.id))
  }
  const report = createReport({
    ...{ drain, rota, pace, bandwidth, controls, rate, now },
    disk: { hindrance: () => disk.hindrance() ?? (isAllAside() ? 'rights' : undefined) },
    queued: () => datasets.reduce((sum, { store }) => sum + store.counts().queued, 0),
    isLogTooLong: home.isLogTooLong,
    waitingForBrowser: () => {
      const sinceMs = now() - limits.browserWaitMs
      return datasets.reduce((sum, { store }) => sum + store.waitingForBrowser(sinceMs), 0)
    },
  })

  let watch: NodeJS.Timeout | undefined
  return {
    start: () => {
      findDatasets()
      watch = setInterval(() => {
        const { reason, queued, inHand } = report.activity()
        if (queued + inHand > 0 && rate.perSecond() === 0) log.warn('idle', { reason, queued, inHand })
        chores.wake()
      }, watchEveryMs)
      watch.unref()
      drain.wake()
    },
    stop: async () => {
      clearInterval(watch)
      closing.abort()
      const stores = home.datasets()
      await Promise.all([
        drain.stop(),
        chores.stop(limits.graceMs),
        ...stores.map(({ acts: ofStore }) => ofStore.stop()),
      ])
    },
    wake: () => {
      lookForWork()
      chores.wake()
    },
    activity: report.activity,
    hosts: query => pageOfHosts(report.hosts(), query),
    pause: controls.pause,
    resume: () => {
      controls.resume()
      drain.wake()
    },
    settings: controls.settings,
    change: controls.change,
    isTidying: chores.isBusy,
    setAside: aside.all,
    browserSeen: presence.seen,
    mayAccept: () => !drain.isStopping() && disk.mayAccept(),
    trouble,
    onChange: changes.on,
    onAct: acts.on,
  }
}
