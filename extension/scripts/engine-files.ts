/** Writes the files an engine begins with: the command line's work, without the process around it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from './refusal.ts'

const ownFolder = fileURLToPath(new URL('../src/harvesters/', import.meta.url))

/** Names that mean something else in provenance. */
const taken = ['import', 'page']
/** Names no constant can have. */
const reserved =
  /^(?:await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/

/**
 * @param args - `NAME`: lower case letters and digits, as in provenance and file names
 * @param deps.today - `YYYY-MM-DD`
 * @param deps.folder - folder of the harvesters; the repository's own by default
 * @returns what was written and what is to be done next
 * @throws Refusal when the name cannot be used, or something of that name is there already
 */
export function newEngine(
  args: readonly string[],
  { today, folder = ownFolder }: { readonly today: string; readonly folder?: string },
): string {
  const engine = readName(args)
  const files = filesOf(engine, today)
  const known = Object.keys(files).filter(path => existsSync(join(folder, path)))
  if (known.length > 0) {
    throw new Refusal(`There is ${known[0]} already.`, 'Choose another name; nothing was written.')
  }
  const registry = withEngine(readFileSync(join(folder, 'registry.ts'), 'utf8'), engine)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  writeFileSync(join(folder, 'registry.ts'), registry)
  return report(engine, Object.keys(files))
}

function readName(args: readonly string[]): string {
  const [name = '', ...rest] = args
  const isName = /^[a-z][a-z\d]{1,31}$/.test(name) && !taken.includes(name) && !reserved.test(name)
  if (!isName || rest.length > 0) {
    throw new Refusal(
      name === '' ? 'No name was given.' : `"${args.join(' ')}" cannot be the name of an engine.`,
      'Write: npm run new:engine -- NAME, where NAME is one word of lower case letters and digits, such as lumen.',
    )
  }
  return name
}

/** The registry with one more import and one more entry, both in order. */
function withEngine(registry: string, engine: string): string {
  const lines = registry.split('\n')
  const isImport = (line: string) => /^import .* from '\.\//.test(line)
  const pathOf = (line: string) => /'(\.\/[^']+)'/.exec(line)?.[1] ?? ''
  const later = lines.findIndex(line => isImport(line) && pathOf(line) > `./${engine}.ts`)
  const importPlace = later < 0 ? lines.findLastIndex(isImport) + 1 : later
  lines.splice(importPlace, 0, `import { ${engine} } from './${engine}.ts'`)
  const start = lines.findIndex(line => line.startsWith('export const harvesters'))
  const end = lines.indexOf(']', start)
  if (start < 0 || end < 0)
    throw new Refusal('The registry has another form than expected.', 'Add the engine by hand.')
  const place = lines.findIndex(
    (line, at) => at > start && at <= end && (at === end || line > `  ${engine},`),
  )
  lines.splice(place, 0, `  ${engine},`)
  return lines.join('\n')
}

function filesOf(engine: string, today: string): Readonly<Record<string, string>> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
  const address = `https://www.${engine}.example/images?q=red+panda`
  const standsFor = today.slice(0, 7)
  const fixture = (name: string) => `__fixtures__/${engine}/${name}`
  return {
    [`${engine}.ts`]: moduleOf(engine, today),
    [`${fixture('tiles')}/page.html`]: pageOf(engine, tilesOf(engine)),
    [`${fixture('tiles')}/about.json`]: json({
      layout: 'tiles',
      standsFor,
      url: `${address}&size=large`,
      synthetic: true,
      about: 'Two results, one without a title, and an advertisement between them.',
    }),
    [`${fixture('tiles')}/expected.json`]: json(expectedOf(engine)),
    [`${fixture('negative-none')}/page.html`]: pageOf(engine, '<p>Nothing was found.</p>'),
    [`${fixture('negative-none')}/about.json`]: json({
      layout: null,
      standsFor,
      url: address,
      synthetic: true,
      about: 'A search without results.',
    }),
    [`${fixture('negative-none')}/expected.json`]: json({
      engine,
      query: 'red panda',
      candidates: [],
      missed: {},
    }),
  }
}

const titled = (engine: string) => engine.charAt(0).toUpperCase() + engine.slice(1)

function moduleOf(engine: string, today: string): string {
  return `import { findNew } from './dom.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'
import { attribute, firstOf, text } from './read.ts'

const tile = 'li[data-${engine}-item]:not([data-sponsored])'

/** Where each value stands in a tile. Prefer attributes that carry data over names that carry looks. */
const tiles = layout('tiles', {
  served: 'since ${today.slice(0, 4)} or earlier',
  items: page => findNew(page, tile),
  fields: {
    imageUrl: attribute('data-original'),
    thumbnailUrl: firstOf(attribute('src', 'img'), attribute('data-src', 'img')),
    pageUrl: attribute('href', 'a'),
    title: text('figcaption'),
    width: attribute('data-width'),
    height: attribute('data-height'),
  },
})

/** ${titled(engine)}: say here how its pages carry their results. */
export const ${engine}: Harvester = {
  engine: '${engine}',
  label: '${titled(engine)}',
  verified: { by: 'documentation', on: '${today}' },
  access: 'request',
  usualOriginals: 1,
  examples: ['https://www.${engine}.example/images?q=red+panda'],
  hosts: ['https://www.${engine}.example/images*'],
  matches: url => url.hostname === 'www.${engine}.example',
  query: url => url.searchParams.get('q') ?? undefined,
  filters: filtersFrom({ size: 'size' }),
  tiles: { selector: tile },
  layouts: [tiles],
}
`
}

function pageOf(engine: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>red panda - ${titled(engine)}</title></head>
<body>
${body}
</body></html>
`
}

function tilesOf(engine: string): string {
  const item = (place: number, more: string, caption: string) =>
    `<li data-${engine}-item="${place}"${more}><figure><a href="https://zoo.example/${place}"><img src="https://thumbnails.example/${place}.jpg"></a>${caption}</figure></li>`
  const original = (place: number) =>
    ` data-original="https://pictures.example/${place}.jpg" data-width="1600" data-height="1200"`
  return `<ul>
${item(1, original(1), '<figcaption>Red panda</figcaption>')}
${item(2, `${original(2)} data-sponsored`, '<figcaption>Buy a red panda</figcaption>')}
${item(3, original(3), '')}
</ul>`
}

function expectedOf(engine: string): object {
  const candidate = (place: number, rank: number, title: string | null) => ({
    imageUrl: `https://pictures.example/${place}.jpg`,
    thumbnailUrl: `https://thumbnails.example/${place}.jpg`,
    pageUrl: `https://zoo.example/${place}`,
    title,
    width: 1600,
    height: 1200,
    alternatives: [{ kind: 'thumbnail', url: `https://thumbnails.example/${place}.jpg` }],
    rank,
  })
  return {
    engine,
    query: 'red panda',
    candidates: [candidate(1, 1, 'Red panda'), candidate(3, 2, null)],
    missed: { title: 1 },
    filters: { size: 'large' },
  }
}

function report(engine: string, paths: readonly string[]): string {
  const folder = 'extension/src/harvesters'
  return `Written, for a made-up site ${engine}.example:
${[...paths, 'registry.ts'].map(path => `  ${folder}/${path}`).join('\n')}

Next: the addresses and selectors of the real site in ${folder}/${engine}.ts, a fixture of a page of yours by
  npm run save:fixture -- PAGE.html --url PAGE_URL --engine ${engine} --case NAME
and \`npm run unit\` and \`npm run docs\`. CONTRIBUTING.md has the six steps.`
}
