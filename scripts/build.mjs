/** Builds extension and dashboard, only when something they are made of has changed. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveUp, root, runQuietly, say } from './setup.mjs'

const targets = {
  chrome: { out: 'extension-chrome', from: ['extension', 'shared'] },
  firefox: { out: 'extension-firefox', from: ['extension', 'shared'] },
  dashboard: { out: 'dashboard', from: ['server/src/dashboard', 'shared'] },
}

function sources(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.includes('__fixtures__') && !path.includes('node_modules'))
    .sort()
}

function fingerprint(target) {
  const sum = createHash('sha256')
  const files = ['vite.config.ts', 'package-lock.json'].map(name => join(root, name))
  for (const path of [...files, ...target.from.flatMap(sources)])
    sum.update(path.slice(root.length)).update(readFileSync(path))
  return sum.digest('hex')
}

/** @param names - keys of `targets` */
export function build(names) {
  for (const name of names) {
    const target = targets[name]
    const stamp = join(root, 'dist', `.${name}-stamp`)
    const wanted = fingerprint(target)
    const isFresh =
      existsSync(join(root, 'dist', target.out)) &&
      existsSync(stamp) &&
      readFileSync(stamp, 'utf8') === wanted
    if (isFresh) continue
    say(`Building ${target.out} …`)
    const code = runQuietly(
      ['node_modules/vite/bin/vite.js', 'build', '--mode', name, '--logLevel', 'warn'],
      { NODE_ENV: 'production' },
    )
    if (code !== 0) giveUp(`${target.out} could not be built.`, 'See the lines above.')
    mkdirSync(join(root, 'dist'), { recursive: true })
    writeFileSync(stamp, wanted)
  }
}
