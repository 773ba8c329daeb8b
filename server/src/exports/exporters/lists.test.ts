/** The formats that list pictures: tables, lines, links, and what the Flickr tool left behind. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asFound, expectedOf, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { readCsvManifest, readRows, withoutGuard } from '../readers/csv-manifest.ts'
import { readFlickrTool } from '../readers/flickr-tool.ts'
import { jsonLines } from '../readers/jsonl-manifest.ts'
import { readLinks } from '../readers/links.ts'
import { csvLine } from '../writers/csv.ts'
import { csv } from './csv.ts'
import { flickrTool } from './flickr-tool.ts'
import { jsonl } from './jsonl.ts'
import { links } from './links.ts'

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

test.each([csv, jsonl])('$format: a reader finds every picture', async exporter => {
  for (const isSplit of [true, false]) {
    const set = await madeUpSet({ isSplit })
    const { read, steps } = await exported(exporter, set)
    expect(asFound(read)).toEqual(await expectedOf(set, 'label'))
    expect(steps).toBe(set.count)
  }
})

describe('csv', () => {
  test.each([
    ...[
      '=1+1',
      '+a',
      '-a',
      '@a',
      '\ta',
      '\ra',
      ' =1',
      '"=1',
      "'=1",
      "''=1",
      '"',
      'a,b',
      'a\nb',
      "it's",
      "'",
      '',
    ],
    '=HYPERLINK("http://x.example","y")',
  ])('%j cannot be taken for a formula, and comes back as it was', async cell => {
    const { folder } = await exported(csv, await madeUpSet())
    const path = join(folder, 'cell.csv')
    writeFileSync(path, `a,b\n${csvLine([cell, 1])}`)
    const written = readFileSync(path, 'utf8').slice('a,b\n'.length)
    expect(written).not.toMatch(/^["\s]*[=+\-@]/)
    expect(await all(readRows(path))).toEqual([{ a: cell, b: '1' }])
  })

  test('what needs no guard keeps its apostrophe', () => {
    expect(withoutGuard("'tis")).toBe("'tis")
  })

  test('titles of strangers arrive as they were', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(csv, set, { hasByteOrderMark: true })
    expect(readFileSync(join(folder, 'manifest.csv')).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    const rows = await all(readRows(join(folder, 'manifest.csv')))
    const pictures = await all(set.pictures())
    expect(rows.map(({ title }) => title)).toEqual(pictures.map(({ from }) => from.title ?? ''))
    expect(rows.map(({ label }) => label)).toEqual(pictures.map(one => one.class.label))
  })

  test('the reader stumbles over a file that is another one', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(csv, set)
    const [row] = await all(readRows(join(folder, 'manifest.csv')))
    appendFileSync(join(folder, row?.filename ?? ''), 'x')
    await expect(all(readCsvManifest(folder))).rejects.toThrow(/not the file/)
  })
})

test('jsonl loses nothing the version says, boxes included', async () => {
  const set = await madeUpSet({ hasBoxes: true })
  const { folder, read } = await exported(jsonl, set)
  const lines = await all(jsonLines(join(folder, 'manifest.jsonl')))
  const pictures = await all(set.pictures())
  expect(lines).toMatchObject(
    pictures.map(({ boxes, from: { title, license, rights, sourceUrl } }) => ({
      ...{ title, license, rights, boxes, source_url: sourceUrl },
    })),
  )
  expect(read.map(({ boxes }) => boxes)).toEqual(pictures.map(({ boxes }) => boxes))
})

/** Those that have an address, as an export of links plans them. */
async function linkedSet() {
  const set = await madeUpSet()
  const pictures = (await all(set.pictures())).filter(picture => links.takes?.(picture, {}))
  const chosen = {
    ...set,
    pictures: async function* () {
      yield* pictures
    },
  }
  return { set: chosen, left: set.count - pictures.length }
}

describe('links', () => {
  test('name every picture by the digest of what lies behind its address', async () => {
    const { set, left } = await linkedSet()
    const { read } = await exported(links, set)
    const pictures = await all(set.pictures())
    expect(left).toBeGreaterThan(0)
    expect(read.map(({ digest }) => digest)).toEqual(pictures.map(({ from }) => from.original.digest))
  })

  test('the reader refuses what cannot be fetched', async () => {
    const { folder } = await exported(links, (await linkedSet()).set)
    appendFileSync(join(folder, 'links-only.jsonl'), `${JSON.stringify({ url: 'file:///etc/passwd' })}\n`)
    await expect(all(readLinks(folder))).rejects.toThrow(/not an address/)
  })
})

describe('flickr-tool', () => {
  test('validation pictures go to train, and everything is in the archive', async () => {
    const set = await madeUpSet()
    const { read } = await exported(flickrTool, set)
    const expected = (await expectedOf(set)).map(line => line.replace(/^validation/, 'train')).sort()
    expect(asFound(read)).toEqual(expected)
  })

  test('its files are as the tool wrote them', async () => {
    const set = await madeUpSet()
    const { folder } = await exported(flickrTool, set, { trialShare: 0.5 })
    const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
    expect(Object.keys(json('train_test_split.json'))).toEqual(['train', 'test'])
    expect(Object.keys(json('urls_data.json'))).toEqual(set.classes.map(({ name }) => name))
    expect(readFileSync(join(folder, 'summary.txt'), 'utf8')).toContain(
      'Class testtube: Downloaded: 6 Expected: 6\n',
    )
    const { train, test } = json('train_test_split.json')
    const trial = json('train_test_split_trial.json')
    expect(train).toEqual(expect.arrayContaining(trial.train))
    expect(test).toEqual(expect.arrayContaining(trial.test))
    expect(trial.train.length).toBeGreaterThan(0)
    expect(trial.train.length).toBeLessThan(train.length)
  })

  test('the reader misses a file that the split does not name', async () => {
    const { folder } = await exported(flickrTool, await madeUpSet())
    const path = join(folder, 'train_test_split.json')
    const { train, test } = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ train: train.slice(1), test }))
    await expect(all(readFlickrTool(folder))).rejects.toThrow(/in no split/)
  })

  test('what becomes of validation is said before', async () => {
    const { planned } = await madeUpSet()
    const options = { validation: 'train', trialShare: 0.2 } as const
    expect(await flickrTool.preflight(planned, options)).toMatchObject([
      { count: planned.countIn('validation'), weight: 'lost' },
    ])
    expect(await flickrTool.preflight(planned, { ...options, validation: 'leave-out' })).toEqual([])
  })
})
