import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSplitPlan } from '@gleaner/shared/splits'
import BetterSqlite from 'better-sqlite3'
import { beforeAll, expect, test } from 'vitest'
import { temporaryDataset } from '../../../test/support/samples.ts'
import { hold, pair } from '../../../test/support/split-set.ts'
import type { Database } from '../database.ts'
import type { ImageId } from '../types.ts'
import { lineSql } from './image-lines.ts'
import { createIndexReader, readerSql } from './index-reader.ts'
import { openMoment } from './moment.ts'
import { pinned, splitAnew, splitState } from './split-tasks.ts'
import { goneOf, writeVersion } from './write-task.ts'

const by = 'dashboard'
const plan = { ...defaultSplitPlan, folds: 3 }
/** More than there are, and fewer. */
const [direct, copied] = [1_000, 0]

async function madeUp() {
  const made = temporaryDataset()
  const { store, folder } = made
  const [one, two] = (await hold(store, 8)) as [ImageId, ImageId]
  await hold(store, 4, { label: 'wren', landingUrl: 'https://page.example/a' })
  pair(store, one, two)
  store.splits.keepTogether({ name: 'pair', imageIds: [one, two] }, by)
  store.boxes.set(one, [{ x: 1, y: 2, width: 30, height: 20, label: 'beak', author: by }])
  store.boxes.setCrop(two, { x: 0, y: 0, width: 60, height: 60 }, by)
  await store.splits.assign({ plan }, by)
  await store.versions.create({ name: 'first' }, by)
  const [first] = await store.versions.list()
  return { made, one, index: join(folder, 'gleaner.db'), folder, digest: first?.digest ?? '' }
}

let set: Awaited<ReturnType<typeof madeUp>>
beforeAll(async () => {
  set = await madeUp()
  return () => set.made[Symbol.dispose]()
})

test('what is worked out in a copy is what is worked out in the index itself, to the byte', () => {
  const { made, one, index, folder, digest } = set
  const version = { id: 1, name: 'first', path: join(folder, 'versions', `${digest}.jsonl`), digest }
  const results = [direct, copied].map(most => {
    const db = openMoment(index, most)
    const reader = createIndexReader(db)
    const path = join(folder, '.work', `written-${most}`)
    const settings = { render: made.store.settings().render, honourOptOut: true, honourRobots: true }
    try {
      const written = writeVersion(reader, {
        ...{ dataset: 'birds', onlyKept: false, path, distanceBits: 80, earlier: [version], settings },
      })
      const other = { ...plan, seed: 'other' }
      return {
        isCopy: db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'look'`).get() === undefined,
        answers: [
          ...[splitState(reader), splitAnew(reader, { plan: other, isRebalance: true })],
          ...[pinned(reader, { imageIds: [one], split: 'test' }), goneOf(reader, { versions: [version] })],
          ...[written, readFileSync(path, 'utf8')],
        ],
      }
    } finally {
      db.close()
    }
  })
  expect(results.map(({ isCopy }) => isCopy)).toEqual([false, true])
  expect(results[1]?.answers).toEqual(results[0]?.answers)
})

test('it is read by the same indexes', () => {
  const { index } = set
  const plansOf = (db: Database) =>
    [...Object.values(lineSql), ...Object.values(readerSql)].map(sql => {
      const bound = Array.from({ length: sql.match(/\?/g)?.length ?? 0 }, () => '')
      const rows = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...bound)
      return rows.map(({ detail }) => detail)
    })
  const [whole, copy] = [openMoment(index, direct), openMoment(index, copied)]
  expect(plansOf(copy)).toEqual(plansOf(whole))
  whole.close()
  copy.close()
})

test('a copy is of one moment, keeps nobody from cutting the log, and leaves no file behind', () => {
  const { index, folder } = set
  const cutLog = (reading: Database) => {
    const writer = new BetterSqlite(index, { timeout: 0 })
    try {
      writer.exec(`UPDATE image SET title = 'later'`)
      const busy = writer.prepare<[], number>('PRAGMA wal_checkpoint(TRUNCATE)').pluck().get()
      const later = reading.prepare(`SELECT count(*) FROM image WHERE title = 'later'`).pluck().get()
      return { isCut: busy === 0, later }
    } finally {
      writer.close()
      reading.close()
    }
  }
  expect(cutLog(openMoment(index, copied))).toEqual({ isCut: true, later: 0 })
  expect(readdirSync(join(folder, '.work')).filter(name => name.startsWith('moment-'))).toEqual([])
  expect(cutLog(openMoment(index, direct)), 'in the index itself').toMatchObject({ isCut: false })
})

test('where no copy can be made, the index itself is read', () => {
  const { index, folder } = set
  const inTheWay = join(folder, '.work', `moment-${process.pid}`)
  mkdirSync(inTheWay)
  const db = openMoment(index, copied)
  expect(splitState(createIndexReader(db)).classes).toHaveLength(2)
  db.close()
  rmdirSync(inTheWay)
})
