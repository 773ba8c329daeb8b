/** Store-ready packages of the extension, the same to the byte wherever and whenever they are made. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import { type BuiltFile, packageFaults } from './package-faults.ts'

export interface Package {
  /** File name in the folder asked for. */
  readonly name: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

/** Files by name, with slashes. */
type Files = ReadonlyMap<string, Buffer>

const browsers = ['chrome', 'firefox'] as const

/** All it takes to build the packages again, as a reviewer does: without tests, server and dashboard. */
const sources = {
  files: [
    '.npmrc',
    'LICENSE',
    'README.md',
    'docs/privacy.md',
    'docs/store-listing.md',
    'e2e/package.json',
    'package-lock.json',
    'package.json',
    'server/package.json',
    'tsconfig.base.json',
    'vite.config.ts',
  ],
  folders: ['extension', 'scripts', 'shared'],
} as const

/** The time every file carries. Archives hold it without a time zone, so it is the same hour everywhere. */
const fileTime = new Date(2026, 0, 1, 12)
/** An ordinary file, readable by all, of a Unix system. */
const fileMode = { os: 3, attrs: (0o100644 << 16) >>> 0 }

function readFolder(folder: string, isWanted: (name: string) => boolean = () => true): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isWanted)
  return new Map(names.map(name => [name, readFileSync(join(folder, name))]))
}

/** @param root - folder of the checkout */
export function sourceFiles(root: string): Files {
  const isSource = (name: string) =>
    /\.(?:css|html|json|mjs|png|svg|tsx?|woff2)$/.test(name) &&
    !/(?:^|\/)(?:node_modules|__fixtures__|__snapshots__)\/|\.test\.tsx?$/.test(name)
  const inFolders = sources.folders.flatMap(folder =>
    [...readFolder(join(root, folder), isSource)].map(
      ([name, bytes]) => [`${folder}/${name}`, bytes] as const,
    ),
  )
  return new Map([
    ...sources.files.map(name => [name, readFileSync(join(root, name))] as const),
    ...inFolders,
  ])
}

function archive(files: Files): Buffer {
  const entries = [...files].sort(([one], [other]) => (one < other ? -1 : 1))
  const zippable: Zippable = Object.fromEntries(
    entries.map(([name, bytes]) => [name, [bytes, { level: 9, mtime: fileTime, ...fileMode }]]),
  )
  return Buffer.from(zipSync(zippable))
}

/**
 * Builds the extension anew, so that nothing of a development run gets in.
 *
 * @param root - folder of the checkout
 * @throws Error when it cannot be built, or holds what a store would refuse
 */
function builtFiles(root: string, browser: (typeof browsers)[number]): Files {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-package-'))
  try {
    const vite = [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--mode', browser]
    const { status, stderr } = spawnSync(
      process.execPath,
      [...vite, '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
    )
    if (status !== 0) throw new Error(`The extension for ${browser} could not be built:\n${stderr}`)
    const files = readFolder(folder)
    const texts = [...files]
      .filter(([name]) => /\.(?:js|html|css|json)$/.test(name))
      .map(([name, bytes]): BuiltFile => ({ name, text: bytes.toString('utf8') }))
    const faults = packageFaults(texts)
    if (faults.length > 0) throw new Error(`No store would take it:\n${faults.join('\n')}`)
    return files
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Writes the package of each browser, and the sources they are built from.
 *
 * @param root - folder of the checkout
 * @param out - folder to write into; made when it is not there
 */
export function makePackages(root: string, out: string): readonly Package[] {
  const { version } = JSON.parse(readFileSync(join(root, 'extension', 'package.json'), 'utf8'))
  mkdirSync(out, { recursive: true })
  const write = (what: string, files: Files): Package => {
    const name = `gleaner-${what}-${version}.zip`
    const bytes = archive(files)
    writeFileSync(join(out, name), bytes)
    return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  return [
    ...browsers.map(browser => write(browser, builtFiles(root, browser))),
    write('source', sourceFiles(root)),
  ]
}
