import { expect, test } from 'vitest'
import { leaksOf } from './leaks.ts'
import type { Seen, SeenPair, SeenPicture } from './look-through.ts'
import { makeReport } from './report.ts'
import { reportLines } from './report-text.ts'

const picture = (path: string, more: Partial<SeenPicture> = {}): SeenPicture => ({
  ...{ folder: 0, path, sizeBytes: 1000, widthPx: 400, heightPx: 300, format: 'jpeg', again: [] },
  ...more,
})
const pair = (a: number, b: number, more: Partial<SeenPair> = {}): SeenPair => ({
  ...{ a, b, level: 'look', kind: 'same', distanceBits: 4, difference: 0.01, ...more },
})
const seen = (pictures: SeenPicture[], pairs: SeenPair[] = []): Seen => ({
  ...{ pictures, pairs, unusable: [], files: pictures.length, links: 0, otherFiles: 0 },
})
/** Compared by their sizes alone: nothing is left of their looks. */
const noFingerprints = { read: () => null }

const groupsOf = (given: Seen) => makeReport('/pictures', given, noFingerprints).groups

test('of copies the one that is kept stands first, and each other says how it was found', () => {
  const small = picture('a.jpg', { widthPx: 200, heightPx: 150 })
  const [group] = groupsOf(seen([small, picture('b.jpg')], [pair(0, 1, { kind: 'edited' })]))
  expect(group?.members.map(({ path, match }) => [path, match?.with, match?.kind])).toEqual([
    ['b.jpg', undefined, undefined],
    ['a.jpg', 'b.jpg', 'edited'],
  ])
  expect(group?.members.every(({ reasons }) => reasons.length > 0)).toBe(true)
})

test('files of the same bytes are a group of their own, or come along', () => {
  const again = [{ folder: 0, path: 'z.jpg' }]
  expect(groupsOf(seen([picture('a.jpg', { again })]))).toMatchObject([
    {
      kind: 'copies',
      members: [
        { path: 'a.jpg', match: null },
        { path: 'z.jpg', match: { level: 'bytes' } },
      ],
    },
  ])
  const joined = groupsOf(seen([picture('a.jpg', { again }), picture('b.jpg')], [pair(0, 1)]))
  expect(joined.map(({ members }) => members.length)).toEqual([3])
})

test('shots of a scene are told apart from copies, which stand for one another', () => {
  const shots = seen(
    ['a', 'b', 'c', 'd'].map(name => picture(`${name}.jpg`)),
    [pair(0, 1), pair(0, 2, { kind: 'burst' }), pair(1, 2, { kind: 'burst' })],
  )
  expect(groupsOf(shots).map(({ kind, members }) => [kind, members.map(({ path }) => path)])).toEqual([
    ['copies', ['a.jpg', 'b.jpg']],
    ['burst', ['a.jpg', 'c.jpg']],
  ])
  expect(makeReport('/', shots, noFingerprints)).toMatchObject({ copies: 1, copyBytes: 1000 })
})

test('in the terminal: what to keep, why, what could not be compared, and that nothing was done', () => {
  const given = {
    ...seen([picture('a.jpg'), picture('b\u001b[31m.jpg')], [pair(0, 1)]),
    ...{
      unusable: [{ folder: 0, path: 'c.jpg', code: 'IMAGE_CORRUPT', reason: 'Damaged.' }],
      links: 2,
      otherFiles: 1,
    },
  }
  const lines = reportLines(makeReport('/pictures', given, noFingerprints))
  const text = lines.join('\n')
  expect(text).not.toContain('\u001b')
  expect(lines[0]).toBe('1. 2 files: copies of one picture')
  expect(lines[1]).toBe('  keep  a.jpg  (400 × 300 JPEG, 1.0 kB)')
  expect(text).toContain('  c.jpg  Damaged. [IMAGE_CORRUPT]')
  expect(text).toContain('1 copy (1.0 kB) in 1 group among 2 pictures of 2 files.')
  expect(text).toContain('Passed over: 1 other file, 2 links not followed.')
  expect(lines.at(-1)).toBe('Nothing was changed or deleted.')
})

test('leaks are told from the second place, by bytes, pixels and look, nearest first', () => {
  const given = seen(
    [
      picture('train/a.jpg', {
        again: [
          { folder: 1, path: 'test/a.jpg' },
          { folder: 0, path: 'train/b.jpg' },
        ],
      }),
      picture('train/c.jpg'),
      picture('test/d.jpg', { folder: 1, again: [{ folder: 1, path: 'test/e.jpg' }] }),
    ],
    [pair(1, 2, { distanceBits: 30 }), pair(0, 2, { distanceBits: 8, kind: 'crop' })],
  )
  expect(
    leaksOf(given).map(({ path, matches }) => [path, matches.map(match => `${match.with} ${match.level}`)]),
  ).toEqual([
    ['test/a.jpg', ['train/a.jpg bytes']],
    ['test/d.jpg', ['train/a.jpg look', 'train/c.jpg look']],
    ['test/e.jpg', ['train/a.jpg look', 'train/c.jpg look']],
  ])
})
