/**
 * Opens every format with the programs that it is written for, and shows a table of who loads what. They are programs in
 * Python of some gigabytes together, installed once from a package index; what cannot be had is named as skipped.
 *
 * `npm run -s test:consumers [-- --only coco,yolo] [--with torchvision] [--python PATH] [--write]`
 *
 * `--write` puts the table into docs/exports.md.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { consumers, type Opened, openWith, pythonEnvironment } from './consumers/environment.ts'
import { writeExports } from './consumers/exports.ts'
import { tableOf, withTable } from './consumers/table.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    with: { type: 'string' },
    python: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const isNamed = (names: string | undefined, name: string) =>
  names === undefined || names.split(',').includes(name)

const python = values.python ?? pythonEnvironment()
if (python === undefined) {
  console.error('Skipped: there is no python3 that can make an environment (its module venv is needed).')
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'gleaner-consumers-'))
try {
  const written = await writeExports(folder, name => isNamed(values.only, name.split(' ')[0] ?? ''))
  const plan = join(folder, 'plan.json')
  writeFileSync(plan, JSON.stringify(written))
  const opened: Opened[] = []
  for (const consumer of consumers.filter(({ name }) => isNamed(values.with, name))) {
    const one = await openWith(consumer, python, plan)
    opened.push(one)
    const failed = one.answers.filter(({ ok }) => !ok)
    for (const answer of failed) console.error(`${consumer.title}, ${answer.export}: ${answer.say}`)
    if (one.missing !== undefined) console.error(`Skipped: ${consumer.title} (${one.missing.trim()})`)
    if (failed.length > 0) process.exitCode = 1
  }
  const table = tableOf(
    written.map(({ name }) => name),
    opened,
  )
  console.log(table)
  if (values.write) {
    const page = fileURLToPath(new URL('../../docs/exports.md', import.meta.url))
    writeFileSync(page, withTable(readFileSync(page, 'utf8'), table))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
