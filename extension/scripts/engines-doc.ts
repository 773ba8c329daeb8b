import { harvesters } from '../src/harvesters/registry.ts'
import type { Fixture } from './fixtures.ts'
import { fixturesOf } from './fixtures.ts'

/** What is read of each engine, as a page for people: from the registry and the fixtures. */
export function enginesPage(): string {
  return `# Engines

What the extension reads, engine by engine. A layout is one form in which an engine has served its results; all layouts
of an engine are tried on every page. "Seen" layouts are held against real saved pages as well as against our own
fixtures; "described" ones only against fixtures written after other people's descriptions, because no real page was to
be had. The page is written from the registry and the fixtures by \`npm run docs\`.

${harvesters.map(engineSection).join('\n')}
Something missing or no longer read? Save the results page in the browser, run
\`npm run -s harvest -- FILE --url PAGE_URL\` and compare; the harvester of the engine is one file in
\`extension/src/harvesters\`.
`
}

function engineSection({ engine, label, verifiedOn, examples, hosts, layouts }: (typeof harvesters)[number]) {
  const fixtures = fixturesOf(engine)
  const rows = layouts.map(({ name, served }) => {
    const own = fixtures.filter(({ about }) => about.layout === name)
    return `| ${name} | ${served} | ${verified(own)} | ${own.map(({ name }) => name).join(', ')} |`
  })
  const negatives = fixtures.filter(({ about }) => about.layout === null).map(({ name }) => name)
  return `## ${label}

\`${engine}\` · newest real page read: ${verifiedOn} · ${hosts.length} address patterns · example: <${examples[0]}>

| layout | served | verified | fixtures |
| --- | --- | --- | --- |
${rows.join('\n')}

Pages that hold no image results and have to stay empty: ${negatives.join(', ')}.
`
}

function verified(fixtures: readonly Fixture[]): string {
  return fixtures.some(({ about }) => about.synthetic !== true) ? 'seen' : 'described'
}
