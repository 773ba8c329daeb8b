/** The one door to every command: `node scripts/run.mjs TASK [ARGUMENTS]`. Sets up what the task needs, then runs it. */

import { join } from 'node:path'
import { build } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensureTools } from './debian.mjs'
import { ensureFirefox } from './firefox.mjs'
import { makeTemporaryFolder } from './memory-folder.mjs'
import { giveUp, install, root, runNode } from './setup.mjs'

const vitest = 'node_modules/vitest/vitest.mjs'

/**
 * For what serves, and what measures that: pictures pass through in buffers outside of the heap, and a heap that starts
 * small is collected for every 64 MB of them, at a tenth of all the work. Memory is taken when it is used, not before: the
 * young part is taken whole, and three times.
 */
const serverFlags = ['--initial-old-space-size=256', '--min-semi-space-size=16', '--max-semi-space-size=16']

/** Where the command was typed: what paths in its arguments are relative to. */
const here = process.env.INIT_CWD ?? process.cwd()

/** What each task needs before it starts, what it runs, whether that takes paths, and whether its files may go at its end. */
const tasks = {
  start: {
    builds: ['chrome', 'dashboard'],
    run: ['server/src/cli/gleaner.ts', 'serve', '--open'],
    flags: serverFlags,
    takesPaths: true,
  },
  gleaner: {
    builds: ['chrome', 'dashboard'],
    run: ['server/src/cli/gleaner.ts'],
    flags: serverFlags,
    takesPaths: true,
  },
  demo: { builds: ['chrome', 'dashboard'], browsers: 'chromium', run: ['e2e/demo/demo.ts'] },
  test: {
    builds: ['chrome', 'firefox', 'dashboard'],
    browsers: 'both',
    tools: ['strace'],
    run: [vitest, 'run'],
    isTest: true,
  },
  e2e: {
    builds: ['chrome', 'firefox', 'dashboard'],
    browsers: 'both',
    run: [vitest, 'run', '--project', 'e2e'],
    isTest: true,
  },
  unit: { run: [vitest, '--project', 'unit'], isTest: true },
  check: { run: [vitest, 'run', '--project', 'check'] },
  format: { run: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'] },
  build: { builds: ['chrome', 'firefox', 'dashboard'] },
  package: { run: ['extension/scripts/package.ts'] },
  harvest: { run: ['extension/scripts/harvest.ts'], takesPaths: true },
  'new:engine': { run: ['extension/scripts/new-engine.ts'] },
  'save:fixture': { run: ['extension/scripts/save-fixture.ts'], takesPaths: true },
  docs: { run: ['scripts/docs.ts'] },
  'bench:ingest': { run: ['server/bench/ingest.ts'], flags: serverFlags },
  'bench:duplicates': { run: ['server/bench/duplicates.ts'], flags: serverFlags, takesPaths: true },
  'bench:export': { tools: ['zip'], run: ['server/bench/export.ts'], flags: serverFlags },
  'bench:peers': { run: ['server/bench/peers/peers.ts'], flags: serverFlags },
  'bench:duplicates:peers': { run: ['server/bench/duplicates/peers.ts'], flags: serverFlags },
  'bench:quality': { browsers: 'chromium', run: ['server/bench/quality.ts'] },
  'bench:dashboard': {
    builds: ['dashboard'],
    browsers: 'chromium',
    run: ['server/bench/dashboard.ts'],
    flags: serverFlags,
  },
  'bench:harvest': { builds: ['chrome'], browsers: 'chromium', run: ['extension/bench/harvest.ts'] },
  'crash-soak': { run: ['server/bench/crash-soak.ts'] },
  'test:faults': { tools: ['strace'], run: ['server/bench/faults.ts'] },
  'test:consumers': { run: ['server/bench/consumers.ts'] },
  soak: { run: ['server/bench/soak.ts'], flags: serverFlags },
}

const [name, ...args] = process.argv.slice(2)
const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined
if (!task) giveUp(`There is no command "${name ?? ''}".`, `There are: ${Object.keys(tasks).join(', ')}.`)

install()
build(task.builds ?? [])
const env = {}
// Where they cannot be had, the tests that need them say so and are skipped.
ensureTools(task.tools ?? [])
if (task.browsers) {
  const chromium = ensureChromium()
  if (!chromium)
    giveUp(
      'No Chromium was found and none could be installed.',
      'Install Chromium, or name one in CHROMIUM_PATH.',
    )
  env.CHROMIUM_PATH = chromium
  if (task.browsers === 'both') env.FIREFOX_PATH = ensureFirefox() ?? ''
}
if (task.run) {
  const [script, ...given] = task.run
  const temporary = task.isTest ? makeTemporaryFolder() : undefined
  if (temporary) env.TMPDIR = temporary.path
  process.exitCode = await runNode(
    [...(task.flags ?? []), join(root, script), ...given, ...args],
    env,
    task.takesPaths ? here : root,
  )
  temporary?.remove()
}
