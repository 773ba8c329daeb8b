/** Composition root: opens the data folder, puts the parts together, listens, and takes everything apart again. */
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { FastifyInstance } from 'fastify'
import { createAccess } from './access/access.ts'
import { openCopyCount } from './cli/duplicates/straddling.ts'
import { createDueClock } from './clock.ts'
import type { Config } from './config.ts'
import { createExports } from './exports/exports.ts'
import { buildApp } from './http/app.ts'
import { createDecoders } from './imaging/decoders.ts'
import { createPictureMaker } from './imaging/picture-maker.ts'
import { createThumbnails } from './imaging/thumbnails.ts'
import { createImports } from './imports/imports.ts'
import type { Log } from './log.ts'
import { createBandwidth } from './net/bandwidth.ts'
import { createProductionFetcher, type Fetcher } from './net/fetch.ts'
import { hostKey, judgeUrl } from './net/judge.ts'
import { createPace, type Pace } from './net/pace.ts'
import { createBrowserFetching } from './pipeline/browser-fetching.ts'
import { createIngest, type IngestParts } from './pipeline/ingest.ts'
import { createRobots } from './pipeline/robots.ts'
import { createControls } from './store/controls.ts'
import { type BrokenDataset, type IntakeRules, openHome, type RecoveryReport } from './store/index.ts'
import { createLocalWorkshop } from './work/local.ts'

/** Parts a test puts in the place of the real ones. The command line passes none, and nothing else reaches them. */
export interface Seams {
  readonly fetcher?: Fetcher
  readonly pace?: Pace
  readonly judge?: IntakeRules['judge']
  readonly ingestLimits?: IngestParts['limits']
}

export interface RunningServer {
  readonly config: Config
  /** The port it listens on, also when the system chose it. */
  readonly port: number
  /** What the start mended, by dataset id. */
  readonly recovered: Readonly<Record<string, RecoveryReport>>
  /** Datasets that could not be opened. */
  readonly broken: readonly BrokenDataset[]
  /** A fresh link that opens the dashboard once. */
  readonly dashboardLink: () => string
  /** Calls back when the disk can no longer be trusted and the process has to end. */
  readonly onFatal: (listener: (error: unknown) => void) => void
  /** Finishes or gives back what is in hand, and lets go of folder and port. Safe to call twice. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a server.
 *
 * @throws AppError `CONFIG_HOME_UNSAFE`, `CONFIG_ALREADY_RUNNING`, `CONFIG_PORT_TAKEN`
 */
export async function startServer(config: Config, log: Log, seams: Seams = {}): Promise<RunningServer> {
  const undo: Step[] = []
  let ending: Promise<void> | undefined
  const takeApart = () => {
    ending ??= undoAll(undo, log)
    return ending
  }
  try {
    return await assemble(config, log, seams, undo, takeApart)
  } catch (error) {
    await takeApart()
    throw error
  }
}

type Step = () => unknown

/** Takes every step, last first: one that fails must not keep the lock from being let go. */
async function undoAll(undo: readonly Step[], log: Log): Promise<void> {
  for (const step of undo.toReversed()) {
    try {
      await step()
    } catch (error) {
      log.error('stop-failed', { reason: String(error) })
    }
  }
}

async function assemble(
  config: Config,
  log: Log,
  seams: Seams,
  undo: Step[],
  takeApart: () => Promise<void>,
): Promise<RunningServer> {
  const home = await openHome({ folder: config.home, now: Date.now, notice: log.warn })
  undo.push(home.close)
  const announcement = join(home.serverFolder, 'server.json')
  rmSync(announcement, { force: true }) // of a server that was killed: whoever has its port by now is not us
  for (const { id, error } of home.broken()) log.error('dataset-broken', { id, reason: error.message })

  const access = createAccess({
    folder: home.serverFolder,
    now: Date.now,
    monotonicNow: () => performance.now(),
    random: randomBytes,
  })
  undo.push(access.close)

  const controls = createControls(home.serverFolder)
  const bandwidth = createBandwidth({
    now: () => performance.now(),
    maxBytesPerSecond: () => controls.settings().maxBytesPerSecond,
  })
  const decoders = createDecoders()
  const workshop = createLocalWorkshop({
    fetcher: seams.fetcher ?? createProductionFetcher(config, bandwidth),
    decoders,
  })
  undo.push(workshop.close)
  await decoders.ready()

  const fatal = new Set<(error: unknown) => void>()
  const ingest = createIngest({
    home,
    workshop,
    controls,
    bandwidth,
    robots: createRobots({ now: () => performance.now() }),
    pace: seams.pace ?? createPace({ now: () => performance.now(), random: Math.random }),
    now: createDueClock(Date.now, () => performance.now()),
    log,
    ...(seams.ingestLimits && { limits: seams.ingestLimits }),
    fatal: error => {
      log.error('fatal', { reason: String(error) })
      for (const listener of fatal) listener(error)
    },
  })

  const browser = createBrowserFetching({ home, ingest })
  const rules: IntakeRules = { judge: seams.judge ?? judgeUrl, hostOf: hostKey }
  const imports = createImports({ home, ingest, rules, log })
  const maker = createPictureMaker()
  undo.push(maker.close)
  const exports = createExports({
    datasets: home.datasets,
    maker,
    countCopies: openCopyCount,
    now: () => performance.now(),
    trouble: error => log.error('export-failed', { reason: String(error) }),
  })
  const thumbnails = createThumbnails()
  undo.push(thumbnails.close)
  const app = buildApp({
    home,
    ingest,
    browser,
    imports,
    exports,
    thumbnails,
    access,
    rules,
    config: { ...config, homeFolder: config.home },
    log,
  })
  // Together: what is in hand is brought to its end while slow senders are waited for. Both have bounds of their own.
  undo.push(() => Promise.all([exports.stop(), imports.stop(), ingest.stop(), app.close()]))
  const port = await listen(app, config.port)
  writeFileSync(announcement, JSON.stringify({ port, pid: process.pid }), { mode: 0o600 })
  undo.push(() => rmSync(announcement, { force: true }))

  ingest.start()
  imports.resume()
  exports.start()
  log.info('started', { port })
  return {
    config,
    port,
    recovered: Object.fromEntries(home.recovered),
    broken: home.broken(),
    dashboardLink: () => `http://127.0.0.1:${port}/#key=${access.sessions.issueLink()}`,
    onFatal: listener => fatal.add(listener),
    stop: takeApart,
  }
}

async function listen(app: FastifyInstance, port: number): Promise<number> {
  try {
    const address = new URL(await app.listen({ host: '127.0.0.1', port }))
    return Number(address.port)
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    throw isTaken ? new AppError('CONFIG_PORT_TAKEN', { port }, { cause }) : cause
  }
}
