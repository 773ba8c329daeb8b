/** An index of any number of made-up pictures, as years of collecting would leave it; without files. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { qualityMeasures } from '@gleaner/shared/quality'
import { splitNames } from '@gleaner/shared/splits'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { openDataset } from '../../src/store/dataset-store.ts'

export interface Synthetic {
  /** Folder of the dataset, not there yet. */
  readonly folder: string
  readonly pictures: number
  /** Pictures of class 1; the others share what is left. */
  readonly inFirstClass: number
}

const classCount = 100
const batchCount = 2_000
/** The one act that split them. */
const splitLayer = 1
const hostCount = 20_000
const engines = ['bing', 'google', 'yandex', 'duckduckgo', 'flickr', 'unsplash', 'page']
const licenses = ['CC0', 'CC BY 4.0', 'CC BY-SA 4.0', 'CC BY-NC 2.0', 'Editorial use only']
const syllables = [
  'ro',
  'bin',
  'wren',
  'gar',
  'den',
  'li',
  'mo',
  'ka',
  'tu',
  'sel',
  'fin',
  'per',
  'ba',
  'nu',
  'vo',
  'shi',
]
const vocabulary = Array.from({ length: hostCount }, (_, number) => wordOf(number))
/** One file of each picture. */
export const syntheticFile = Buffer.from('not a jpg')

/** Well spread whole numbers below `below`, the same in every run. */
export function createDice(seed = 1) {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * below)
  }
}
type Dice = ReturnType<typeof createDice>

/** Small numbers are the frequent ones. */
const skewed = (dice: Dice, below: number) => Math.floor((dice(1_000) / 1_000) ** 3 * below)

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
export const syntheticId = (seq: number) => hex(seq * 2_654_435_761, 20)

const word = (dice: Dice, most = 4_000) => vocabulary[skewed(dice, most)] ?? ''

function wordOf(given: number): string {
  let number = given
  let text = ''
  do {
    text += syllables[number % syllables.length] ?? ''
    number = Math.floor(number / syllables.length)
  } while (number > 0)
  return text
}

