/** An invented engine for tests of what all engines share. */
import { findNew } from '../src/harvesters/dom.ts'
import type { Harvest, HarvestSession } from '../src/harvesters/harvest.ts'
import type { Harvester } from '../src/harvesters/harvester.ts'
import { layout } from '../src/harvesters/harvester.ts'
import { attribute } from '../src/harvesters/read.ts'
import { parsePage } from './parse-page.ts'

export const url = new URL('https://lumen.example/images?q=%20red%0Apanda')

/** How often a tile has been read. */
export const readings = { count: 0 }

/** An engine of one plain layout that counts how often a tile is read. */
export const lumen: Harvester = {
  engine: 'lumen',
  label: 'Lumen',
  verified: { by: 'real page', on: '2026-01-01' },
  access: 'install',
  usualOriginals: 1,
  examples: ['https://lumen.example/images?q=x'],
  hosts: ['https://lumen.example/images*'],
  matches: ({ hostname }) => hostname === 'lumen.example',
  query: ({ searchParams }) => searchParams.get('q') ?? undefined,
  layouts: [
    layout('grid', {
      served: 'always',
      items: page => findNew(page, 'li'),
      fields: {
        imageUrl: tile => {
          readings.count++
          return attribute('data-image')(tile)
        },
        thumbnailUrl: attribute('data-thumbnail'),
        pageUrl: attribute('data-page'),
        title: attribute('title'),
        width: attribute('data-w'),
        height: attribute('data-h'),
      },
    }),
  ],
}

export function tile(image: string | null, thumbnail: string | null = null, more = ''): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const of = (name: string, value: string | null) => (value === null ? '' : ` ${name}="${escaped(value)}"`)
  return `<li${of('data-image', image)}${of('data-thumbnail', thumbnail)} ${more}></li>`
}

export const page = (...tiles: readonly string[]) => parsePage(`<ul>${tiles.join('')}</ul>`, url.href)

/** What a session says after it has looked at what was added or changed. */
export function readNew(session: HarvestSession, ...touched: readonly (Element | null)[]): Harvest {
  session.touch(touched.filter(element => element !== null))
  session.advance()
  return session.harvest()
}
