import { join } from 'node:path'
import { type GallerySplit, gallerySplits } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import { createGalleryRows, plainPicture } from '../../../test/support/gallery-rows.ts'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { openDatabase } from '../database.ts'
import { createAnswers } from './answers.ts'
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
    db,
    rows,
    memory,
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
  made.places.readAgain([2], [], [])
  expect(made.splits()).toEqual([...all('train').values()])
})

test('a picture that was lost and is stored anew is in its split again, and in those of imports', () => {
  using made = withPictures()
  made.rows.addImportedSplit(2, 'validation')
  made.rows.addLayer(1, new Map([[1, 'train']]))
  made.rows.addLayer(2, new Map([[3, 'test']]))
  made.rows.setInForce(2, false)
  const answers = createAnswers(made.db, '1')
  while (!answers.readSlice());
  const counts = () => gallerySplits.map(split => answers.answer('count', { filter: { splits: [split] } }))
  expect(counts()).toEqual([pictures - 2, 1, 1, 0])
  for (const seq of [1, 2, 3]) made.rows.lose(seq)
  expect(counts()).toEqual([pictures - 3, 0, 0, 0])
  for (const seq of [1, 2, 3]) made.rows.storeAnew(seq, pictures + seq, plainPicture)
  expect(counts()).toEqual([pictures - 2, 1, 1, 0])
})

test('splits of new pictures are read only where there are any, and what was counted stays where they have none', () => {
  using made = withPictures()
  const source = createRowSource(made.db)
  const asked: (readonly number[])[] = []
  const splitsOf: typeof source.splitsOf = seqs => {
    asked.push(seqs)
    return source.splitsOf(seqs)
  }
  const places = createSplitPlaces({ ...source, splitsOf }, made.memory)
  const changes: unknown[] = []
  made.memory.onChange(change => changes.push(change))
  places.readAgain([], [], [1, 2])
  expect(asked).toEqual([])
  made.rows.addLayer(1, new Map([[2, 'test']]))
  places.readAgain([], [], [1])
  expect(asked).toEqual([[1]])
  expect(changes).toEqual([])
  places.readAgain([], [], [1, 2])
  expect(changes).toEqual(['splits'])
})
