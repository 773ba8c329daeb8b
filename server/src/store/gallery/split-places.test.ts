import { join } from 'node:path'
import { type GallerySplit, gallerySplits } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import { createGalleryRows, plainPicture } from '../../../test/support/gallery-rows.ts'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { openDatabase } from '../database.ts'
import { createMemory } from './memory.ts'
import { createRowSource } from './row-source.ts'
import { createSplitPlaces } from './split-places.ts'

const pictures = 7
const sliceRows = 2

function withPictures() {
  const folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'gleaner.db'))
  const rows = createGalleryRows(db)
  rows.addClass(1, 'wren')
  for (let seq = 1; seq <= pictures; seq++) rows.addPicture(seq, plainPicture)
  const memory = createMemory()
  return {
    rows,
    places: createSplitPlaces(createRowSource(db), memory, sliceRows),
    splits: () =>
      Array.from({ length: pictures }, (_, at) => gallerySplits[memory.columns.of().split[at + 1] ?? 0]),
    [Symbol.dispose]: () => {
      db.close()
      folder[Symbol.dispose]()
    },
  }
}
const all = (split: GallerySplit) => new Map(Array.from({ length: pictures }, (_, at) => [at + 1, split]))

test('layers of several slices are read whole, one over the other', () => {
  using made = withPictures()
  made.rows.addLayer(1, all('train'))
  made.rows.addLayer(
    2,
    new Map([
      [2, 'test'],
      [5, 'none'],
      [7, 'validation'],
    ]),
  )
  let turns = 1
  for (; turns < 20 && !made.places.readSlice(); turns += 1);
  expect(turns, 'ten places, and the end').toBe(6)
  expect(made.splits()).toEqual(['train', 'test', 'train', 'train', 'none', 'train', 'validation'])
})

test('a layer that is taken back between two slices leaves nothing once it is read again', () => {
  using made = withPictures()
  made.rows.addLayer(1, all('train'))
  made.rows.addLayer(2, all('test'))
  for (let turn = 0; turn < 5; turn += 1) made.places.readSlice()
  expect(made.splits()).toContain('test')
  made.rows.setInForce(2, false)
  while (!made.places.readSlice());
  made.places.readAgain([2], [])
  expect(made.splits()).toEqual([...all('train').values()])
})
