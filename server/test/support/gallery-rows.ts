/** Rows of an index as the gallery reads them, written without files: for tests and benchmarks. */
import type { LicenseClaim } from '@gleaner/shared/candidate'
import type { GallerySplit, ReviewMark } from '@gleaner/shared/gallery'
import { type QualityScores, qualityMeasures } from '@gleaner/shared/quality'
import type { Database } from '../../src/store/database.ts'

/** A picture and how it was found. */
export interface MadePicture {
  readonly classId: number
  readonly place: 'held' | 'trash'
  readonly mark: ReviewMark
  readonly isThumbnail: boolean
  readonly isUpgraded: boolean
  readonly width: number
  readonly height: number
  readonly bytes: number
  readonly storedAtMs: number
  readonly title: string | null
  readonly url: string
  readonly landingUrl: string | null
  readonly host: string
  /** Numbers of batches, as {@link createGalleryRows} made them. */
  readonly batches: readonly number[]
  readonly license: LicenseClaim | null
  readonly scores: QualityScores | null
}

/** One that nothing is special about. */
export const plainPicture: MadePicture = {
  classId: 1,
  place: 'held',
  mark: 'none',
  isThumbnail: false,
  isUpgraded: false,
  width: 800,
  height: 600,
  bytes: 1000,
  storedAtMs: 1,
  title: null,
  url: 'https://a.example/1.jpg',
  landingUrl: null,
  host: '',
  batches: [],
  license: null,
  scores: null,
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
export const imageIdOf = (seq: number) => hex(seq, 20)
/** Numbers of the actions that queue lost pictures again: those of layers are far below. */
const leastRepair = 1_000_000
/** Without what has rows of its own. */
const filed = ({ isThumbnail, batches, license, scores, ...rest }: MadePicture) => rest

/** @param db - with the schema of a dataset */
export function createGalleryRows(db: Database) {
  const addClass = db.prepare<[number, string, string]>(
    'INSERT INTO class (id, label, folder, created_at_ms, last_used_at_ms) VALUES (?, ?, ?, 0, 0)',
  )
  const addBatch = db.prepare<[number, string, number, string, string | null]>(
    `INSERT INTO batch (id, client_id, batch_id, body_digest, class_id, engine, query, accepted, known, refused, sightings,
                        received_at_ms) VALUES (?, 'c', ?, '${'0'.repeat(64)}', ?, ?, ?, 1, 0, 0, 1, 0)`,
  )
  const addAction = db.prepare(`INSERT INTO action (id, kind, about, at_ms) VALUES (1, 'decide', '{}', 0)`)
  const addImage = db.prepare(
    `INSERT INTO image (seq, id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                        original_format, original_width_px, original_height_px, original_kept, quality_score, mean_cb,
                        mean_cr, rights, is_thumbnail, title, stored_at_ms, mark)
     VALUES (:seq, :id, :classId, 'stored', 9, :digest, :width, :height, :digest, :bytes, 'jpeg', :width, :height, 0, 50, 0,
             0, '{}', :isThumbnail, :title, :storedAtMs, :mark)`,
  )
  const addCandidate = db.prepare(
    `INSERT INTO candidate (id, class_id, url_key, state, host, due_at_ms, landing_url, created_at_ms, updated_at_ms)
     VALUES (:seq, :classId, :url, 'queued', :host, 0, :landingUrl, 0, 0)`,
  )
  const lease = db.prepare<[number]>(
    `UPDATE candidate SET state = 'leased', lease_epoch = (SELECT epoch FROM dataset), lease_token = lease_token + 1 WHERE id = ?`,
  )
  const store = db.prepare<[string, string, number]>(
    `UPDATE candidate SET state = ?, lease_epoch = NULL, code = 'STORED', explanation = '', image_id = ? WHERE id = ?`,
  )
  const addSource = db.prepare<[number, string]>(
    `INSERT INTO source (candidate_id, position, kind, url) VALUES (?, 0, 'original', ?)`,
  )
  const addSighting = db.prepare<[number, number, string | null]>(
    'INSERT INTO sighting (batch_id, candidate_id, license) VALUES (?, ?, ?)',
  )
  const addRepair = db.prepare<[number]>(
    `INSERT INTO action (id, kind, about, at_ms) VALUES (?, 'repair', '{}', 0)`,
  )
  const requeue = db.prepare<[number, number]>(
    `UPDATE candidate SET state = 'queued', action_id = ?, image_id = NULL, code = NULL, explanation = NULL WHERE id = ?`,
  )
  const drop = db.prepare<[number]>('DELETE FROM image WHERE seq = ?')
  const setAside = db.prepare<[number]>(
    `INSERT INTO set_aside (image_seq, action_id, restores, at_ms) VALUES (?, 1, '[]', 0)`,
  )
  const notAside = db.prepare<[number]>('DELETE FROM set_aside WHERE image_seq = ?')
  const setState = db.prepare<[string, number]>('UPDATE image SET state = ? WHERE seq = ?')
  const addScores = db.prepare(
    `INSERT INTO quality (image_seq, version, ${qualityMeasures.join(', ')})
     VALUES (:seq, 1, ${qualityMeasures.map(measure => `:${measure}`).join(', ')})`,
  )
  const addLayer = db.prepare<[number, number, number]>(
    'INSERT INTO split_layer (id, action_id, is_in_force) VALUES (?, ?, ?)',
  )
  const setInForce = db.prepare<[number, number]>('UPDATE split_layer SET is_in_force = ? WHERE id = ?')
  const addLayerAction = db.prepare<[number]>(
    `INSERT INTO action (id, kind, about, at_ms) VALUES (?, 'decide', '{}', 0)`,
  )
  const addPlace = db.prepare<[number, string, string | null]>(
    `INSERT INTO split_place (layer_id, image_id, split) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET split = excluded.split`,
  )
  db.exec(
    `INSERT INTO dataset (id, name, settings, created_at_ms, epoch) VALUES (1, 'a', '{}', 0, 1) ON CONFLICT DO NOTHING`,
  )
  addAction.run()

  const toTrash = (seq: number) => {
    setAside.run(seq)
    setState.run('deleting', seq)
  }
  /** Of pictures that came back: the number each had at first, which its id and its candidate are made of. */
  const firstSeqs = new Map<number, number>()
  const candidateOf = (seq: number) => firstSeqs.get(seq) ?? seq
  const idOf = (seq: number) => imageIdOf(candidateOf(seq))
  const file = (seq: number, picture: MadePicture) => {
    const { isThumbnail, scores } = picture
    const id = idOf(seq)
    addImage.run({ ...filed(picture), seq, id, digest: hex(seq, 64), isThumbnail: isThumbnail ? 1 : 0 })
    lease.run(candidateOf(seq))
    store.run(picture.isUpgraded ? 'upgraded' : 'stored', id, candidateOf(seq))
    if (scores) addScores.run({ ...scores, seq })
  }
  return {
    /** The id of the picture that has this number. */
    idOf,
    addClass: (id: number, label: string) => void addClass.run(id, label, `class-${id}`),
    addBatch: (id: number, classId: number, engine: string, query: string | null) =>
      void addBatch.run(id, `b${id}`, classId, engine, query),
    addPicture: (seq: number, picture: MadePicture) => {
      const { batches, license } = picture
      addCandidate.run({ ...filed(picture), seq, url: `${picture.url}#${seq}` })
      addSource.run(seq, picture.url)
      for (const batch of batches) addSighting.run(batch, seq, license && JSON.stringify(license))
      file(seq, picture)
      if (picture.place === 'trash') toTrash(seq)
    },
    /** Drops a held picture, whose file is lost, and queues it again. */
    lose: (seq: number) => {
      addRepair.run(leastRepair + seq)
      requeue.run(leastRepair + seq, candidateOf(seq))
      drop.run(seq)
    },
    /** The one that was lost is stored anew: the same id, and another number. @param seq - greater than all before */
    storeAnew: (lostSeq: number, seq: number, picture: MadePicture) => {
      firstSeqs.set(seq, candidateOf(lostSeq))
      file(seq, picture)
    },
    /** A layer of splits with these places, which counts from then on. @param id - greater than those before */
    addLayer: (id: number, places: ReadonlyMap<number, GallerySplit>) => {
      addLayerAction.run(id + 1)
      addLayer.run(id, id + 1, 0)
      for (const [seq, split] of places) addPlace.run(id, idOf(seq), split === 'none' ? null : split)
      setInForce.run(1, id)
    },
    setInForce: (id: number, isInForce: boolean) => void setInForce.run(isInForce ? 1 : 0, id),
    /** Says in which split a picture was where it came from. */
    addImportedSplit: (seq: number, split: GallerySplit) => void addPlace.run(0, idOf(seq), split),
    toTrash,
    restore: (seq: number) => {
      setState.run('stored', seq)
      notAside.run(seq)
    },
  }
}
