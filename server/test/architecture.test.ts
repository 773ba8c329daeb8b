/** Who may import whom. The table is the one of docs/architecture.md; each row says why it is there. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Area {
  readonly folder: string
  /** Folders and packages its files may import, beside their own folder. */
  readonly may: readonly string[]
  readonly why: string
  /** Set where tests are held to it as well. */
  readonly withTests?: true
}

const ui = ['shared/ui', 'react', 'react-dom', 'react-aria-components']
const query = ['@tanstack/react-query', '@tanstack/react-virtual', 'wouter']

const areas: readonly Area[] = [
  { folder: 'shared/src', may: ['typebox'], why: 'runs in every process: no Node, no DOM, no browser API' },
  { folder: 'shared/ui', may: ['shared/src', ...ui], why: 'shown by popup, options and dashboard alike' },
  {
    folder: 'extension/src/harvesters',
    may: ['shared/src'],
    why: 'reads a document; no storage, network or browser API',
  },
  {
    folder: 'extension/src/platform',
    may: ['shared/src', 'webextension-polyfill', 'typebox'],
    why: 'the only door to the browser API',
  },
  {
    folder: 'extension/src/content',
    may: ['extension/src/harvesters', 'extension/src/platform', 'shared/src'],
    why: 'talks by messages only',
  },
  {
    folder: 'extension/src/background',
    may: ['extension/src/platform', 'shared/src', 'typebox'],
    why: 'talks by messages only',
  },
  {
    folder: 'extension/src/connection',
    may: ['extension/src/platform', 'shared/src', ...ui, ...query],
    why: 'how the connection is shown and mended, the same in popup and options',
  },
  {
    folder: 'extension/src/popup',
    may: ['extension/src/connection', 'extension/src/platform', 'shared/src', ...ui, ...query],
    why: 'talks by messages only',
  },
  {
    folder: 'extension/src/options',
    may: ['extension/src/connection', 'extension/src/platform', 'shared/src', ...ui, ...query],
    why: 'talks by messages only',
  },
  {
    folder: 'server/src/net',
    may: ['shared/src', 'node', 'undici', 'ipaddr.js', 'tldts'],
    why: 'the only code that reaches the internet',
  },
  {
    folder: 'server/src/imaging',
    may: [
      'shared/src',
      'server/src/look',
      'node',
      'sharp',
      '@julusian/jpeg-turbo',
      'image-hash',
      'file-type',
      'exifr',
    ],
    why: 'the only importer of sharp and libjpeg-turbo',
  },
  {
    folder: 'server/src/duplicates',
    may: ['server/src/look', 'shared/src'],
    why: 'judges copies by figures alone: whoever asks has read them, from a table or from files',
  },
  {
    folder: 'server/src/splits',
    may: ['shared/src', 'node'],
    why: 'divides numbers: of tables and files it knows nothing',
  },
  {
    folder: 'server/src/store',
    may: [
      'server/src/duplicates',
      'server/src/look',
      'server/src/splits',
      'shared/src',
      'node',
      'better-sqlite3',
      'typebox',
    ],
    why: 'the only code with SQL about datasets',
  },
  {
    folder: 'server/src/look',
    may: ['shared/src', 'node'],
    why: 'compares numbers: of files, tables and pixels it knows nothing',
  },
  {
    folder: 'server/src/access',
    may: ['shared/src', 'node', 'better-sqlite3'],
    why: 'credentials are nobody else’s business',
  },
  {
    folder: 'server/src/work',
    may: ['server/src/imaging', 'server/src/net', 'shared/src'],
    why: 'work needs nothing but the job: no dataset, no credential, no folder, so that others can do it',
  },
  {
    folder: 'server/src/pipeline',
    may: [
      'server/src/store',
      'server/src/work',
      'server/src/look',
      'server/src/duplicates',
      // How hosts are treated is decided here, whoever asks them.
      'server/src/net/bandwidth.ts',
      'server/src/net/judge.ts',
      'server/src/net/pace.ts',
      'server/src/net/pace-result.ts',
      'server/src/net/robots-txt.ts',
      // What the person's browser brings is looked at before it is filed.
      'server/src/net/opt-out.ts',
      'server/src/imaging/sniff.ts',
      'server/src/log.ts',
      'shared/src',
      'node',
    ],
    why: 'knows neither HTTP nor Fastify, nor who does the work; of the log only how to write a line',
  },
  {
    folder: 'server/src/exports',
    may: [
      'server/src/store',
      'server/src/imaging',
      'server/src/log.ts',
      'shared/src',
      'node',
      'typebox',
      'csv-parse',
      'csv-stringify',
      'yaml',
      'hyparquet',
      'hyparquet-writer',
      'tar-stream',
      'yauzl',
      '@rgrove/parse-xml',
    ],
    why: 'writes a version for others to read: of pixels it knows whom to ask, of HTTP nothing',
  },
  {
    folder: 'server/src/http',
    may: [
      'server/src/pipeline',
      'server/src/exports',
      'server/src/imports',
      'server/src/store',
      'server/src/access',
      'server/src/log.ts',
      'shared/src',
      'node',
      'fastify',
      '@fastify/*',
      'typebox',
    ],
    why: 'no SQL, no sharp, no network of its own; of the log only how to write a line',
  },
  {
    folder: 'server/src/imports',
    may: [
      'server/src/store',
      // Forms of others are read by the same readers that prove exports.
      'server/src/exports/readers',
      // What a file is, its bytes say.
      'server/src/imaging/sniff.ts',
      'server/src/log.ts',
      'shared/src',
      'node',
      'typebox',
      'csv-parse',
      'hyparquet',
      'tar-stream',
      'yaml',
      'yauzl',
    ],
    why: 'takes archives and lists of strangers apart: no network, no pixels, no credential',
  },
  {
    folder: 'server/src/dashboard',
    may: ['shared/src', ...ui, ...query, 'uplot'],
    why: 'a page over the public API',
  },
  {
    folder: 'server/src/cli',
    may: ['server/src', 'shared/src', 'node', 'commander', 'csv-parse', 'typebox'],
    why: 'starts the server or speaks to it over HTTP',
  },
  {
    folder: 'extension/bench',
    may: ['extension/src/content', 'extension/src/harvesters', 'e2e/support', 'node', 'vite'],
    why: 'times what reads a page, in the browser the end-to-end tests start',
  },
  {
    folder: 'e2e',
    may: [
      'shared/src',
      'scripts/shared-folder.ts',
      'node',
      'vitest',
      'vite',
      'playwright',
      'puppeteer-core',
      'axe-core',
      'sharp',
    ],
    why: 'meets extension and server as they are built and started, never their sources',
    withTests: true,
  },
]

