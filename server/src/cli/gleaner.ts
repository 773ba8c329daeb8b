/** The command line: `npm run -s gleaner -- help`. */
import { AppError } from '@gleaner/shared/errors'
import { Command, CommanderError } from 'commander'
import { version } from '../config.ts'
import { addActCommands } from './commands/acts.ts'
import { addBackupCommand } from './commands/backup.ts'
import { addClassCommands } from './commands/classes.ts'
import { addDatasetCommands } from './commands/datasets.ts'
import { addDuplicateCommands } from './commands/duplicates/duplicates.ts'
import { addExportCommand, addExportsCommand } from './commands/export.ts'
import { addImageActCommands } from './commands/image-acts.ts'
import { addImageListCommands } from './commands/image-lists.ts'
import { addImportCommand } from './commands/import.ts'
import { addImportsCommand } from './commands/import-files.ts'
import { addIngestCommands } from './commands/ingest.ts'
import { addQualityCommand } from './commands/quality.ts'
import { addRecipeCommands } from './commands/recipe.ts'
import { addServeCommands } from './commands/serve.ts'
import { addSplitCommands } from './commands/splits.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { addVersionCommands } from './commands/versions.ts'
import { describeError, errorLines } from './output.ts'

/** Asked of the words themselves: a command line that cannot be read has no options. */
const isJson = process.argv.includes('--json')

const program = new Command('gleaner')
  .description('Turns image-search pages into clean, training-ready image datasets on your own disk.')
  .version(version)
  .option(
    '--home <folder>',
    'folder that holds the datasets (default: GLEANER_HOME, else "Gleaner" in your home folder)',
  )
  .option('--port <number>', 'port of the server on 127.0.0.1 (default: GLEANER_PORT, else 4817)')
  .option('--json', 'print one JSON document instead of lines')
  .showHelpAfterError('Run "npm run -s gleaner -- help" for the list of commands.')
  .configureOutput(isJson ? { writeErr: () => {} } : {})
  .exitOverride()

addServeCommands(program)
addDatasetCommands(program)
addImportCommand(program)
addImportsCommand(program)
addIngestCommands(program)
addDuplicateCommands(program)
addQualityCommand(program)
const images = program
  .command('images')
  .description('list, count, mark, move and remove pictures by any filter')
addImageListCommands(images)
addImageActCommands(images)
addClassCommands(program)
addActCommands(program)
addSplitCommands(program)
addVersionCommands(program)
addExportCommand(program)
addExportsCommand(program)
addRecipeCommands(program)
addVerifyCommand(program)
addBackupCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) endUsage(error)
  else fail(error)
}

function fail(error: unknown): void {
  const text = isJson
    ? JSON.stringify({ error: describeError(error) }, null, 2)
    : errorLines(error).join('\n')
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
}

/** What the library has to say: help, the version, or that the command line is wrong. Lines are written by then. */
function endUsage({ exitCode, message }: CommanderError): void {
  const isWrong = exitCode !== 0
  if (isWrong && isJson) fail(new AppError('CONFIG_INVALID', { setting: 'command line', reason: message }))
  process.exitCode = exitCode
}
