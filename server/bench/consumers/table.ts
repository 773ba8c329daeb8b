/** Who loads what, as a table for a page and for a terminal. */
import type { Opened } from './environment.ts'

const [begin, end] = ['<!-- consumers: begin -->', '<!-- consumers: end -->']

/** @param names - of exports, in the order of their rows */
export function tableOf(names: readonly string[], opened: readonly Opened[]): string {
  const there = opened.filter(({ version }) => version !== undefined)
  const skipped = opened.filter(({ version }) => version === undefined).map(({ consumer }) => consumer.title)
  const cell = (name: string, { answers }: Opened) => {
    const answer = answers.find(one => one.export === name)
    return answer === undefined ? '' : answer.ok ? 'loads' : '**fails**'
  }
  const rows = [
    ['export', ...there.map(({ consumer }) => consumer.title)],
    ['---', ...there.map(() => '---')],
    ...names.map(name => [name, ...there.map(one => cell(name, one))]),
  ]
  const versions = there.map(({ consumer, version }) => `${consumer.title} ${version}`)
  return [
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
    '',
    `Opened with ${versions.join(', ')}.${skipped.length === 0 ? '' : ` Skipped, because not there: ${skipped.join(', ')}.`}`,
    '',
    ...details(there),
  ].join('\n')
}

/** What each said, once for all exports of which it said the same. */
function details(opened: readonly Opened[]): readonly string[] {
  return opened.flatMap(({ consumer, answers }) => {
    const said = [...new Set(answers.map(({ say }) => say))]
    return said.map(say => {
      const names = answers.filter(one => one.say === say).map(one => one.export)
      return `- ${consumer.title}, ${names.join(', ')}: ${say}`
    })
  })
}

/** @returns the page with another table between its two marks */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no place between "${begin}" and "${end}".`)
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`
}
