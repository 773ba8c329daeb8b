/** Finds a Chromium that loads unpacked extensions from the command line, or installs one. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installFromDebian, onPath } from './debian.mjs'
import { pinnedNode, root, say } from './setup.mjs'

function playwrightsOwn() {
  try {
    const path = createRequire(join(root, 'e2e', 'package.json'))('playwright').chromium.executablePath()
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

// Google Chrome is not in the list: since version 137 it ignores --load-extension.
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
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  spawnSync(pinnedNode, ['node_modules/playwright/cli.js', 'install', 'chromium'], options)
  if (!find()) installFromDebian('chromium', 'fonts-liberation')
  return find()
}
