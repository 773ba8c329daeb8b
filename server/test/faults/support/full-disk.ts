/**
 * Collects on a file system of a few megabytes until it is full, makes room, and collects on, all in one process. Runs in
 * a mount namespace of its own: `unshare -rm`. Prints one JSON value: {@link FullDiskResult}.
 *
 * Usage: full-disk.ts FOLDER (empty)
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Batch } from '@gleaner/shared/collect'
import { isAppError } from '@gleaner/shared/errors'
import { openHome } from '../../../src/store/home.ts'
import { noPromises, violations } from '../../support/crash.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from '../../support/samples.ts'

export interface FullDiskResult {
  /** Codes of what failed while the disk was full. */
  readonly codes: readonly string[]
  readonly acknowledgedBefore: number
  /** Receipts and pictures after there was room again, in the same process. */
  readonly acknowledgedAfter: number
  readonly violations: readonly string[]
}

const [, , folder = ''] = process.argv
if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder]).status !== 0) process.exit(3)
const ballast = join(folder, 'ballast')
writeFileSync(ballast, Buffer.alloc(8_000_000))

const homeFolder = join(folder, 'home')
const home = await openHome({ folder: homeFolder, now: Date.now })
const promises = noPromises()
const codes = new Set<string>()
let serial = 0
const padding = 'x'.repeat(30_000)

/** One batch and one picture. @returns how much of it was acknowledged */
async function step(): Promise<number> {
  serial += 1
  let acknowledged = 0
  try {
    const batch: Batch = makeBatch([`https://a.example/${serial}`])
    home.accept(clientId, batch, openRules)
    promises.batches.set(batch.batchId, batch)
    acknowledged += 1
  } catch (error) {
    codes.add(isAppError(error) ? error.code : String(error))
  }
  const store = home.byName('Birds')
  const lease = attempt(() => store?.lease('a.example', Date.now()))
  if (!store || !lease) return acknowledged
  try {
    const result = await store.recordImage(lease, makeImage(`${serial} ${padding}`), makeEnd(lease))
    if (result.kind === 'recorded') {
      promises.images.add(result.imageId)
      acknowledged += 1
    }
  } catch (error) {
    codes.add(isAppError(error) ? error.code : String(error))
    attempt(() => store.release(lease))
  }
  return acknowledged
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    codes.add(isAppError(error) ? error.code : String(error))
    return undefined
  }
}

let acknowledgedBefore = 0
for (let failures = 0; failures < 25; ) {
  const done = await step()
  acknowledgedBefore += done
  if (done === 0) failures += 1
}
const { bavail, bsize } = statfsSync(folder)
if (bavail * bsize > 200_000) codes.add(`the disk was never full: ${bavail * bsize} bytes free`)
if (existsSync(ballast)) rmSync(ballast)
let acknowledgedAfter = 0
for (let n = 0; n < 20; n += 1) acknowledgedAfter += await step()
home.close()
const result: FullDiskResult = {
  codes: [...codes],
  acknowledgedBefore,
  acknowledgedAfter,
  violations: await violations(homeFolder, promises),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
