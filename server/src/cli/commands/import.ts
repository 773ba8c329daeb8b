import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { Activity } from '@gleaner/shared/activity'
import type { Candidate } from '@gleaner/shared/candidate'
import type { Batch, Progress, Receipt } from '@gleaner/shared/collect'
import { AppError, type ErrorCode, isAppError } from '@gleaner/shared/errors'
import { importFormats } from '@gleaner/shared/imports'
import { limits } from '@gleaner/shared/limits'
import { candidateStates, countsInWords, noCounts, type StateCounts } from '@gleaner/shared/outcome'
import { splitCandidates } from '@gleaner/shared/split'
import { cleanText } from '@gleaner/shared/text'
import { type Command, Option } from 'commander'
import type { Connection } from '../connection.ts'
import { type Context, contextOf, withServer } from '../context.ts'
import { createProgressLine } from '../progress-line.ts'
import { type ListedUrl, readUrlList } from '../url-list.ts'
import { type FileImportOptions, importFiles, isForServer } from './import-files.ts'

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
    .command('import <source>')
    .description(
      'bring pictures in: a list of addresses (one per line, or CSV url[,class]; "-" reads standard input), a list with files, a folder of classes, an archive, or a set of others',
    )
    .requiredOption('--dataset <name>', 'dataset to collect into; made when there is none of that name')
    .option('--class <label>', 'class of the lines that name none')
    .addOption(
      new Option('--format <format>', 'form of a folder or archive, where it is not recognised').choices(
        importFormats,
      ),
    )
    .option(
      '--map <file>',
      'YAML or JSON: your classes and what they are called there; nothing else is taken',
    )
    .option('--no-splits', 'forget the splits of the source')
    .option('--fetch', 'fetch pictures of which a set has only the address')
    .option('--no-wait', 'return once the list is safely queued (the server must be running)')
    .action(async (file: string, options: ImportOptions & FileImportOptions, command: Command) => {
      const context = contextOf(command)
      if (options.format !== undefined || (await isForServer(file)))
        return importFiles(file, options, context)
      const { items, skipped } = readUrlList(await readSource(file))
      // A list whose first column is no address has files in it, or columns of other names.
      if (items.length === 0 && skipped.length > 0 && file !== '-') return importFiles(file, options, context)
      for (const { line, text } of skipped) context.output.note(`Line ${line} holds no http address: ${text}`)
      const batches = toBatches(items, options)
      await withServer(context, async server => {
        const { isPaused } = await server.get<Activity>('/api/activity')
        if (isPaused) context.output.note('The server is paused: nothing is fetched until "resume".')
        await importBatches(patiently(server, context.output.note), batches, skipped.length, options, context)
      })
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
 * @throws AppError `DATASET_NAME_INVALID`, and `CLASS_NAME_INVALID` with the line when it has no usable class and no
 *   default is given
 */
export function toBatches(
  items: readonly ListedUrl[],
  { dataset, class: fallback }: Pick<ImportOptions, 'dataset' | 'class'>,
): Batch[] {
  if (!isUsableName(dataset, limits.datasetChars)) throw new AppError('DATASET_NAME_INVALID', { dataset })
  const byClass = Map.groupBy(items, ({ url, classLabel, line }) => {
    const label = classLabel ?? fallback
    if (label === undefined)
      throw new AppError('CLASS_NAME_INVALID', { line, url, expected: 'a class column or --class' })
    if (!isUsableName(label, limits.classChars))
      throw new AppError('CLASS_NAME_INVALID', { line, class: label })
    return label
  })
  return [...byClass].flatMap(([label, listed]) => {
    const urls = new Set(listed.map(({ url }) => url))
    const rest = { dataset, class: label, origin: { engine: 'import' } }
    const candidates = [...urls].map((url): Candidate => ({ sources: [{ kind: 'original', url }] }))
    return splitCandidates({ ...rest, batchId: '0'.repeat(32) }, candidates).map(part => ({
      ...rest,
      batchId: batchIdOf(rest, part),
      candidates: part,
    }))
  })
}

const isUsableName = (name: string, maxChars: number) =>
  [...name].length <= maxChars && cleanText(name.normalize('NFC'), maxChars) !== undefined

function batchIdOf(batch: Pick<Batch, 'dataset' | 'class'>, candidates: readonly Candidate[]): string {
  const urls = candidates.map(({ sources }) => sources[0]?.url)
  const contents = JSON.stringify([batch.dataset, batch.class, urls])
  return createHash('sha256').update(contents).digest('hex').slice(0, 32)
}

const waitCodes: ReadonlySet<string> = new Set<ErrorCode>(['PROTOCOL_BUSY', 'PROTOCOL_RATE_LIMITED'])
const defaultWaitS = 5

/**
 * A connection that waits as long as the server asks for, and asks again, when it has too much to do.
 *
 * @param wait - waits for so many milliseconds
 */
export function patiently(
  server: Pick<Connection, 'post'>,
  note: (line: string) => void,
  wait: (ms: number) => Promise<unknown> = pause,
): Pick<Connection, 'post'> {
  return {
    post: async <Answer>(path: string, body: unknown) => {
      for (;;) {
        try {
          return await server.post<Answer>(path, body)
        } catch (error) {
          if (!isAppError(error) || !waitCodes.has(error.code)) throw error
          const { retryAfterS } = error.facts
          const waitS = typeof retryAfterS === 'number' ? retryAfterS : defaultWaitS
          note(`${error.message} Trying again in ${waitS} s.`)
          await wait(waitS * 1000)
        }
      }
    },
  }
}

async function importBatches(
  server: Pick<Connection, 'post'>,
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

async function waitForOutcomes(
  server: Pick<Connection, 'post'>,
  batches: readonly Batch[],
): Promise<StateCounts> {
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

async function countAll(server: Pick<Connection, 'post'>, batchIds: readonly string[]): Promise<StateCounts> {
  const counts = noCounts()
  for (let start = 0; start < batchIds.length; start += batchesPerQuestion) {
    const progress = await server.post<Progress>('/api/collect/progress', {
      batchIds: batchIds.slice(start, start + batchesPerQuestion),
    })
    for (const state of candidateStates) counts[state] += progress.counts[state]
  }
  return counts
}
