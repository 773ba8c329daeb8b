import type { Harvester } from '../src/harvesters/harvester.ts'
import { generic, harvesters } from '../src/harvesters/registry.ts'
import { fixturesOf } from './fixtures.ts'
import type { SavedPage } from './saved-pages.ts'
import { savedPages } from './saved-pages.ts'

/** What is read of each engine, as a page for people: from the registry and the fixtures. */
export function enginesPage(): string {
  return `# Engines

What the extension reads, engine by engine. A layout is one form in which an engine has served its results; all layouts
of an engine are tried on every page. "Seen" layouts are held against real saved pages or answers as well as against our
own fixtures; "described" ones only against fixtures written after other people's descriptions, because no real page was
to be had. The page is written from the registry, the fixtures and the figures of the saved pages by \`npm run docs\`.

| engine | sites | verified by | newest of them | saved | results found | with original | layouts seen | layouts described |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${[...harvesters, generic].map(summaryRow).join('\n')}

*Sites*: engines that are built in work from the start; every other site is opened by you, in the browser's own prompt,
when you first use it there, and can be closed again in the options. *Verified by*: a **real page** that people were
served, a **real answer** that the page's scripts received, or **documentation** only, which means that nobody has held
the harvester against the site. *Saved*: the real pages and answers that were at hand. *Results found*: how many of the
results in them are read. *With original*: how many of those come with the address of the original picture; the others have
a thumbnail only. The figures are counted, and \`saved-pages.test.ts\` holds them to what is found; they say nothing
of pages that an engine serves in other forms.

${[...harvesters, generic].map(engineSection).join('\n')}
Something missing or no longer read? Save the results page in the browser, run
\`npm run -s harvest -- FILE --url PAGE_URL\` and compare; the harvester of the engine is one file in
\`extension/src/harvesters\`.
`
}

const access = { install: 'built in', request: 'asked on first use' } as const

function summaryRow({ engine, label, access: how, verified, layouts }: Harvester): string {
  const seen = layouts.filter(({ name }) => isSeen(engine, name)).length
  const figures = figuresOf(savedPages[engine] ?? [])
  return `| ${label} | ${access[how]} | ${verified.by} | ${verified.on} | ${figures} | ${seen} | ${layouts.length - seen} |`
}

function figuresOf(pages: readonly SavedPage[]): string {
  if (pages.length === 0) return '— | documentation only | —'
  const sum = (of: (page: SavedPage) => number) => pages.reduce((total, page) => total + of(page), 0)
  const empty = pages.filter(({ layout }) => layout === null).length
  const reasons = pages.flatMap(({ found, originals, without }) => {
    if (without === undefined) return []
    return pages.length === 1 ? [`: ${without}`] : [`: ${without} (${originals} of ${found})`]
  })
  const saved = empty === 0 ? `${pages.length}` : `${pages.length} (${empty} without results)`
  const found = sum(({ found }) => found)
  return `${saved} | ${found} of ${sum(({ expected }) => expected)} | ${sum(({ originals }) => originals)} of ${found}${reasons.join('')}`
}

function engineSection({ engine, label, verified, examples, hosts, layouts }: Harvester) {
  const fixtures = fixturesOf(engine)
  const rows = layouts.map(({ name, served }) => {
    const own = fixtures.filter(({ about }) => about.layout === name)
    return `| ${name} | ${served} | ${layoutFigures(engine, name)} | ${own.map(({ name }) => name).join(', ')} |`
  })
  const negatives = fixtures.filter(({ about }) => about.layout === null).map(({ name }) => name)
  const where =
    hosts.length === 0 ? 'any address' : `${hosts.length} address pattern${hosts.length === 1 ? '' : 's'}`
  return `## ${label}

\`${engine}\` · verified by ${verified.by}, ${verified.on} · ${where} · example: <${examples[0]}>

| layout | served | verified | saved | results found | with original | fixtures |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Pages that hold no image results and have to stay empty: ${negatives.join(', ')}.
`
}

function layoutFigures(engine: string, layout: string): string {
  if (!isSeen(engine, layout)) return 'described | — | — | —'
  const pages = (savedPages[engine] ?? []).filter(page => page.layout === layout)
  return `seen | ${figuresOf(pages.map(({ without: _, ...page }) => page))}`
}

function isSeen(engine: string, layout: string): boolean {
  return (savedPages[engine] ?? []).some(page => page.layout === layout)
}
