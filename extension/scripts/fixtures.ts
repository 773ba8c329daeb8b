/** The project's own result pages: invented content in the layouts engines serve. For tests and the engines page. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Harvest } from '../src/harvesters/harvest.ts'

export interface About {
  /** Name of the layout the page is written in; `null` for a page without image results. */
  readonly layout: string | null
  /** Month whose pages it reproduces. */
  readonly standsFor: string
  readonly url: string
  /** Set when no real page of the layout has been seen and it was written after a description. */
  readonly synthetic?: true
  readonly about: string
}

export interface Fixture {
  readonly name: string
  readonly text: string
  readonly about: About
  readonly expected: Harvest
}

const folder = fileURLToPath(new URL('../src/harvesters/__fixtures__/', import.meta.url))

/** All fixtures of an engine, in the order of their names. */
export function fixturesOf(engine: string): readonly Fixture[] {
  const names = readdirSync(`${folder}${engine}`).sort()
  return names.map(name => {
    const at = (file: string) => `${folder}${engine}/${name}/${file}`
    const read = (file: string) => readFileSync(at(file), 'utf8')
    return {
      name,
      text: read(existsSync(at('page.txt')) ? 'page.txt' : 'page.html'),
      about: JSON.parse(read('about.json')) as About,
      expected: JSON.parse(read('expected.json')) as Harvest,
    }
  })
}
