import { noCounts } from '@gleaner/shared/outcome'
import { describe, expect, test } from 'vitest'
import type { Run, ServerStatus, TabProgress } from '../platform/message-table.ts'
import { type BadgeLook, colors, generalBadge, shortCount, tabBadge } from './badge.ts'

const well: ServerStatus = { code: null, facts: {}, port: 4817, waiting: 0, refused: 0 }
const away: ServerStatus = { ...well, code: 'SERVER_NOT_RUNNING' }
const press = {
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  candidates: 200,
  waiting: 0,
  refused: 0,
  refusedCode: null,
  counts: null,
  isUndone: false,
} satisfies TabProgress['press']
const run: Run = {
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  wanted: 100,
  found: 10,
  results: 'lumen.example cat',
  seenAtMs: 0,
  barren: 0,
  state: 'running',
}
const counts = (patch: Partial<ReturnType<typeof noCounts>>) => ({ ...noCounts(), ...patch })
const of = (status: ServerStatus, pressed: TabProgress['press'], running: Run | null = null) =>
  tabBadge({ status, press: pressed, refusingHosts: [] }, running)

test.each([
  [0, ''],
  [999, '999'],
  [1000, '1k'],
  [20_000, '20k'],
])('%i in short is %j', (number, text) => {
  expect(shortCount(number)).toBe(text)
})

describe('the button says of a tab', () => {
  test.each<[string, BadgeLook, string, BadgeLook['tone']]>([
    ['nothing collected', of(well, null), '', 'busy'],
    ['all waits to be sent', of(well, { ...press, waiting: 200 }), '200', 'busy'],
    ['half is done', of(well, { ...press, counts: counts({ stored: 100, queued: 100 }) }), '50%', 'busy'],
    ['almost all is done', of(well, { ...press, counts: counts({ stored: 199, leased: 1 }) }), '99%', 'busy'],
    ['all is done', of(well, { ...press, counts: counts({ stored: 150, failed: 50 }) }), '✓', 'done'],
    ['all so far is done', of(well, { ...press, counts: counts({ stored: 200 }) }, run), '100%', 'busy'],
    [
      'it was taken back',
      of(well, { ...press, isUndone: true, counts: counts({ cancelled: 200 }) }),
      '',
      'busy',
    ],
    ['some was refused', of(well, { ...press, refused: 3 }), '!', 'trouble'],
    ['the run is paused', of(well, press, { ...run, state: 'paused' }), '!', 'trouble'],
    ['the server is away', of(away, press), 'off', 'away'],
    ['the server is away and some waits', of({ ...away, waiting: 1234 }, press), '1k', 'away'],
  ])('%s', (_, look, text, tone) => {
    expect(look).toMatchObject({ text, tone })
    expect([...look.text].length).toBeLessThanOrEqual(4)
  })

  test('the same in a sentence', () => {
    const { title } = of(well, { ...press, counts: counts({ stored: 100, queued: 100 }) })
    expect(title).toBe('Gleaner: cat in Animals: 100 stored · 100 waiting')
    expect(of(away, press).title).toMatch(/not running/)
    expect(of(well, press, { ...run, state: 'paused' }).title).toMatch(/paused/)
  })
})

test('where nothing is known of a tab it says what waits', () => {
  expect(generalBadge(0)).toMatchObject({ text: '', title: 'Gleaner' })
  expect(generalBadge(12)).toMatchObject({
    text: '12',
    tone: 'away',
    title: 'Gleaner: 12 waiting to be sent',
  })
})

/** Relative luminance as WCAG defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(place => {
    const share = Number.parseInt(color.slice(place, place + 2), 16) / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test.each(Object.entries(colors))('white text can be read on %s', (_, color) => {
  expect(1.05 / (luminance(color) + 0.05)).toBeGreaterThanOrEqual(4.5)
})
