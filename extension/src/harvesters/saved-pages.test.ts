import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import { beforeAll, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../../scripts/shared-folder.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { savedPages } from '../../scripts/saved-pages.ts'
import type { HarvestedCandidate } from './harvest.ts'
import { harvest } from './harvest.ts'
import { findHarvester, harvesters } from './registry.ts'
import { toCandidate } from './to-candidate.ts'

type Result = Omit<HarvestedCandidate, 'rank' | 'alternatives' | 'license'> & { titleVariants?: string[] }

/** Addresses of result pages of each engine; where there are two, one says "images" and one says nothing. */
const addresses: Readonly<Record<string, readonly string[]>> = {
  baidu: ['https://image.baidu.com/search/flip?tn=baiduimage&word=x'],
  bing: ['https://www.bing.com/images/search?q=x', 'https://www.bing.com/search?q=x'],
  commons: ['https://commons.wikimedia.org/w/index.php?search=x&title=Special:MediaSearch&type=image'],
  duckduckgo: ['https://duckduckgo.com/?q=x&iax=images&ia=images'],
  ecosia: ['https://www.ecosia.org/images?q=x'],
  flickr: ['https://www.flickr.com/search/?text=x'],
  google: ['https://www.google.com/search?q=x&udm=2', 'https://www.google.de/search?q=x'],
  instagram: ['https://www.instagram.com/explore/tags/paris/'],
  searxng: ['https://searx.example/search?q=x&categories=images'],
  unsplash: ['https://unsplash.com/s/photos/penguin', 'https://unsplash.com/fr/s/photos/shampoo'],
  yandex: ['https://yandex.com/images/search?text=x', 'https://yandex.com/showcaptcha'],
}

/** Where an answer that is kept without its page came from. */
const answerAddresses: Readonly<Record<string, string>> = {
  commons: 'https://commons.wikimedia.org/w/api.php?action=query&generator=search&format=json',
  flickr: 'https://api.flickr.com/services/rest?method=flickr.photos.search',
  instagram: 'https://www.instagram.com/graphql/query/?query_hash=x',
  searxng: 'https://searx.example/search?q=x&categories=images&format=json',
  unsplash: 'https://unsplash.com/napi/search/photos?query=penguin',
}

const folder = sharedFolder('serp')

function pagesOf(engine: string): readonly string[] {
  const own = join(folder ?? '', engine)
  if (!folder || !existsSync(own)) return []
  return readdirSync(own).filter(name => /^[^.]+\.(?:html|txt|json)$/.test(name))
}

const saved = harvesters.filter(({ engine }) => pagesOf(engine).length > 0)

test.skipIf(!folder)('every engine of the shared corpus is read (needs the shared corpus)', () => {
  const kept = readdirSync(folder ?? '', { withFileTypes: true }).filter(entry => entry.isDirectory())
  expect(saved.map(({ engine }) => engine)).toEqual(kept.map(({ name }) => name).sort())
  const figures = Object.entries(savedPages).map(([engine, pages]) => [engine, pages.map(({ file }) => file)])
  expect(figures).toEqual(saved.map(({ engine }) => [engine, pagesOf(engine).toSorted()]))
})

describe.each(saved)('$engine', harvester => {
  const { engine } = harvester
  const [first = ''] = addresses[engine] ?? []

  describe.each(pagesOf(engine))('%s (needs the shared corpus)', name => {
    const path = join(folder ?? '', engine, name)
    const isAnswer = name.endsWith('.json')
    let answers: readonly { readonly url: URL; readonly body: string }[]
    let document: Document
    beforeAll(() => {
      const text = readFileSync(path, 'utf8')
      answers = isAnswer ? [{ url: new URL(answerAddresses[engine] ?? ''), body: text }] : []
      document = parsePage(isAnswer ? '' : text, first)
    })

    test('is read as expected', () => {
      const expected: Result[] = JSON.parse(readFileSync(path.replace(/\.\w+$/, '.expected.json'), 'utf8'))
      for (const address of addresses[engine] ?? []) {
        const { candidates, missed } = harvest(document, new URL(address), harvester, answers)
        const read = candidates.map(({ rank: _, alternatives: __, license: ___, ...values }) => values)
        // Where a page holds two titles for a result either is right.
        const wanted = expected.map(({ titleVariants, ...result }, place) => {
          const other = titleVariants?.find(title => title === read[place]?.title)
          return { ...result, title: other ?? result.title }
        })
        expect(read).toEqual(wanted)
        expect(candidates.map(({ rank }) => rank)).toEqual(candidates.map((_, place) => place + 1))
        expect(missed).not.toHaveProperty('result')
        expect(candidates.map(one => toCandidate(one)?.title)).toEqual(
          read.map(one => cleanText(one.title, limits.titleChars)),
        )
      }
      const figures = savedPages[engine]?.find(({ file }) => file === name)
      const named = harvester.layouts.filter(layout => layout.name === figures?.layout)
      const { candidates } = harvest(document, new URL(first), { ...harvester, layouts: named }, answers)
      expect(figures).toMatchObject({
        expected: expected.length,
        found: candidates.length,
        originals: candidates.filter(({ imageUrl }) => imageUrl !== null).length,
      })
      expect(named).toHaveLength(candidates.length > 0 ? 1 : 0)
    })

    if (!name.endsWith('.html')) return
    test('says whose it is, and whether it asks if a person is searching', () => {
      const url = new URL(first)
      expect(findHarvester(url, document)).toBe(harvester)
      expect(harvester.isChallenge?.({ document, url }) ?? false).toBe(/botwall|captcha/.test(name))
    })
  })
})
