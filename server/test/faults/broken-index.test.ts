/** An index that other programs, or the disk, have been at: refused or mended, never used as if nothing were. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openHome } from '../../src/store/home.ts'
import { verifyDataset } from '../../src/store/verify.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules, temporaryFolder } from '../support/samples.ts'
import { createCount, howMany, patience } from './support/report.ts'

/** A home whose dataset holds five pictures. */
async function fill(folder: string) {
  const home = await openHome({ folder, now: Date.now })
  home.accept(clientId, makeBatch(Array.from({ length: 8 }, (_, n) => `https://a.example/${n}`)), openRules)
  const store = home.byName('Birds')
  for (let n = 0; n < 5; n += 1) {
    const lease = store?.lease('a.example', Date.now())
    if (store && lease) await store.recordImage(lease, makeImage(String(n)), makeEnd(lease))
  }
  return home
}

test('a byte that turned over in the index is found before anything is built on it', async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  ;(await fill(folder)).close()
  const path = join(folder, 'birds', 'gleaner.db')
  const whole = readFileSync(path)
  const pageBytes = 4096
  const places = howMany(30, 120)
  for (let n = 0; n < places; n += 1) {
    const bytes = Buffer.from(whole)
    // The header of a page after the first: what a torn write or a bad sector makes unreadable.
    const page = 1 + Math.floor(((whole.length / pageBytes - 2) * n) / places)
    bytes.fill(0xff, page * pageBytes, page * pageBytes + 16)
    writeFileSync(path, bytes)
    const home = await openHome({ folder, now: Date.now })
    const isRefused = home.broken().length === 1
    const { findings } = await verifyDataset(join(folder, 'birds'))
    home.close()
    const isFound = isRefused || findings.length > 0
    count.add(
      `page ${page}`,
      isFound && isRefused ? [] : [`refused: ${isRefused}, found: ${findings.length}`],
    )
  }
  count.expectNone()
})

test('a log that is gone takes only what it held; the rest is sound, and lost pictures are told', async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const home = await fill(folder)
  const copy = join(root.path, 'copy')
  // As after a power cut on a disk that lost the log: index and files as they stand, without the log.
  cpSync(folder, copy, { recursive: true })
  home.close()
  rmSync(join(copy, 'birds', 'gleaner.db-wal'), { force: true })
  rmSync(join(copy, 'birds', 'gleaner.db-shm'), { force: true })
  for (const name of ['', '.gleaner', 'birds']) chmodSync(join(copy, name), 0o700)
  const reopened = await openHome({ folder: copy, now: Date.now })
  const broken = reopened.broken().map(({ id, error }) => `${id}: ${error.message}`)
  reopened.close()
  const report = existsSync(join(copy, 'birds')) ? (await verifyDataset(join(copy, 'birds'))).findings : []
  count.add('without its log', broken.length > 0 ? [] : report.map(({ kind, at }) => `${kind} ${at}`))
  count.expectNone()
})

test('another program that writes to the index for a moment is waited for', {
  timeout: patience(60_000),
}, async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const home = await fill(folder)
  const path = join(folder, 'birds', 'gleaner.db')
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import Database from 'better-sqlite3'
       const db = new Database(process.argv[1])
       db.exec('BEGIN IMMEDIATE')
       process.stdout.write('held')
       setTimeout(() => { db.exec('COMMIT'); db.close() }, 600)`,
      path,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname },
  )
  const ended = once(holder, 'close')
  await once(holder.stdout, 'data')
  let violation: string[] = []
  try {
    home.accept(clientId, makeBatch(['https://b.example/1']), openRules)
  } catch (error) {
    violation = [String(error)]
  }
  await ended
  count.add('held for 0.6 s', violation)
  home.close()
  count.expectNone()
})

test('what another program wrote into the index is found by a look at the whole', async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  ;(await fill(folder)).close()
  const path = join(folder, 'birds', 'gleaner.db')
  copyFileSync(path, `${path}.kept`)
  for (const sql of [
    'UPDATE tally SET n = n + 1',
    "UPDATE image SET digest = replace(digest, substr(digest, 1, 1), 'e') WHERE seq = 1",
    'DELETE FROM copy WHERE image_seq = 2',
  ]) {
    copyFileSync(`${path}.kept`, path)
    const db = new Database(path)
    db.pragma('foreign_keys = OFF')
    db.exec(sql)
    db.close()
    const { findings } = await verifyDataset(join(folder, 'birds'))
    count.add(sql, findings.length > 0 ? [] : ['not found'])
  }
  count.expectNone()
  expect(existsSync(`${path}.kept`)).toBe(true)
})
