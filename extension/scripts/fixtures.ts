/** The project's own result pages: invented content in the layouts engines serve. For tests and the engines page. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Harvest } from '../src/harvesters/harvest.ts'
import type { PageAnswer } from '../src/harvesters/harvester.ts'

export interface About {
  /** Name of the layout the page is written in; `null` for a page without image results. */
  readonly layout: string | null
  /** Month whose pages it reproduces. */
  readonly standsFor: string
  readonly url: string
  /** Set when no real page of the layout has been seen and it was written after a description. */
  readonly synthetic?: true
  /** Hosts of the engine's own, beside that of the page, without which the page would not be told from others. */
  readonly hosts?: readonly string[]
  readonly about: string
}

export interface Fixture {
  readonly name: string
  readonly text: string
  /** What the page's scripts received after the page. */
  readonly answers: readonly PageAnswer[]
  readonly about: About
  readonly expected: Harvest
}

const folder = fileURLToPath(new URL('../src/harvesters/__fixtures__/', import.meta.url))

/**
 * @param text - JSON: `[{ "url": …, "body": … }]`, the body as the text it came as, or as the JSON it holds
 */
function toAnswers(text: string): readonly PageAnswer[] {
  const answers = JSON.parse(text) as readonly { readonly url: string; readonly body: unknown }[]
  return answers.map(({ url, body }) => ({
    url: new URL(url),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }))
}

/** All fixtures of an engine, in the order of their names. */
export function fixturesOf(engine: string): readonly Fixture[] {
  const names = readdirSync(`${folder}${engine}`).sort()
  return names.map(name => {
    const at = (file: string) => `${folder}${engine}/${name}/${file}`
    const read = (file: string) => readFileSync(at(file), 'utf8')
    return {
      name,
      text: read(existsSync(at('page.txt')) ? 'page.txt' : 'page.html'),
      answers: existsSync(at('answers.json')) ? toAnswers(read('answers.json')) : [],
      about: JSON.parse(read('about.json')) as About,
      expected: JSON.parse(read('expected.json')) as Harvest,
    }
  })
}
