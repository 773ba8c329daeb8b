import { catalogue } from '@gleaner/shared/errors'
import { noCounts } from '@gleaner/shared/outcome'
import { describe, expect, test } from 'vitest'
import {
  collectWords,
  connectionWords,
  foundWords,
  isOfInterest,
  pressShare,
  pressWords,
  refusingWords,
  runEndWords,
  runWords,
  undoneWords,
  yieldWords,
} from './words.ts'

test.each([
  [
    { originals: 214, thumbnailsOnly: 12, held: 31, tried: 0 },
    '214 originals · 12 thumbnails only · 31 already in the set',
  ],
  [{ originals: 1, thumbnailsOnly: 1, held: 0, tried: 0 }, '1 original · 1 thumbnail only'],
  [{ originals: 1200, thumbnailsOnly: 0, held: null, tried: null }, '1,200 originals'],
  [
    { originals: 5, thumbnailsOnly: 0, held: 2, tried: 3 },
    '5 originals · 2 already in the set · 3 tried before',
  ],
  [
    { originals: 90, thumbnailsOnly: 0, held: 0, tried: 0, choice: { filtered: 12, dropped: 1, fresh: 77 } },
    '90 originals · 12 left out by filters · 1 dropped',
  ],
])('%j reads %j', (found, words) => {
  expect(foundWords(found)).toBe(words)
})

test.each([
  [{ originals: 20, thumbnailsOnly: 2, held: null, tried: null }, 'Collect 22', true],
  [{ originals: 1200, thumbnailsOnly: 0, held: 0, tried: 0 }, 'Collect 1,200', true],
  [{ originals: 20, thumbnailsOnly: 2, held: 18, tried: 1 }, 'Collect 3 new', true],
  [{ originals: 20, thumbnailsOnly: 2, held: 21, tried: 1 }, 'Nothing new', false],
  [{ originals: 0, thumbnailsOnly: 0, held: null, tried: null }, 'Collect 0', false],
  [
    {
      originals: 100,
      thumbnailsOnly: 0,
      held: null,
      tried: null,
      choice: { filtered: 60, dropped: 9, fresh: 31 },
    },
    'Collect 31 of 100',
    true,
  ],
  [
    { originals: 100, thumbnailsOnly: 0, held: 40, tried: 0, choice: { filtered: 60, dropped: 0, fresh: 0 } },
    'Collect 0 of 60 new',
    false,
  ],
  [
    { originals: 100, thumbnailsOnly: 0, held: 40, tried: 0, choice: { filtered: 5, dropped: 0, fresh: 60 } },
    'Collect 60 new',
    true,
  ],
])('for %j the button says %j', (found, say, isWorthwhile) => {
  expect(collectWords(found)).toEqual({ say, isWorthwhile })
})

const press = {
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  candidates: 58,
  waiting: 0,
  refused: 0,
  refusedCode: null,
  counts: null,
  isUndone: false,
}

describe('a press', () => {
  test('tells its outcomes and what is left', () => {
    const counts = { ...noCounts(), stored: 42, duplicate: 3, failed: 1, queued: 10, leased: 2 }
    expect(pressWords({ ...press, counts })).toBe('42 stored · 3 duplicates · 1 failed · 12 waiting')
    expect(pressShare({ ...press, counts })).toBeCloseTo(46 / 58)
  })

  test('counts what the server has not got as waiting', () => {
    expect(pressWords({ ...press, waiting: 58 })).toBe('58 waiting')
    expect(pressShare({ ...press, waiting: 58 })).toBe(0)
  })

  test('tells what was refused', () => {
    expect(pressWords({ ...press, refused: 58 })).toBe('58 refused by the server')
  })

  test('is of interest on its own results and while it moves', () => {
    expect(isOfInterest(press, { engine: 'lumen', query: 'cat' })).toBe(true)
    expect(isOfInterest(press, { engine: 'lumen', query: 'dog' })).toBe(false)
    expect(isOfInterest({ ...press, waiting: 1 }, { engine: 'lumen', query: 'dog' })).toBe(true)
  })
})

test('a connection in trouble says the step that mends it, and that nothing is lost', () => {
  const status = { code: null, facts: {}, port: 4817, waiting: 35, refused: 0 }
  expect(connectionWords(status, catalogue)).toBeUndefined()
  expect(connectionWords({ ...status, code: 'SERVER_NOT_RUNNING' }, catalogue)).toEqual({
    say: 'The Gleaner server is not running.',
    hint: 'Run "npm start" in the Gleaner folder. 35 pictures kept here and sent as soon as it works.',
    isForOptions: false,
  })
  expect(connectionWords({ ...status, code: 'SERVER_NOT_PAIRED' }, catalogue)?.isForOptions).toBe(true)
})

test('says what was taken back', () => {
  expect(undoneWords({ candidates: 1200, images: 1 })).toBe('Taken back: 1,200 results, 1 picture removed.')
  expect(undoneWords({ candidates: 1, images: 0 })).toBe('Taken back: 1 result.')
  expect(undoneWords({ candidates: 0, images: 0 })).toMatch(/nothing left/)
  expect(pressWords({ ...press, isUndone: true })).toBe('taken back')
})

test('says how far a collect has come by itself', () => {
  const run = { found: 34, wanted: 200 }
  expect(runWords({ ...run, state: 'running' })).toBe('34 of 200 new originals so far')
  expect(runWords({ ...run, state: 'paused' })).toBe('Paused at 34 of 200 new originals')
  expect(runEndWords(run)).toBe('Found 34 of 200 new originals.')
})

test('says how much less than usual a page gave', () => {
  expect(yieldWords({ tiles: 100, originals: 12, thumbnailsOnly: 80, usualOriginals: 0.95 })).toBe(
    '12 of 100 tiles gave an original and 80 only a thumbnail; 95 usually do.',
  )
})

test('says which sites refuse the server', () => {
  const host = (name: string, pictures: number) => ({ host: name, pictures, origins: [] })
  expect(refusingWords([host('a.example', 2)])).toBe(
    '2 pictures of a.example cannot be fetched by the server.',
  )
  expect(refusingWords([host('a.example', 2), host('b.example', 1)])).toMatch(
    /^3 pictures of a\.example and 1 other site /,
  )
})
