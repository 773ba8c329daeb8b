/** Bringing pictures in by the server: folders, archives, lists with files, sets of others. */
import { readFile, stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, isErrorCode } from '@gleaner/shared/errors'
import type {
  ImportFormat,
  ImportList,
  ImportRequest,
  ImportStarted,
  ImportSummary,
} from '@gleaner/shared/imports'
import { countsInWords } from '@gleaner/shared/outcome'
import type { Command } from 'commander'
import { readClassMap } from '../../imports/class-map-text.ts'
import type { Connection } from '../connection.ts'
import { type Context, contextOf, withServer } from '../context.ts'
import { printable } from '../duplicates/words.ts'
import { table } from '../output.ts'
import { createProgressLine } from '../progress-line.ts'
import { atDataset } from './acts.ts'

export interface FileImportOptions {
  readonly dataset: string
  readonly class?: string
  readonly format?: ImportFormat
  readonly map?: string
  readonly splits: boolean
  readonly fetch?: true
  readonly wait: boolean
}

const pollMs = 500

export async function importFiles(
  source: string,
  options: FileImportOptions,
  context: Context,
): Promise<void> {
  const request: ImportRequest = {
    path: resolve(source),
    dataset: options.dataset,
    ...(options.class !== undefined && { class: options.class }),
    ...(options.format !== undefined && { format: options.format }),
    ...(options.map !== undefined && { map: await readMap(options.map) }),
    ...(!options.splits && { splits: 'ignore' as const }),
    ...(options.fetch && { fetch: true }),
  }
  await withServer(context, async server => {
    const { datasetId, import: begun } = await server.post<ImportStarted>('/api/imports', request)
    const path = `/api/datasets/${datasetId}/imports/${begun.id}`
    const done = await follow(server, path, options.wait)
    context.output.result(done, () => linesOf(done))
    if (done.state === 'failed') throw failureOf(done)
  })
}

/** What is being read is waited for in any case: only then it is known whether it can be taken. */
async function follow(server: Connection, path: string, isToEnd: boolean): Promise<ImportSummary> {
  const line = createProgressLine(process.stderr)
  for (;;) {
    const now = await server.get<ImportSummary>(path)
    const { state, counts, total, done } = now
    const waiting = counts.queued + counts.leased
    const hasEnded =
      state === 'failed' || state === 'cancelled' || (state === 'done' && (!isToEnd || waiting === 0))
    if (state !== 'reading') line.update(Math.max(0, done - waiting), total, countsInWords(counts))
    if (hasEnded) {
      line.end()
      return now
    }
    await pause(pollMs)
  }
}

function linesOf({
  format,
  state,
  accepted,
  known,
  refused,
  skipped,
  counts,
  notesLeft,
}: ImportSummary): string[] {
  if (state === 'failed') return []
  const left = Object.entries(skipped).map(([reason, count]) => `${count} ${reason.replaceAll('-', ' ')}`)
  return [
    `${format ?? 'unknown form'}: ${accepted} new · ${known} known before · ${refused} refused`,
    ...(left.length > 0 ? [`left out: ${left.join(' · ')}`] : []),
    ...(notesLeft > 0
      ? [`${notesLeft} pictures are copies of held ones: their boxes and splits were not kept`]
      : []),
    countsInWords(counts),
  ]
}

function failureOf({ code, facts }: ImportSummary): AppError {
  const known = isErrorCode(code ?? '') ? code : undefined
  return new AppError(isErrorCode(known) ? known : 'PROTOCOL_INTERNAL', (facts ?? {}) as AppError['facts'])
}

async function readMap(path: string) {
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new AppError(
      'CONFIG_INVALID',
      { setting: '--map', given: path, expected: 'a file that can be read' },
      { cause },
    )
  })
  return readClassMap(text)
}

/** Lists of addresses may be read from anywhere the command runs; everything else is read by the server itself. */
export async function isForServer(source: string): Promise<boolean> {
  if (source === '-') return false
  const found = await stat(source).catch(() => undefined)
  if (!found) return false
  return found.isDirectory() || !['.csv', '.txt', ''].includes(extname(source).toLowerCase())
}

/** `imports`: what was brought in before, and giving up what is under way. */
export function addImportsCommand(program: Command): void {
  const imports = program.command('imports').description('what was brought in from elsewhere')
  imports
    .command('list <dataset>')
    .description('list imports, newest first')
    .action((nameOrId: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const list = await server.get<ImportList>(`${path}/imports`)
        output.result(list, () =>
          table(
            ['no.', 'from', 'form', 'state', 'new', 'known', 'of'],
            list.imports.map(one => [
              ...[one.id, printable(one.source), one.format ?? '', one.state],
              ...[one.accepted, one.known, one.total],
            ]),
          ),
        )
      }),
    )
  imports
    .command('undo <dataset> <number>')
    .description('take an import back: all that nothing else brought as well; it may be imported again')
    .action((nameOrId: string, number: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const at = `${path}/imports/${Number(number)}`
        let one = await server.post<ImportSummary>(`${at}/undo`, {})
        for (; one.undone === 'partly'; one = await server.get<ImportSummary>(at)) await pause(pollMs)
        output.result(one, () => [`Import ${one.id} is taken back. Its pictures go in the background.`])
      }),
    )
  imports
    .command('cancel <dataset> <number>')
    .description('take nothing more of an import; what was taken stays')
    .action((nameOrId: string, number: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const one = await server.post<ImportSummary>(`${path}/imports/${Number(number)}/cancel`, {})
        output.result(one, () => [`Import ${one.id} is ${one.state}.`])
      }),
    )
}
