/** Pictures a decision took out of their class folders: all SQL about the tables `set_aside` and `aside_file`. */
import { isUndone, takenBack, wayHost } from './actions.ts'
import {
  type AsideFile,
  type AsideRow,
  asEnded,
  type EarlierCandidate,
  type EarlierPair,
  type Restores,
} from './aside-rows.ts'
import type { Database } from './database.ts'
import type { HeldImage } from './images.ts'
import type { Clock } from './types.ts'

const held = `('stored', 'duplicate', 'upgraded', 'queued', 'leased')`

/** What gives way to another copy, and what nobody wants. */
const givesWay = {
  true: {
    state: 'duplicate',
    code: 'DUPLICATE_LOOK',
    explanation: 'A person kept another copy of the picture.',
  },
  false: { state: 'blocked', code: 'BLOCKED_REMOVED', explanation: 'A person removed the picture.' },
} as const

// Also whoever was let out by something else since, and came to the copy that stays.
const comesBack = `id = :id
  AND (action_id = :act AND state IN ('duplicate', 'blocked', 'upgraded')
       OR state = 'duplicate' AND image_id = (SELECT i.id FROM image i WHERE i.seq = :into))
  AND (:state = 'upgraded' OR NOT ${isUndone('candidate.id')})`

export function createAsideStore(db: Database, now: Clock) {
  const candidatesOf = db.prepare<[string], EarlierCandidate>(
    `SELECT id, state, code, explanation, distance_bits AS distanceBits, action_id AS actionId,
            updated_at_ms AS updatedAtMs FROM candidate
      WHERE image_id = ? AND state IN ${held}`,
  )
  const copiesOf = db.prepare<[number], string>('SELECT digest FROM copy WHERE image_seq = ?').pluck()
  const pixelsOf = db.prepare<[number], string>('SELECT digest FROM pixel_copy WHERE image_seq = ?').pluck()
  const pairsOf = db.prepare<{ seq: number }, EarlierPair>(
    'SELECT * FROM near_pair WHERE seq_a = :seq UNION ALL SELECT * FROM near_pair WHERE seq_b = :seq',
  )
  const dropPairs = db.prepare<{ seq: number }>('DELETE FROM near_pair WHERE seq_a = :seq OR seq_b = :seq')
  const addPair = db.prepare<EarlierPair>(
    `INSERT INTO near_pair (seq_a, seq_b, distance_bits, level, kind, difference, placement)
     SELECT :seq_a, :seq_b, :distance_bits, :level, :kind, :difference, :placement
      WHERE 2 = (SELECT count(*) FROM image WHERE seq IN (:seq_a, :seq_b) AND state = 'stored')
     ON CONFLICT DO NOTHING`,
  )
  const leavePair = db.prepare<{ pair: string; other: number }>(
    `UPDATE set_aside SET restores = json_insert(restores, '$.pairs[#]', json(:pair)) WHERE image_seq = :other`,
  )
  // A better copy stays although its collect was undone, and so does whoever brought it.
  const leave = db.prepare(
    `UPDATE candidate
        SET state = iif(:state = 'duplicate' AND state = 'upgraded' AND ${isUndone('candidate.id')}, state, :state),
            code = :code, explanation = :explanation, image_id = :imageId, lease_epoch = NULL, updated_at_ms = :now,
            action_id = :action
      WHERE id = :id`,
  )
  const comeBack = db.prepare(
    `UPDATE candidate
        SET state = :state, code = :code, explanation = :explanation, image_id = :imageId, distance_bits = :distanceBits,
            updated_at_ms = :now, action_id = :action
      WHERE ${comesBack}`,
  )
  // Whoever came while the picture was not wanted. By the picture: there may be very many that are kept away.
  const forgetUndone = db.prepare(
    `UPDATE candidate SET ${takenBack}
      WHERE image_id = :imageId AND +state = 'blocked' AND ${isUndone('candidate.id')}`,
  )
  const letIn = db.prepare(
    `UPDATE candidate
        SET state = 'queued', code = NULL, explanation = NULL, facts = NULL, image_id = NULL, distance_bits = NULL,
            attempts = 0, host = ${wayHost}, due_at_ms = :now, updated_at_ms = :now, action_id = :action
      WHERE image_id = :imageId AND +state = 'blocked'`,
  )
  const idOf = db.prepare<[number], string>('SELECT id FROM image WHERE seq = ?').pluck()
  const setState = db.prepare<[string, number]>('UPDATE image SET state = ? WHERE seq = ?')
  const notUndone = db.prepare<[number]>('DELETE FROM undone_image WHERE image_seq = ?')
  const giveCopies = db.prepare<{ into: number; seq: number }>(
    'UPDATE copy SET image_seq = :into WHERE image_seq = :seq',
  )
  const givePixels = db.prepare<{ into: number; seq: number }>(
    'UPDATE pixel_copy SET image_seq = :into WHERE image_seq = :seq',
  )
  // What by now leads to a picture that came back before is its own.
  const takeCopy = db.prepare<{ digest: string; seq: number; into: number | null }>(
    `INSERT INTO copy (digest, image_seq) VALUES (:digest, :seq)
     ON CONFLICT DO UPDATE SET image_seq = excluded.image_seq WHERE image_seq = :into`,
  )
  const takePixels = db.prepare<{ digest: string; seq: number; into: number | null }>(
    `INSERT INTO pixel_copy (digest, image_seq) VALUES (:digest, :seq)
     ON CONFLICT DO UPDATE SET image_seq = excluded.image_seq WHERE image_seq = :into`,
  )
  // An earlier decision that led to it can then be taken back as well.
  const setAction = db.prepare<[number | null, number]>('UPDATE candidate SET action_id = ? WHERE id = ?')
  const passOn = db.prepare<{ into: number | null; seq: number }>(
    'UPDATE set_aside SET into_seq = :into WHERE into_seq = :seq',
  )
  const handBack = db.prepare<{ seq: number; into: number | null; other: number }>(
    'UPDATE set_aside SET into_seq = :seq WHERE image_seq = :other AND into_seq = :into',
  )
  const add = db.prepare(
    'INSERT INTO set_aside (image_seq, action_id, into_seq, restores, at_ms) VALUES (:seq, :action, :into, :restores, :now)',
  )
  const addFile = db.prepare<{ seq: number }>(
    `INSERT INTO aside_file (digest, format, size_bytes, image_seq)
     SELECT digest, 'jpeg', size_bytes, seq FROM image WHERE seq = :seq
     UNION SELECT original_digest, original_format, original_bytes, seq FROM image WHERE seq = :seq AND original_kept = 1`,
  )
  const columns = 'image_seq AS seq, action_id AS action, into_seq AS "into", restores'
  const ofAction = db.prepare<[number], AsideRow>(
    `SELECT ${columns} FROM set_aside WHERE action_id = ? ORDER BY image_seq`,
  )
  const ofSeq = db.prepare<[number], AsideRow>(`SELECT ${columns} FROM set_aside WHERE image_seq = ?`)
  const allFiles = db.prepare<[], AsideFile>(
    'SELECT image_seq AS seq, digest, format, size_bytes AS sizeBytes FROM aside_file',
  )
  const mayComeBack = db
    .prepare<{ id: number; act: number; into: number | null; state: string }, number>(
      `SELECT 1 FROM candidate WHERE ${comesBack}`,
    )
    .pluck()
  const before = db.prepare<[number], AsideRow>(
    `SELECT ${columns} FROM set_aside WHERE at_ms < ? ORDER BY at_ms LIMIT 50`,
  )
  const isAnyBefore = db.prepare<[number], number>('SELECT 1 FROM set_aside WHERE at_ms < ? LIMIT 1').pluck()
  const intoThis = db.prepare<[number], AsideRow>(`SELECT ${columns} FROM set_aside WHERE into_seq = ?`)
  const letGo = db.prepare<[number]>(
    `INSERT INTO unclaimed_original SELECT digest, format FROM aside_file WHERE image_seq = ? ON CONFLICT DO NOTHING`,
  )
  const drop = db.prepare<[number]>('DELETE FROM set_aside WHERE image_seq = ?')
  const dropImage = db.prepare<[number]>('DELETE FROM image WHERE seq = ?')
  const forgetUrls = db.prepare<[number]>('DELETE FROM removed_url WHERE image_seq = ?')
  const reopen = db.prepare<[number]>(
    `INSERT INTO label_conflict
     SELECT image_seq, min(at_ms) FROM label_offer WHERE image_seq = ? AND settled_by IS NULL GROUP BY image_seq
     ON CONFLICT DO NOTHING`,
  )

  /** For good: it is forgotten where another copy of it stays, and else never comes back. */
  const end = ({ seq, into }: AsideRow): void => {
    letGo.run(seq)
    drop.run(seq)
    if (into !== null) {
      dropImage.run(seq)
      return
    }
    setState.run('removed', seq)
    endInto(seq)
  }

  /** The picture others gave way to goes itself: they are not brought back any more. */
  const endInto = (seq: number): void => {
    for (const row of intoThis.all(seq)) end(row)
  }

  /** @param into - the copy that stays */
  const setAside = ({ seq, id }: HeldImage, into: HeldImage | undefined, action: number): void => {
    const candidates = candidatesOf.all(id).sort((a, b) => a.updatedAtMs - b.updatedAtMs)
    const restores: Restores = {
      candidates,
      copies: copiesOf.all(seq),
      pixels: pixelsOf.all(seq),
      pairs: pairsOf.all({ seq }),
      others: intoThis.all(seq).map(other => other.seq),
    }
    dropPairs.run({ seq })
    const row = { seq, action, into: into?.seq ?? null, restores: JSON.stringify(restores), now: now() }
    add.run(row)
    addFile.run({ seq })
    notUndone.run(seq)
    const fate = givesWay[into ? 'true' : 'false']
    for (const { id: candidate } of candidates) {
      leave.run({ ...fate, id: candidate, imageId: into?.id ?? id, action, now: now() })
    }
    setState.run('deleting', seq)
    // What gave way to it waits with it.
    if (!into) return
    giveCopies.run({ into: into.seq, seq })
    givePixels.run({ into: into.seq, seq })
    passOn.run({ into: into.seq, seq })
  }

  /** @returns whether somebody who brought the picture is left; else nothing has changed */
  const bringBack = ({ seq, action: act, into, restores: text }: AsideRow, action: number): boolean => {
    const { candidates, copies, pixels, others } = JSON.parse(text) as Restores
    const imageId = idOf.get(seq)
    setState.run('stored', seq)
    let owners = 0
    for (const [at, earlier] of candidates.entries()) {
      const was = asEnded(earlier)
      // In the order they had: the latest that brought a better copy is the one whose file it is.
      const atMs = now() - (candidates.length - 1 - at)
      const isBack = comeBack.run({ ...was, imageId, act, into, action, now: atMs }).changes === 1
      if (isBack && was.state === 'duplicate') setAction.run(was.actionId, was.id)
      else if (isBack) owners += 1
    }
    forgetUndone.run({ imageId, action, now: now() })
    letIn.run({ imageId, action, now: now() })
    for (const digest of copies) takeCopy.run({ digest, seq, into })
    for (const digest of pixels) takePixels.run({ digest, seq, into })
    for (const other of others) handBack.run({ seq, into, other })
    forgetUrls.run(seq)
    letGo.run(seq)
    drop.run(seq)
    reopen.run(seq)
    return owners > 0
  }

  return {
    setAside,
    bringBack,
    /** Pairs of pictures that were brought back. What belongs with a picture that still waits, comes back with that one. */
    bringBackPairs: ({ seq, restores }: AsideRow): void => {
      for (const pair of (JSON.parse(restores) as Restores).pairs) {
        if (addPair.run(pair).changes > 0) continue
        const { seq_a, seq_b } = pair
        leavePair.run({ pair: JSON.stringify(pair), other: seq_a === seq ? seq_b : seq_a })
      }
    },
    end,
    /** Of all that is set aside, with the number of the picture. */
    files: () => allFiles.all(),
    endOf: (seq: number) => {
      const row = ofSeq.get(seq)
      if (row) end(row)
    },
    ofAction: (action: number) => ofAction.all(action),
    ofSeq: (seq: number) => ofSeq.get(seq),
    /** Whether anything a decision took away can come back: somebody who brought it is left. */
    isAnyLeft: (action: number): boolean =>
      ofAction.all(action).some(row =>
        (JSON.parse(row.restores) as Restores).candidates.some(earlier => {
          const { id, state } = asEnded(earlier)
          const { action: act, into } = row
          return state !== 'duplicate' && mayComeBack.get({ id, state, act, into }) !== undefined
        }),
      ),
    /** A few of those set aside before. */
    before: (atMs: number) => before.all(atMs),
    isAnyBefore: (atMs: number) => isAnyBefore.get(atMs) !== undefined,
    /** What gave way to a picture, the latest first. */
    into: (seq: number) => intoThis.all(seq).sort((a, b) => b.action - a.action),
    endInto,
  }
}
export type AsideStore = ReturnType<typeof createAsideStore>
