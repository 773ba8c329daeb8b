/**
 * One moment of the index. While somebody reads it there, the log cannot be cut; so of all but a small index, what splits and
 * versions are made of is copied as it lies there, which takes some two seconds for a million pictures, and read in the copy.
 */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import type { Database } from '../database.ts'
import { workFolder } from '../files.ts'

/** With so few, everything that is asked for is worked out within half a second. */
const fewPictures = 20_000
const busyMs = 5_000

/** All that is read. What is left out, fingerprints first of all, is a third of an index. */
const tables = [
  ...['class', 'image', 'candidate', 'source', 'sighting', 'batch', 'near_pair', 'judgement', 'judged'],
  ...['split_layer', 'split_place', 'chosen_group', 'chosen_member', 'image_box', 'image_crop'],
  ...['act', 'action', 'set_aside', 'tally'],
] as const
const indexes = [
  'candidate_of_image',
  'sighting_of_candidate',
  'image_box_of_image',
  'judged_together',
  'act_merged',
] as const

/** For what may see each row at a moment of its own: nobody has to wait. @param path - of the index */
export const openReading = (path: string): Database =>
  new BetterSqlite(path, { readonly: true, timeout: busyMs })

/**
 * @param path - of the index
 * @param most - so many pictures are read in the index itself
 * @returns a connection that sees one moment, whoever writes to the index; to be closed
 */
export function openMoment(path: string, most = fewPictures): Database {
  const whole = openReading(path)
  try {
    whole.exec('BEGIN')
    const last = whole.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM image').pluck().get() ?? 0
    const copy = last > most ? copyWherePossible(path) : undefined
    if (!copy) return whole
    whole.close()
    return copy
  } catch (error) {
    whole.close()
    throw error
  }
}

/** Where there is no room for a copy, say, the log has to wait rather than the person. */
function copyWherePossible(path: string): Database | undefined {
  try {
    return copyOf(path)
  } catch {
    return undefined
  }
}

function copyOf(path: string): Database {
  // What is left there by a process that was killed is taken away by the next start of the server.
  const place = join(dirname(path), workFolder, `moment-${process.pid}`)
  rmSync(place, { force: true })
  const copy = new BetterSqlite(place, { timeout: busyMs })
  try {
    for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'foreign_keys = OFF'])
      copy.pragma(pragma)
    copy.prepare('ATTACH ? AS whole').run(path)
    copyTables(copy)
    copy.exec('DETACH whole')
    copy.pragma('query_only = ON')
    return copy
  } catch (error) {
    copy.close()
    throw error
  } finally {
    // Where the system allows it, an open file needs no name, and is gone with the process.
    if (process.platform !== 'win32') rmSync(place, { force: true })
  }
}

function copyTables(copy: Database): void {
  const sqlOf = copy.prepare<[string], string>('SELECT sql FROM whole.sqlite_schema WHERE name = ?').pluck()
  copy.transaction(() => {
    for (const name of [...tables, ...indexes]) copy.exec(sqlOf.get(name) ?? '')
    // Into a table with the same columns and indexes, rows are taken over without being looked at.
    for (const table of tables) copy.exec(`INSERT INTO main.${table} SELECT * FROM whole.${table}`)
  })()
}
