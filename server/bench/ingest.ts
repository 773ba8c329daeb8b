/**
 * How fast the whole pipeline is, and what it costs, each figure beside something measured in the same run. Only such
 * ratios mean anything: the speed of a machine changes with whatever else it does.
 *
 * `npm run -s bench:ingest [-- --quick] [--json] [--only share,share1600,growth,delay,batch,peak] [--rounds N]
 * [--in-flight N]`
 */
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { batchAck } from './ingest/batch-ack.ts'
import type { Bench } from './ingest/figure.ts'
import { growth } from './ingest/growth.ts'
import { loopDelay } from './ingest/loop-delay.ts'
import { peakMemory } from './ingest/peak-memory.ts'
import { startPhotoHosts } from './ingest/photo-hosts.ts'
import { shareOfLarge, shareOfSmall } from './ingest/share.ts'
import { runParts } from './run-parts.ts'

await runParts<Bench>({
  name: 'bench:ingest',
  parts: {
    share: shareOfSmall,
    share1600: shareOfLarge,
    growth,
    delay: loopDelay,
    batch: batchAck,
    peak: peakMemory,
  },
  targets: {
    shareOfBareSharp: { least: 0.9 },
    cpuRatioToBareSharp: { most: 1.1 },
    shareOfBareSharp1600: { least: 0.85 },
    cpuRatioToBareSharp1600: { most: 1.2 },
    growth100k: { most: 1.15 },
    growth1m: { most: 1.3 },
    rssAt1mMiB: { most: 572 },
    loopDelayP99Ms: { most: 10 },
    batchAckShare: { most: 0.2 },
    peakMiB24mp: { most: 953 },
  },
  rounds: { usual: 5, least: 5 },
  versions: [`sharp ${sharp.versions.sharp} (libvips ${sharp.versions.vips})`, `SQLite ${sqliteVersion()}`],
  options: { 'in-flight': { type: 'string', default: '16' } },
  prepare: async (bench, typed) => ({
    ...bench,
    inFlight: Number(typed['in-flight']),
    hosts: await startPhotoHosts(),
  }),
  told: ({ inFlight }) => ({ inFlight }),
  end: ({ hosts }) => hosts.stop(),
})

function sqliteVersion(): string {
  const db = new Database(':memory:')
  const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '?'
  db.close()
  return version
}
