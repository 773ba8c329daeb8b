import { AppError } from '@gleaner/shared/errors'
import type { ExportList, ExportSummary, Preflight } from '@gleaner/shared/exports'
import { withFix } from '@gleaner/shared/exports'
import type { VersionList, VersionSummary } from '@gleaner/shared/versions'
import { type Command, InvalidArgumentError } from 'commander'
import { exporters } from '../../exports/registry.ts'
import type { Connection } from '../connection.ts'
import { type Context, contextOf } from '../context.ts'
import { addFormatFlags, addRequestFlags, type Flags, requestOf } from '../export-flags.ts'
import { watchExport } from '../export-progress.ts'
import { preflightLines, summaryLines } from '../export-words.ts'
import { table } from '../output.ts'
import { atDataset } from './acts.ts'

/** Exit code when something is in the way of an export. */
const exitRefused = 2

/** `export <format> <dataset> [version]`: a command a format, its flags those of the format's own options. */
export function addExportCommand(program: Command): void {
  const all = program
    .command('export')
    .description('write a version of a dataset in a form that trainers load, and prove that it can be read')
  for (const exporter of exporters) {
    const command = all
      .command(`${exporter.format} <dataset> [version]`)
      .description(`${exporter.title}: for ${exporter.readBy}; of the newest version unless one is named`)
      .option('--dry-run', 'say what would be written, lost or refused, and write nothing')
      .option('--fix', 'lay the fixes of what would be lost or refused over the request first')
    addRequestFlags(command, exporter)
    const optionsIn = addFormatFlags(command, exporter)
    command.action((dataset: string, version: string | undefined, flags: Flags, self: Command) =>
      atDataset(contextOf(self), dataset, async (server, path, context) => {
        const { id } = await versionNamed(server, path, version)
        await write(
          server,
          path,
          context,
          { ...requestOf(exporter, flags, optionsIn(flags)), versionId: id },
          flags,
        )
      }),
    )
  }
}

async function versionNamed(server: Connection, path: string, named?: string): Promise<VersionSummary> {
  const { versions } = await server.get<VersionList>(`${path}/versions`)
  const found =
    named === undefined
      ? versions[0]
      : versions.find(({ id, name, digest }) => name === named || String(id) === named || digest === named)
  if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { version: named ?? 'none was made yet' })
  return found
}

type Request = Parameters<typeof withFix>[0]

async function write(
  server: Connection,
  path: string,
  context: Context,
  asked: Request,
  { dryRun, fix }: Flags,
): Promise<void> {
  const { output } = context
  const look = (request: Request) => server.post<Preflight>(`${path}/exports/preflight`, request)
  let request = asked
  let found = await look(request)
  if (fix === true) {
    for (const finding of found.findings)
      if (finding.fix && finding.weight !== 'note') request = withFix(request, finding.fix)
    found = await look(request)
  }
  const isRefused = found.findings.some(({ weight }) => weight === 'refused')
  if (dryRun === true || isRefused) {
    output.result(found, () => preflightLines(found))
    if (isRefused) process.exitCode = exitRefused
    return
  }
  for (const line of preflightLines(found)) output.note(line)
  const begun = await server.post<ExportSummary>(`${path}/exports`, request)
  const ended = await watchExport(server, path, begun)
  output.result(ended, () => summaryLines(ended))
  if (ended.state !== 'done') process.exitCode = 1
}

/** `exports list|cancel|delete`. */
export function addExportsCommand(program: Command): void {
  const all = program.command('exports').description('list, cancel and delete exports')
  all
    .command('list <dataset>')
    .description('list exports, newest first')
    .action((dataset: string, _flags, self: Command) =>
      atDataset(contextOf(self), dataset, async (server, path, { output }) => {
        const { exports } = await server.get<ExportList>(`${path}/exports`)
        const rows = exports.map(({ id, name, format, versionName, state, sizeBytes }) => [
          ...[id, name, format, versionName, state, Math.round(sizeBytes / 1e5) / 10],
        ])
        const head = ['export', 'name', 'format', 'version', 'state', 'MB']
        output.result(exports, () => (rows.length === 0 ? ['No export yet.'] : table(head, rows)))
      }),
    )
  all
    .command('cancel <dataset> <export>')
    .description('stop an export that is under way; nothing of it stays')
    .action((dataset: string, number: string, _flags, self: Command) =>
      atDataset(contextOf(self), dataset, async (server, path, { output }) => {
        const ended = await server.post<ExportSummary>(`${path}/exports/${numberOf(number)}/cancel`, {})
        output.result(ended, () => summaryLines(ended))
      }),
    )
  all
    .command('delete <dataset> <export>')
    .description('take an export away, with its folder or archive')
    .action((dataset: string, number: string, _flags, self: Command) =>
      atDataset(contextOf(self), dataset, async (server, path, { output }) => {
        await server.delete(`${path}/exports/${numberOf(number)}`)
        output.result({ deleted: numberOf(number) }, () => [`Export ${numberOf(number)} was taken away.`])
      }),
    )
}

function numberOf(given: string): number {
  const number = Number(given)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('A whole number from 1.')
  return number
}
