import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barrenAtMost, type Screen, type Step, step, type Tally, tallyOf } from './run.ts'

const begin = (wanted: number) => tallyOf({ wanted, found: 0, barren: 0 })
const screen = (patch: Partial<Screen>): Screen => ({
  originals: 0,
  candidates: 0,
  tiles: 0,
  isAtEnd: false,
  ...patch,
})
const good = screen({ originals: 10, candidates: 10, tiles: 10 })
const passing = screen({})
const end = screen({ isAtEnd: true })
const repeat = screen({ isAtEnd: true, tiles: 35 })
const known = screen({ isAtEnd: true, candidates: 35, tiles: 35 })

/** Goes through screens until told to stop; `undefined` when it would still go on. */
function walk(tally: Tally, screens: readonly Screen[]): { last: Step; walked: number } {
  let last: Step = { kind: 'go-on', tally }
  let walked = 0
  for (const one of screens) {
    if (last.kind === 'stop') break
    last = step(last.tally, one)
    walked += 1
  }
  return { last, walked }
}
const codeAfter = (wanted: number, ...screens: Screen[]) => {
  const { last } = walk(begin(wanted), screens)
  return last.kind === 'stop' ? last.code : 'goes on'
}

describe('ends', () => {
  test('when enough was found', () => expect(codeAfter(20, good, passing, good)).toBeNull())
  test('when the end of the page brings nothing', () =>
    expect(codeAfter(99, good, end, end, end)).toBe('HARVEST_RAN_DRY'))
  test('when the engine shows its last page again', () =>
    expect(codeAfter(99, good, repeat, passing, passing, repeat)).toBe('HARVEST_REPEATS'))
  test('when screen after screen holds only what is in the set', () =>
    expect(codeAfter(99, ...Array.from({ length: barrenAtMost }, () => known))).toBe('HARVEST_RAN_DRY'))
})

describe('goes on', () => {
  test('past what the dataset holds already', () => expect(codeAfter(99, known, known, good)).toBe('goes on'))
  test('while screens are passed on the way', () =>
    expect(codeAfter(99, ...Array.from({ length: barrenAtMost - 1 }, () => passing))).toBe('goes on'))
  test('when the page was only slow', () =>
    expect(codeAfter(99, end, end, good, end, end, repeat, good, repeat)).toBe('goes on'))
})

const anyScreen = fc
  .record({ originals: fc.nat(3), more: fc.nat(5), tiles: fc.nat(9), isAtEnd: fc.boolean() })
  .map(({ originals, more, tiles, isAtEnd }) =>
    screen({ originals, candidates: originals + more, tiles, isAtEnd }),
  )

test('whatever a page brings, a run ends for a reason that holds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(anyScreen, { size: 'max', maxLength: 300 }),
      (wanted, screens) => {
        const { last, walked } = walk(begin(wanted), screens)
        const seen = screens.slice(0, walked)
        const found = seen.reduce((sum, { originals }) => sum + originals, 0)
        expect(last.tally.found).toBe(found)
        if (last.kind === 'go-on' || last.code === null) {
          expect(found >= wanted).toBe(last.kind === 'stop')
          return
        }
        // Never in the middle of plenty.
        expect(seen.at(-1)?.originals).toBe(0)
        expect(seen.at(-1)?.candidates === 0 || last.tally.barren >= barrenAtMost).toBe(true)
      },
    ),
  )
})

test('a page that brings nothing, however it does so, is left after a while', () => {
  const barren = anyScreen.map(one => ({ ...one, originals: 0 }))
  fc.assert(
    fc.property(fc.array(barren, { minLength: barrenAtMost, maxLength: barrenAtMost }), screens => {
      expect(walk(begin(1), screens).last.kind).toBe('stop')
    }),
  )
})

test('what was barren before a new page of results counts there, too', () => {
  const carried = tallyOf({ wanted: 9, found: 1, barren: barrenAtMost - 1 })
  expect(step(carried, known)).toMatchObject({ kind: 'stop', code: 'HARVEST_RAN_DRY' })
})
