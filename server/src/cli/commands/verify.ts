import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '@gleaner/shared/errors'
import type { Command } from 'commander'
import { openHome, repairDataset, type VerifyReport, verifyDataset } from '../../store/index.ts'
import { findRunning } from '../connection.ts'
import { type Context, contextOf } from '../context.ts'
import { datasetsIn, refuseUnknown } from '../datasets-on-disk.ts'
import { printable } from '../duplicates/words.ts'
import { lastingFindings } from '../lasting.ts'
import { createProgressLine } from '../progress-line.ts'
import { type VerifiedExport, verifyExport } from '../verify-export.ts'
import { withTools } from './duplicates/work.ts'

/** Exit code when a dataset is not as it should be. */
const exitUnsound = 2
/** Many times what a file of a server at work needs from its name to its row. */
const lookAgainMs = 2_000

export function addVerifyCommand(program: Command): void {
  program
    .command('verify [dataset]')
    .description(
      'check files and index of every dataset (or one) against each other; exit code 2 when something is wrong',
    )
    .option('--export <path>', 'check an export, a folder or an archive, from its files alone instead')
    .option('--repair', 'mend what can be mended; files that are not ours are left alone (server stopped)')
    .action(async (datasetId: string | undefined, { repair, export: folder }: Flags, command: Command) => {
      const context = contextOf(command)
      if (folder !== undefined) return checkExport(context, folder)
      const ids = datasetId === undefined ? datasetsIn(context.config.home) : [datasetId]
      const isLive = !repair && (await findRunning(context.config.home)) !== undefined
      if (isLive) context.output.note('A server is running: what looks wrong is looked at twice.')
      const reports: VerifyReport[] = []
      for (const id of ids) reports.push(await check(context, id, { isRepairing: repair ?? false, isLive }))
      context.output.result(reports, () =>
        reports.length === 0 ? ['No dataset yet.'] : reports.flatMap(reportLines),
      )
      if (reports.some(({ findings }) => findings.length > 0)) process.exitCode = exitUnsound
    })
}

interface Flags {
  readonly repair?: boolean
  /** Folder or archive of an export. */
  readonly export?: string
}

function checkExport({ output }: Context, folder: string): Promise<void> {
  return withTools(output, async tools => {
    const verified = await verifyExport(resolve(folder), tools)
    output.result(verified, () => exportLines(verified))
    if (verified.findings.length > 0) process.exitCode = exitUnsound
  })
}

function exportLines({ folder, format, images, files, findings, ...rest }: VerifiedExport): string[] {
  const { pairsAcrossSplits, certifiedPairs, version } = rest
  const seen = `${format} of version ${printable(version.name)}: ${images} pictures, ${files} files`
  const pairs =
    pairsAcrossSplits === null
      ? `  not all of its pictures can be looked at; it says that ${certifiedPairs} pairs of copies straddle splits`
      : `  ${pairsAcrossSplits} pairs of copies straddle splits (it says ${certifiedPairs})`
  if (findings.length === 0) return [`${printable(folder)}: sound (${seen})`, pairs]
  return [
    `${printable(folder)}: ${findings.length} things are wrong (${seen})`,
    ...findings.map(one => `  ${printable(one)}`),
    pairs,
  ]
}

interface Manner {
  readonly isRepairing: boolean
  /** A server works in the folder meanwhile. */
  readonly isLive: boolean
}

async function check(
  { config, output }: Context,
  id: string,
  { isRepairing, isLive }: Manner,
): Promise<VerifyReport> {
  refuseUnknown(config.home, id)
  const look = async () => {
    const progress = createProgressLine(process.stderr)
    const onProgress = (done: number, total: number) => {
      if (process.stderr.isTTY) progress.update(done, total, id)
    }
    const report = await verifyDataset(join(config.home, id), { onProgress })
    progress.end()
    return report
  }
  const report = isLive ? await lastingFindings(look, () => pause(lookAgainMs)) : await look()
  if (!isRepairing || report.findings.length === 0) return report
  output.note(await repair(config.home, id, report))
  return look()
}

/** Takes the home as a server would, so that nobody else writes meanwhile. */
async function repair(home: string, id: string, report: VerifyReport): Promise<string> {
  const taken = await openHome({ folder: home, now: Date.now })
  try {
    const dataset = taken.byId(id)
    if (!dataset) throw new AppError('STORE_DAMAGED', { dataset: id })
    const { requeued, forgottenOriginals, removedFiles } = await repairDataset(dataset, report)
    const atStart = taken.recovered.get(id)?.requeued ?? 0
    return `${atStart + requeued} queued again, ${forgottenOriginals} originals given up, ${removedFiles} stray files removed.`
  } finally {
    taken.close()
  }
}

function reportLines({ folder, findings, images, originals, candidates }: VerifyReport): string[] {
  const seen = `${images} pictures, ${originals} originals, ${candidates} candidates`
  if (findings.length === 0) return [`${folder}: sound (${seen})`]
  const lines = findings.map(({ kind, at, detail }) => `  ${kind}  ${at}  ${detail}`)
  return [`${folder}: ${findings.length} things are wrong (${seen})`, ...lines]
}
