/** Answers of the engine's servers, as far as a harvester reads them. */
import type { Page } from './harvester.ts'
import { parseJson } from './read.ts'

/** What the answers since the last look say, parsed; broken ones are left out. */
export function answersOf({ answers }: Pick<Page, 'answers'>): readonly unknown[] {
  return answers.map(({ body }) => parseJson(body)).filter(answer => answer !== undefined)
}

/** The same as they came, for engines whose answers are not plain JSON. */
export function answerTextsOf({ answers }: Pick<Page, 'answers'>): readonly string[] {
  return answers.map(({ body }) => body)
}
