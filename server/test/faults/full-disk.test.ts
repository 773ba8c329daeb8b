/** A disk that is really full, and then is not: on a file system of twelve megabytes. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/samples.ts'
import type { FullDiskResult } from './support/full-disk.ts'
import { canMount } from './support/means.ts'
import { createCount, howMany, patience } from './support/report.ts'

const program = fileURLToPath(new URL('./support/full-disk.ts', import.meta.url))

test.skipIf(!canMount)(
  'a full disk refuses with its own code, keeps what it acknowledged, and goes on when there is room (needs unshare)',
  { timeout: patience(120_000) },
  context => {
    const count = createCount(context)
    for (let run = 0; run < howMany(1, 5); run += 1) {
      using folder = temporaryFolder()
      const { stdout, stderr } = spawnSync('unshare', ['-rm', process.execPath, program, folder.path], {
        encoding: 'utf8',
      })
      expect(stdout, stderr).not.toBe('')
      const { codes, acknowledgedBefore, acknowledgedAfter, violations } = JSON.parse(
        stdout,
      ) as FullDiskResult
      expect(acknowledgedBefore).toBeGreaterThan(20)
      count.add(`run ${run}`, [
        ...violations,
        ...(codes.join() === 'STORE_DISK_FULL' ? [] : [`codes ${codes}`]),
        ...(acknowledgedAfter > 20
          ? []
          : [`only ${acknowledgedAfter} receipts and pictures after there was room`]),
      ])
    }
    count.expectNone()
  },
)
