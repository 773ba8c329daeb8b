import { noCounts } from '@gleaner/shared/outcome'
import { describe, expect, test } from 'vitest'
import { collectWords, connectionWords, foundWords, isOfInterest, pressShare, pressWords } from './words.ts'

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
])('%j reads %j', (found, words) => {
  expect(foundWords(found)).toBe(words)
})

test.each([
  [{ originals: 20, thumbnailsOnly: 2, held: null, tried: null }, 'Collect 22', true],
  [{ originals: 1200, thumbnailsOnly: 0, held: 0, tried: 0 }, 'Collect 1,200', true],
  [{ originals: 20, thumbnailsOnly: 2, held: 18, tried: 1 }, 'Collect 3 new', true],
  [{ originals: 20, thumbnailsOnly: 2, held: 21, tried: 1 }, 'Nothing new', false],
  [{ originals: 0, thumbnailsOnly: 0, held: null, tried: null }, 'Collect 0', false],
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
  expect(connectionWords(status)).toBeUndefined()
  expect(connectionWords({ ...status, code: 'SERVER_NOT_RUNNING' })).toEqual({
    say: 'The Gleaner server is not running.',
    hint: 'Run "npm start" in the Gleaner folder. 35 pictures kept here and sent as soon as it works.',
    isForOptions: false,
  })
  expect(connectionWords({ ...status, code: 'SERVER_NOT_PAIRED' })?.isForOptions).toBe(true)
})
