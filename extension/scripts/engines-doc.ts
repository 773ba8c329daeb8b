import type { Harvester } from '../src/harvesters/harvester.ts'
import { generic, harvesters } from '../src/harvesters/registry.ts'
import type { Fixture } from './fixtures.ts'
import { fixturesOf } from './fixtures.ts'

/** What is read of each engine, as a page for people: from the registry and the fixtures. */
export function enginesPage(): string {
  return `# Engines

What the extension reads, engine by engine. A layout is one form in which an engine has served its results; all layouts
of an engine are tried on every page. "Seen" layouts are held against real saved pages or answers as well as against our
own fixtures; "described" ones only against fixtures written after other people's descriptions, because no real page was
to be had. The page is written from the registry and the fixtures by \`npm run docs\`.

| engine | sites | verified by | newest of them | originals | layouts seen | layouts described |
| --- | --- | --- | --- | --- | --- | --- |
${[...harvesters, generic].map(summaryRow).join('\n')}

*Sites*: engines that are built in work from the start; every other site is opened by you, in the browser's own prompt,
when you first use it there, and can be closed again in the options. *Verified by*: a **real page** that people were
served, a **real answer** that the page's scripts received, or **documentation** only, which means that nobody has held
the harvester against the site. *Originals*: for which part of the results the pages name the original picture, as far
as the pages read show it; when a page gives clearly less, the bar says so.

${[...harvesters, generic].map(engineSection).join('\n')}
Something missing or no longer read? Save the results page in the browser, run
\`npm run -s harvest -- FILE --url PAGE_URL\` and compare; the harvester of the engine is one file in
\`extension/src/harvesters\`.
`
}

const access = { install: 'built in', request: 'asked on first use' } as const

function summaryRow({ engine, label, access: how, verified, usualOriginals, layouts }: Harvester): string {
  const fixtures = fixturesOf(engine)
  const seen = layouts.filter(({ name }) => isSeen(fixtures, name)).length
  const share = `${Math.round(usualOriginals * 100)} %`
  return `| ${label} | ${access[how]} | ${verified.by} | ${verified.on} | ${share} | ${seen} | ${layouts.length - seen} |`
}

function engineSection({ engine, label, verified, examples, hosts, layouts }: Harvester) {
  const fixtures = fixturesOf(engine)
  const rows = layouts.map(({ name, served }) => {
    const own = fixtures.filter(({ about }) => about.layout === name)
    const how = isSeen(fixtures, name) ? 'seen' : 'described'
    return `| ${name} | ${served} | ${how} | ${own.map(({ name }) => name).join(', ')} |`
  })
  const negatives = fixtures.filter(({ about }) => about.layout === null).map(({ name }) => name)
  const where =
    hosts.length === 0 ? 'any address' : `${hosts.length} address pattern${hosts.length === 1 ? '' : 's'}`
  return `## ${label}

\`${engine}\` · verified by ${verified.by}, ${verified.on} · ${where} · example: <${examples[0]}>

| layout | served | verified | fixtures |
| --- | --- | --- | --- |
${rows.join('\n')}

Pages that hold no image results and have to stay empty: ${negatives.join(', ')}.
`
}

function isSeen(fixtures: readonly Fixture[], layout: string): boolean {
  return fixtures.some(({ about }) => about.layout === layout && about.synthetic !== true)
}
