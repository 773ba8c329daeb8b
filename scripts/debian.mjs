/** Finds programs of this machine, and installs those that Debian has. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './setup.mjs'

/** @returns the path of a program, `undefined` when there is none of that name */
export const onPath = name =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(path => existsSync(path))

/** Installs packages where that is possible without asking anybody: on Debian and its kin, as root. */
export function installFromDebian(...packages) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !onPath('apt-get')) return
  const options = {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  spawnSync('apt-get', ['update', '-qq'], options)
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
}

/** Installs programs that have a package of the same name, as far as that is possible and they are missing. */
export function ensureTools(names) {
  const missing = names.filter(name => !onPath(name))
  if (missing.length > 0) installFromDebian(...missing)
}
