/** Finds a Chromium that loads unpacked extensions from the command line, or installs one. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { pinnedNode, root, say } from './setup.mjs'

const inherit = { cwd: root, stdio: ['ignore', 2, 2] }

// Google Chrome is not in the list: since version 137 it ignores --load-extension.
const onPath = name =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(path => existsSync(path))

function playwrightsOwn() {
  try {
    const path = createRequire(join(root, 'e2e', 'package.json'))('playwright').chromium.executablePath()
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

const find = () =>
  [process.env.CHROMIUM_PATH].find(path => path && existsSync(path)) ??
  onPath('chromium') ??
  onPath('chromium-browser') ??
  playwrightsOwn()

/** @returns the path of a Chromium, installing one when there is none; `undefined` when that is not possible */
export function ensureChromium() {
  const found = find()
  if (found) return found
  say('Installing Chromium (once) …')
  spawnSync(pinnedNode, ['node_modules/playwright/cli.js', 'install', 'chromium'], inherit)
  if (!find() && process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { ...inherit, env })
    spawnSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
      { ...inherit, env },
    )
  }
  return find()
}
