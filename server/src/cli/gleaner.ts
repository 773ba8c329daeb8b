/** The command line: `npm run -s gleaner -- help`. */
import { Command } from 'commander'
import { version } from '../config.ts'
import { addDatasetCommands } from './commands/datasets.ts'
import { addImportCommand } from './commands/import.ts'
import { addServeCommands } from './commands/serve.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { describeError, errorLines } from './output.ts'

const program = new Command('gleaner')
  .description('Turns image-search pages into clean, training-ready image datasets on your own disk.')
  .version(version)
  .option(
    '--home <folder>',
    'folder that holds the datasets (default: GLEANER_HOME, else "Gleaner" in your home folder)',
  )
  .option('--port <number>', 'port of the server on 127.0.0.1 (default: GLEANER_PORT, else 4817)')
  .option('--json', 'print one JSON document instead of lines')
  .showHelpAfterError('Run "gleaner help" for the list of commands.')

addServeCommands(program)
addDatasetCommands(program)
addImportCommand(program)
addVerifyCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  const isJson = program.opts<{ json?: boolean }>().json ?? false
  const text = isJson
    ? JSON.stringify({ error: describeError(error) }, null, 2)
    : errorLines(error).join('\n')
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
}
