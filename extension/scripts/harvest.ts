/**
 * `npm run -s harvest -- FILE --url PAGE_URL` prints what a harvester reads in a saved results page, as JSON: the
 * tool to mend an engine with. A page without results gives an empty list. Exit code 2 and a sentence on stderr when
 * there is nothing to read.
 */
import { AppError, catalogue } from '@gleaner/shared/errors'
import { harvestFile } from './harvest-file.ts'

// A reader such as `head` may leave early; that is no error.
process.stdout.on('error', () => process.exit())

try {
  process.stdout.write(`${JSON.stringify(harvestFile(process.argv.slice(2)), null, 2)}\n`)
} catch (error) {
  if (!(error instanceof AppError)) throw error
  const facts = Object.entries(error.facts).map(([name, value]) => `  ${name}: ${value}`)
  process.stderr.write(
    `${[`${error.code}: ${error.message}`, `  ${catalogue[error.code].hint}`, ...facts].join('\n')}\n`,
  )
  process.exitCode = 2
}
