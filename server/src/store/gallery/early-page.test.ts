import { join } from 'node:path'
import { newestFirst } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import { createGalleryRows, plainPicture } from '../../../test/support/gallery-rows.ts'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { openDatabase } from '../database.ts'
import { createAnswers } from './answers.ts'
import { createEarlyPages } from './early-page.ts'
import { createPageRows } from './page-rows.ts'

function withPictures() {
  const folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'gleaner.db'))
  const rows = createGalleryRows(db)
  rows.addClass(1, 'wren')
  rows.addClass(2, 'robin')
  for (let seq = 1; seq <= 7; seq++) {
    rows.addPicture(seq, { ...plainPicture, classId: 1 + (seq % 2), place: seq === 4 ? 'trash' : 'held' })
  }
  return {
    db,
    early: createEarlyPages(db, createPageRows(db)),
    [Symbol.dispose]: () => {
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

test.each([
  { filter: {}, window: { offset: 0 } },
  { filter: {}, window: { offset: 3 } },
  { filter: { place: 'held' as const, classIds: [2] }, window: { offset: 1 } },
])('while the memory is being read, a page is the same: %o', asked => {
  using made = withPictures()
  const answers = createAnswers(made.db, '1')
  while (!answers.readSlice());
  const ask = { ...asked, order: newestFirst, limit: 2 }
  const { images, offset, total, cursor } = answers.answer('page', ask)
  const early = made.early(ask)
  expect(early).toMatchObject({ images, offset, total, revision: 'reading' })
  // What was listed early is gone on with later.
  const next = (from: string | null | undefined) =>
    answers.answer('page', { ...ask, window: { cursor: from ?? '' } }).images
  expect(next(early?.cursor)).toEqual(next(cursor))
})

test.each([
  { filter: { marks: ['kept' as const] }, order: newestFirst },
  { filter: { classIds: [1, 2] }, order: newestFirst },
  { filter: { place: 'trash' as const }, order: newestFirst },
  { filter: {}, order: { by: 'side' as const, isDescending: true } },
  { filter: {}, order: { by: 'stored' as const, isDescending: false } },
])('what takes the memory to say is not answered early: %o', asked => {
  using made = withPictures()
  expect(made.early({ ...asked, window: { offset: 0 }, limit: 2 })).toBeUndefined()
})
