import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import { describe, expect, test } from 'vitest'
import { sharedFolder } from '../../../scripts/shared-folder.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import type { HarvestedCandidate } from './harvest.ts'
import { harvest } from './harvest.ts'
import { harvesters } from './registry.ts'
import { toCandidate } from './to-candidate.ts'

type Result = Omit<HarvestedCandidate, 'rank' | 'alternatives'> & { titleVariants?: string[] }

/** Addresses of result pages of each engine: one that says "images", one that says nothing. */
const addresses: Record<string, readonly string[]> = {
  bing: ['https://www.bing.com/images/search?q=x', 'https://www.bing.com/search?q=x'],
  google: ['https://www.google.com/search?q=x&udm=2', 'https://www.google.de/search?q=x'],
  yandex: ['https://yandex.com/images/search?text=x', 'https://yandex.com/showcaptcha'],
}

const folder = sharedFolder('serp')

function pagesOf(engine: string): readonly string[] {
  if (!folder) return []
  return readdirSync(join(folder, engine)).filter(name => /\.(?:html|txt)$/.test(name))
}

describe.each(harvesters)('$engine', harvester => {
  const { engine } = harvester

  test.skipIf(!folder)('has saved pages (needs the shared corpus)', () => {
    expect(pagesOf(engine).length).toBeGreaterThan(2)
  })

  test.each(pagesOf(engine))('reads %s as expected (needs the shared corpus)', name => {
    const path = join(folder ?? '', engine, name)
    const text = readFileSync(path, 'utf8')
    const expected: Result[] = JSON.parse(readFileSync(path.replace(/\.\w+$/, '.expected.json'), 'utf8'))
    const [first = ''] = addresses[engine] ?? []
    const document = parsePage(text, first)
    for (const address of addresses[engine] ?? []) {
      const { candidates, missed } = harvest(document, new URL(address), harvester)
      const read = candidates.map(({ rank: _, alternatives: __, ...values }) => values)
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
  })
})
