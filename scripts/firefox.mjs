/** Finds a Firefox the extension runs in, or installs one. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { installFromDebian, onPath } from './debian.mjs'
import { say } from './setup.mjs'

/** As the extension's manifest demands. */
const oldestVersion = 142

function isNewEnough(path) {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return Number(/Firefox (\d+)/.exec(stdout ?? '')?.[1] ?? 0) >= oldestVersion
}

const find = () =>
  [process.env.FIREFOX_PATH, onPath('firefox-esr'), onPath('firefox')].find(
    path => path && existsSync(path) && isNewEnough(path),
  )

/** @returns the path of a Firefox, installing one when there is none; `undefined` when that is not possible */
export function ensureFirefox() {
  const found = find()
  if (found) return found
  say('Installing Firefox (once) …')
  installFromDebian('firefox-esr')
  const installed = find()
  if (!installed)
    say(
      `No Firefox from ${oldestVersion} on was found and none could be installed, so its tests are skipped.\n` +
        'Install Firefox, or name one in FIREFOX_PATH.',
    )
  return installed
}
