import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { Batch, Progress, Receipt } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { candidateStates, countsInWords, noCounts, type StateCounts } from '@gleaner/shared/outcome'
import type { Command } from 'commander'
import type { Connection } from '../connection.ts'
import { type Context, contextOf, withServer } from '../context.ts'
import { createProgressLine } from '../progress-line.ts'
import { type ListedUrl, readUrlList } from '../url-list.ts'

interface ImportOptions {
  readonly dataset: string
  readonly class?: string
  readonly wait: boolean
}

const pollMs = 250
/** Batches one progress question may name. */
const batchesPerQuestion = 100

export function addImportCommand(program: Command): void {
  program
    .command('import <file>')
    .description(
      'collect a list of picture addresses: one per line, or CSV url[,class]; "-" reads standard input',
    )
    .requiredOption('--dataset <name>', 'dataset to collect into; made when there is none of that name')
    .option('--class <label>', 'class of the lines that name none')
    .option('--no-wait', 'return once the list is safely queued (the server must be running)')
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const context = contextOf(command)
      const { items, skipped } = readUrlList(await readSource(file))
      for (const { line, text } of skipped) context.output.note(`Line ${line} holds no http address: ${text}`)
      const batches = toBatches(items, options)
      await withServer(context, server => importBatches(server, batches, skipped.length, options, context))
    })
}

async function readSource(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin)
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError(
      'CONFIG_INVALID',
      { setting: 'file', given: file, expected: 'a file that can be read' },
      { cause },
    )
  }
}

/**
 * Splits a list into batches of one class each. A batch's id is made from its contents, so that importing the same list
 * twice, or again after a crash, takes nothing twice.
 *
 * @throws AppError `CLASS_NAME_INVALID` when a line has no class and no default is given
 */
export function toBatches(
  items: readonly ListedUrl[],
  { dataset, class: fallback }: Pick<ImportOptions, 'dataset' | 'class'>,
): Batch[] {
  const byClass = Map.groupBy(items, ({ url, classLabel }) => {
    const label = classLabel ?? fallback
    if (label === undefined)
      throw new AppError('CLASS_NAME_INVALID', { url, expected: 'a class column or --class' })
    return label
  })
  return [...byClass].flatMap(([label, listed]) => {
    const urls = [...new Set(listed.map(({ url }) => url))]
    const chunks = Array.from({ length: Math.ceil(urls.length / limits.candidatesPerBatch) }, (_, index) =>
      urls.slice(index * limits.candidatesPerBatch, (index + 1) * limits.candidatesPerBatch),
    )
    return chunks.map(chunk => toBatch(dataset, label, chunk))
  })
}

function toBatch(dataset: string, label: string, urls: readonly string[]): Batch {
  const contents = JSON.stringify([dataset, label, urls])
  return {
    batchId: createHash('sha256').update(contents).digest('hex').slice(0, 32),
    dataset,
    class: label,
    origin: { engine: 'import' },
    candidates: urls.map(url => ({ sources: [{ kind: 'original', url }] })),
  }
}

async function importBatches(
  server: Connection,
  batches: readonly Batch[],
  skippedLines: number,
  { wait }: ImportOptions,
  { output }: Context,
): Promise<void> {
  const sum = { accepted: 0, known: 0, refused: 0, skippedLines }
  for (const batch of batches) {
    const { accepted, known, refused } = await server.post<Receipt>('/api/import', batch)
    sum.accepted += accepted
    sum.known += known
    sum.refused += refused
  }
  const counts = wait ? await waitForOutcomes(server, batches) : undefined
  output.result({ ...sum, ...(counts ? { counts } : {}) }, () => [
    `${sum.accepted} new · ${sum.known} known before · ${sum.refused} refused · ${skippedLines} lines skipped`,
    ...(counts ? [countsInWords(counts)] : []),
  ])
}

async function waitForOutcomes(server: Connection, batches: readonly Batch[]): Promise<StateCounts> {
  const line = createProgressLine(process.stderr)
  const batchIds = batches.map(({ batchId }) => batchId)
  while (true) {
    const counts = await countAll(server, batchIds)
    const total = candidateStates.reduce((sum, state) => sum + counts[state], 0)
    const waiting = counts.queued + counts.leased
    line.update(total - waiting, total, countsInWords(counts))
    if (waiting === 0) {
      line.end()
      return counts
    }
    await pause(pollMs)
  }
}

async function countAll(server: Connection, batchIds: readonly string[]): Promise<StateCounts> {
  const counts = noCounts()
  for (let start = 0; start < batchIds.length; start += batchesPerQuestion) {
    const progress = await server.post<Progress>('/api/collect/progress', {
      batchIds: batchIds.slice(start, start + batchesPerQuestion),
    })
    for (const state of candidateStates) counts[state] += progress.counts[state]
  }
  return counts
}
