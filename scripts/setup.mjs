/** Brings a bare clone to a state in which every other command runs. Node built-ins only: nothing is installed yet. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.setup-stamp')
const onWindows = process.platform === 'win32'

/** The Node the project is developed on, from the npm package `node`. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', onWindows ? 'node.exe' : 'node')

/** Prints progress where it does not mix with a command's own output. */
export const say = text => process.stderr.write(`${text}\n`)

/** Ends the program with a sentence and a hint instead of a stack. */
export function giveUp(sentence, hint) {
  say(`\n${sentence}\n${hint}\n`)
  process.exit(1)
}

/** Installs the dependencies unless they are those of the lock file already. */
export function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const has = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
  if (has === wanted && existsSync(pinnedNode)) return
  say('Installing dependencies (once, about a minute) …')
  const npm = process.env.npm_execpath
  const [command, ...head] = npm ? [process.execPath, npm] : [onWindows ? 'npm.cmd' : 'npm']
  const { status } = spawnSync(command, [...head, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !npm && onWindows,
  })
  if (status !== 0)
    giveUp('The dependencies could not be installed.', 'See the lines above; is the npm registry reachable?')
  if (!existsSync(pinnedNode)) {
    giveUp(
      'The pinned Node could not be installed.',
      'Its package runs an install script: allow install scripts (npm config get ignore-scripts), then run this again.',
    )
  }
  writeFileSync(stamp, wanted)
}

const childPath = () =>
  [dirname(pinnedNode), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)

/** Runs a short program of the project on the pinned Node; what it prints is shown only when it fails. */
export function runQuietly(args, env = {}) {
  const { status, stdout, stderr } = spawnSync(pinnedNode, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: childPath(), ...env },
  })
  if (status !== 0) say(`${stdout}\n${stderr}`)
  return status ?? 1
}

/**
 * What has to be known before a process starts; whoever set one of them keeps it. Looking names up and syncing files share the
 * threads: the four there are by default make them wait for each other. The others are for the allocator of most Linux systems:
 * it gives large blocks back to the system, and keeps no more than two stores of small ones (a fifth of the memory of a server
 * with a million pictures).
 */
const usual = { UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: String(2 ** 20) }

/**
 * Runs a program of the project on the pinned Node. Ctrl-C and SIGTERM reach it, and it decides when it is done.
 *
 * @param cwd - folder it starts in
 * @returns its exit code
 */
export function runNode(args, env = {}, cwd = root) {
  const child = spawn(pinnedNode, args, {
    cwd,
    stdio: 'inherit',
    env: { ...usual, ...process.env, PATH: childPath(), ...env },
  })
  const onInterrupt = () => {} // the terminal sends it to the child as well
  const onTerminate = () => child.kill('SIGTERM')
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
  return new Promise(resolve => {
    child.once('exit', (code, signal) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
      resolve(signal ? 128 : (code ?? 1))
    })
  })
}
