/** What the schema itself allows, whoever writes. */
import { join } from 'node:path'
import { candidateStates } from '@gleaner/shared/outcome'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'

type State = (typeof candidateStates)[number]
const actions = ['retry', 'remove', 'repair', 'undo', 'collect', 'decide', 'take_back', 'revive'] as const
type Action = (typeof actions)[number] | 'none'

const picture = 'a'.repeat(20)
const gone = 'b'.repeat(20)
const withPicture: ReadonlySet<State> = new Set(['stored', 'duplicate', 'upgraded'])

/** An index with one candidate and two pictures, of which one was removed. */
function setUp() {
  const folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  const image = (id: string, digit: string) => `
    INSERT INTO image (id, class_id, state, size_bytes, digest, width_px, height_px, original_digest, original_bytes,
                       original_format, original_width_px, original_height_px, original_kept, quality_score, mean_cb,
                       mean_cr, rights, is_thumbnail, stored_at_ms)
    VALUES ('${id}', 1, 'stored', 1, '${digit.repeat(64)}', 1, 1, '${digit.repeat(64)}', 1, 'png', 1, 1, 0, 1, 0, 0, '{}',
            0, 1);`
  db.exec(`
    INSERT INTO dataset (id, name, settings, created_at_ms, epoch) VALUES (1, 'Birds', '{}', 1, 7);
    INSERT INTO class (id, label, folder, created_at_ms, last_used_at_ms) VALUES (1, 'robin', 'robin', 1, 1);
    ${image(picture, 'a')} ${image(gone, 'b')}
    UPDATE image SET state = 'deleting' WHERE id = '${gone}';
    ${actions.map((kind, place) => `INSERT INTO action (id, kind, about, at_ms) VALUES (${place + 1}, '${kind}', '{}', 1);`).join('')}
    INSERT INTO batch (client_id, batch_id, body_digest, class_id, engine, accepted, known, refused, sightings,
                       received_at_ms) VALUES ('c', 'b', '${'0'.repeat(64)}', 1, 'page', 0, 0, 0, 1, 1);
    INSERT INTO candidate (id, class_id, url_key, state, host, due_at_ms, created_at_ms, updated_at_ms)
    VALUES (1, 1, 'https://a.example/1', 'queued', 'a.example', 1, 1, 1);`)

  const move = (to: State, action: Action = 'none', imageId = picture) => {
    const isWaiting = to === 'queued' || to === 'leased'
    db.prepare(
      `UPDATE candidate
          SET state = :to, code = :code, explanation = :code, image_id = :imageId,
              lease_epoch = CASE :to WHEN 'leased' THEN 7 END,
              lease_token = lease_token + (:to = 'leased' AND state = 'queued'),
              action_id = coalesce(:action, action_id)`,
    ).run({
      to,
      code: isWaiting ? null : to === 'cancelled' && action === 'undo' ? 'CANCELLED_UNDONE' : 'X',
      imageId: withPicture.has(to) ? imageId : null,
      action: action === 'none' ? null : actions.indexOf(action) + 1,
    })
  }
  return {
    ...{ db, move },
    [Symbol.dispose]: () => {
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

/** Brings a new candidate where it is to start from. */
function bring(move: (to: State) => void, state: State) {
  if (state === 'queued') return
  move('leased')
  if (state !== 'leased') move(state)
}

const outcomes = candidateStates.filter(state => state !== 'queued' && state !== 'leased')
/** By the action that is logged: from where to where. */
const leaving: Readonly<Record<Action, (from: State, to: State) => boolean>> = {
  none: () => false,
  retry: (from, to) =>
    to === 'queued' && ['duplicate', 'rejected', 'opted_out', 'failed', 'cancelled'].includes(from),
  remove: (from, to) => to === 'blocked' && withPicture.has(from),
  repair: (from, to) => to === 'queued' && withPicture.has(from),
  undo: (from, to) => to === 'cancelled' && from !== 'blocked',
  collect: () => false,
  decide: (from, to) =>
    to === 'queued'
      ? from === 'duplicate'
      : (to === 'duplicate' || to === 'blocked') && withPicture.has(from),
  take_back: (from, to) =>
    to === 'queued'
      ? from === 'blocked'
      : withPicture.has(to) && (from === 'duplicate' || from === 'blocked'),
  revive: (from, to) => from === 'blocked' && to === 'queued',
}

function isAllowed(from: State, to: State, action: Action): boolean {
  if (from === to) return true
  if (from === 'queued') return to === 'leased' || to === 'cancelled'
  if (from === 'leased') return true
  return leaving[action](from, to)
}

function isDoneWithoutError(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}

const moves = candidateStates.flatMap(from =>
  candidateStates.flatMap(to => (['none', ...actions] as const).map(action => ({ from, to, action }))),
)

test(`each of ${moves.length} moves is allowed or refused as it should be`, () => {
  using made = setUp()
  const { db, move } = made
  const wrong = moves.filter(({ from, to, action }) => {
    db.exec('BEGIN')
    try {
      bring(move, from)
      const isDone = isDoneWithoutError(() => move(to, action))
      return isDone !== isAllowed(from, to, action)
    } finally {
      db.exec('ROLLBACK')
    }
  })
  expect(wrong).toEqual([])
})

test.each(outcomes)('%s is not left by the same action twice', state => {
  using made = setUp()
  bring(made.move, state)
  const [action, to] = (
    [
      ['retry', 'queued'],
      ['repair', 'queued'],
    ] as const
  ).find(([kind, next]) => leaving[kind](state, next)) ?? ['none', 'queued']
  if (action === 'none') {
    expect(() => made.move('queued', 'retry')).toThrow('an outcome is left only by')
    return
  }
  made.move(to, action)
  bring(made.move, state)
  expect(() => made.move(to, action)).toThrow('an outcome is left only by')
})

test('a lease is given with a new token, by who has the dataset open', () => {
  using made = setUp()
  const lease = (epoch: number, more: number) =>
    made.db.exec(
      `UPDATE candidate SET state = 'leased', lease_epoch = ${epoch}, lease_token = lease_token + ${more}`,
    )
  expect(() => lease(6, 1)).toThrow('who has the dataset open')
  expect(() => lease(8, 1)).toThrow('who has the dataset open')
  expect(() => lease(7, 0)).toThrow('a token of its own')
  lease(7, 1)
  expect(() => made.db.exec('UPDATE candidate SET lease_epoch = 8')).toThrow('who has the dataset open')
  expect(() => made.db.exec('UPDATE dataset SET epoch = 7')).toThrow('a number of its own')
})

test.each([...withPicture])('nobody ends as %s with a picture that is going', state => {
  using made = setUp()
  made.move('leased')
  expect(() => made.move(state, 'none', gone)).toThrow('a picture that is held')
  made.move(state)
  expect(() => made.db.exec(`UPDATE candidate SET image_id = '${gone}'`)).toThrow('a picture that is held')
})

test('a reason is part of every outcome', () => {
  using made = setUp()
  made.move('leased')
  for (const missing of ['code', 'explanation']) {
    const rest = missing === 'code' ? `explanation = 'x'` : `code = 'X'`
    expect(() =>
      made.db.exec(`UPDATE candidate SET state = 'failed', lease_epoch = NULL, ${missing} = NULL, ${rest}`),
    ).toThrow('CHECK')
  }
})

test('a batch is never forgotten, and stays what it was', () => {
  using made = setUp()
  const { db } = made
  expect(() => db.exec('DELETE FROM batch')).toThrow('never forgotten')
  expect(() => db.exec(`UPDATE batch SET body_digest = '${'1'.repeat(64)}'`)).toThrow('what it was')
  db.exec('UPDATE batch SET undone_by = 4')
  expect(() => db.exec('UPDATE batch SET undone_by = NULL')).toThrow('what it was')
  expect(() => db.exec('DELETE FROM candidate')).toThrow('never deleted')
})
