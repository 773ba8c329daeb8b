/** Answers of the engine's servers, as far as a harvester reads them. */
import { answerPatterns } from './answer-patterns.ts'
import type { Page } from './harvester.ts'
import { parseJson } from './read.ts'

/** What the answers of one engine since the last look say, parsed; broken ones are left out. */
export function answersOf(page: Pick<Page, 'answers'>, engine: string): readonly unknown[] {
  const parsed = answerTextsOf(page, engine).map(parseJson)
  return parsed.filter(answer => answer !== undefined)
}

/** The same as they came, for engines whose answers are not plain JSON. */
export function answerTextsOf({ answers }: Pick<Page, 'answers'>, engine: string): readonly string[] {
  const patterns = answerPatterns[engine] ?? []
  return answers.filter(({ url }) => patterns.some(pattern => pattern.test(url.href))).map(({ body }) => body)
}