/** Makes the index and its folder. Takes about a minute for a million pictures. */
export function makeSynthetic({ folder, pictures, inFirstClass }: Synthetic): void {
  mkdirSync(folder, { recursive: true })
  // The dataset's own beginning: name, settings, folders.
  openDataset({ folder, now: () => 1 }).close()
  const db = openDatabase(join(folder, 'gleaner.db'))
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -500000']) db.pragma(pragma)
  const all = db
    .prepare<[], { type: string; name: string; sql: string }>(
      `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL ORDER BY type`,
    )
    .all()
  db.transaction(() => {
    // Made anew at the end, which is much quicker than keeping them in step.
    for (const { type, name } of all) db.exec(`DROP ${type} ${name}`)
    fill(db, pictures, inFirstClass)
    db.exec(
      `UPDATE class SET images = (SELECT count(*) FROM image WHERE class_id = class.id AND state = 'stored')`,
    )
    for (const { sql } of all) db.exec(sql)
  })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

function fill(db: Database, pictures: number, inFirstClass: number): void {
  const dice = createDice()
  const addClass = db.prepare(
    'INSERT INTO class (id, label, folder, created_at_ms, last_used_at_ms) VALUES (?, ?, ?, 1, 1)',
  )
  for (let id = 1; id <= classCount; id++) addClass.run(id, `${word(dice)} ${id}`, `class-${id}`)
  const addBatch = db.prepare(
    `INSERT INTO batch (id, client_id, batch_id, body_digest, class_id, engine, query, accepted, known, refused, sightings,
                        received_at_ms) VALUES (?, 'c', ?, '${'0'.repeat(64)}', ?, ?, ?, 1, 0, 0, 1, 1)`,
  )
  for (let id = 1; id <= batchCount; id++) {
    const query = `${word(dice, 200)} ${word(dice, 40)}`
    addBatch.run(id, `b${id}`, 1 + (id % classCount), engines[skewed(dice, engines.length)], query)
  }
  db.prepare(`INSERT INTO action (id, kind, about, at_ms) VALUES (1, 'decide', '{}', 1)`).run()
  db.prepare('INSERT INTO split_layer (id, action_id, is_in_force) VALUES (?, 1, 1)').run(splitLayer)
  const add = rowWriter(db)
  for (let seq = 1; seq <= pictures; seq++) {
    const classId = seq <= inFirstClass ? 1 : 2 + dice(classCount - 1)
    add(seq, classId, dice)
  }
}

function rowWriter(db: Database) {
  const addImage = db.prepare(
    `INSERT INTO image (seq, id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                        original_format, original_width_px, original_height_px, original_kept, quality_score, mean_cb,
                        mean_cr, rights, is_thumbnail, title, stored_at_ms, mark)
     VALUES (:seq, :id, :classId, 'stored', ${syntheticFile.length}, :digest, :w, :h, :digest, :bytes, 'jpeg', :width,
             :height, 0, 50, 0, 0, '{}', :isThumbnail, :title, :at, :mark)`,
  )
  const addCandidate = db.prepare(
    `INSERT INTO candidate (id, class_id, url_key, state, code, explanation, host, due_at_ms, title, landing_url, image_id,
                            created_at_ms, updated_at_ms)
     VALUES (:seq, :classId, :url, 'stored', 'STORED', '', :host, 1, :title, :landing, :id, 1, 1)`,
  )
  const addSource = db.prepare(
    `INSERT INTO source (candidate_id, position, kind, url) VALUES (:seq, 0, 'original', :url)`,
  )
  const addSighting = db.prepare(
    'INSERT INTO sighting (batch_id, candidate_id, license) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const addScores = db.prepare(
    `INSERT INTO quality (image_seq, version, ${qualityMeasures.join(', ')})
     VALUES (?, 1, ${qualityMeasures.map(() => '?').join(', ')})`,
  )
  const addPlace = db.prepare<[string, string]>(
    `INSERT INTO split_place (layer_id, image_id, split) VALUES (${splitLayer}, ?, ?)`,
  )
  return (seq: number, classId: number, dice: Dice) => {
    const [width, height] = [64 + skewed(dice, 5_000), 64 + skewed(dice, 4_000)]
    const scale = Math.min(1, 512 / Math.max(width, height))
    const hostNo = skewed(dice, hostCount)
    const host = `${vocabulary[hostNo] ?? ''}${hostNo}.example`
    const name = `${word(dice)}-${word(dice)}-${hex(dice(2 ** 31), 8)}`
    const row = {
      seq,
      id: syntheticId(seq),
      classId,
      digest: hex(seq, 64),
      width,
      height,
      w: Math.max(1, Math.round(width * scale)),
      h: Math.max(1, Math.round(height * scale)),
      bytes: 2_000 + skewed(dice, 4_000_000),
      isThumbnail: dice(20) === 0 ? 1 : 0,
      title: `${word(dice)} ${word(dice)} ${word(dice)} ${word(dice)} in ${word(dice, 300)}`,
      at: 1_600_000_000_000 + seq * 1_000,
      mark: ['none', 'none', 'kept', 'unsure'][dice(4)] ?? 'none',
      host,
      url: `https://images.${host}/${1_990 + dice(36)}/${1 + dice(12)}/${name}.jpg`,
      landing: `https://www.${host}/${word(dice)}/${name}.html`,
    }
    addImage.run(row)
    addCandidate.run(row)
    addSource.run(row)
    const licence = dice(2) === 0 ? null : licenses[skewed(dice, licenses.length)]
    const claim = licence ? JSON.stringify({ name: licence, basis: 'picture' }) : null
    for (let times = 1 + dice(2); times > 0; times--) addSighting.run(1 + dice(batchCount), seq, claim)
    addScores.run(seq, ...qualityMeasures.map(() => dice(101)))
    // Some are in none: they came later.
    const split = splitNames[skewed(dice, splitNames.length + 1)]
    if (split) addPlace.run(row.id, split)
  }
}