/** Sources that end-to-end code names by their path. */
const namedSources = [
  // Started as a process: the command line a person uses, and the server with a way to loopback hosts.
  'e2e/support/dataset.ts → server/src/cli/gleaner.ts',
  'e2e/support/stack.ts → server/test/support/loopback-server.ts',
  // Bundled: the layer of marks alone on a page.
  'e2e/support/tile-bench.ts → extension/src/content/tiles/tile-layer.ts',
]

function filesBelow(folder: string, withTests = false): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .filter(({ name }) => withTests || !/\.test\.tsx?$/.test(name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.includes(`${sep}node_modules${sep}`))
}

/** Names what a file imports: a folder of the repository, `node`, or a package. */
function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(
    /^\s*(?:import|export)\b[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...specifiers].map(([, from, bare, dynamic]) => {
    const specifier = (from ?? bare ?? dynamic ?? '').replace(/\?.*$/, '')
    if (specifier.startsWith('.'))
      return relative(root, join(dirname(file), specifier))
        .split(sep)
        .join('/')
    if (specifier.startsWith('node:')) return 'node'
    if (specifier.startsWith('@gleaner/shared/ui/')) return 'shared/ui/'
    if (specifier.startsWith('@gleaner/shared/')) return 'shared/src/'
    const [scope, name] = specifier.split('/')
    return specifier.startsWith('@') ? `${scope}/${name}` : (scope ?? specifier)
  })
}

const isAllowed = (imported: string, allowed: string) =>
  imported === allowed ||
  imported.startsWith(`${allowed}/`) ||
  (allowed.endsWith('/*') && imported.startsWith(allowed.slice(0, -1)))

describe.each(areas)('$folder ($why)', ({ folder, may, withTests }) => {
  test('imports only what it may', () => {
    const strays = filesBelow(folder, withTests).flatMap(file =>
      importsOf(file)
        .filter(imported => ![folder, ...may].some(allowed => isAllowed(imported, allowed)))
        .map(imported => `${relative(root, file)} → ${imported}`),
    )
    expect(strays).toEqual([])
  })
})

test('end-to-end code names no source but those it has a reason for', () => {
  const named = filesBelow('e2e', true).flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(/(?<=['"`])(?:\.\.\/)+(?:extension|server)\/[^'"`]+/g)].map(
      ([path]) => `${relative(root, file)} → ${relative(root, join(dirname(file), path))}`,
    ),
  )
  expect(named.sort()).toEqual(namedSources)
})

test('every source folder has a row', () => {
  const known = areas.map(area => area.folder)
  const folders = ['server/src', 'extension/src'].flatMap(parent =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => `${parent}/${entry.name}`),
  )
  expect(folders.filter(folder => !known.includes(folder))).toEqual([])
})

test('what several parts speak of is defined once', () => {
  const definitions = filesBelow('server/src').filter(file =>
    /^export interface Log\b/m.test(readFileSync(file, 'utf8')),
  )
  expect(definitions.map(file => relative(root, file))).toEqual(['server/src/log.ts'])
})

test('docs/architecture.md names every folder', () => {
  const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8')
  expect(areas.map(({ folder }) => folder).filter(folder => !page.includes(`\`${folder}\``))).toEqual([])
})
