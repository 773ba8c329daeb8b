import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Act, ActPage, ActSummary } from '@gleaner/shared/acts'
import type { Overview } from '@gleaner/shared/api'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { type Command, InvalidArgumentError } from 'commander'
import type { Connection } from '../connection.ts'
import { type Context, contextOf, withServer } from '../context.ts'
import { printable } from '../duplicates/words.ts'
import { table } from '../output.ts'
import { createProgressLine } from '../progress-line.ts'
import { findDataset } from './datasets.ts'

const usualLimit = 20
/** How often it is asked how far an act has come. */
const askEveryMs = 200

/** `acts list`, `undo`, `redo`, `cancel`: the history of a dataset, as the dashboard shows it. */
export function addActCommands(program: Command): void {
  const acts = program
    .command('acts')
    .description('the history of what was done to pictures and classes: list, undo, redo, cancel')
  addList(acts)
  addStep(acts, 'undo', 'take the last act back, or the one of this number')
  addStep(acts, 'redo', 'do again what was undone last, or the undone act of this number')
  acts
    .command('cancel <dataset> <act>')
    .description('stop an act that is under way; what was done until then stays')
    .action((nameOrId: string, act: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const stopped = await server.post<ActSummary>(`${path}/acts/${actNumber(act)}/cancel`, {})
        output.result(stopped, () => line(stopped))
      }),
    )
}

function addList(acts: Command): void {
  acts
    .command('list <dataset>')
    .description('list the last acts, newest first')
    .option('--limit <acts>', 'how many to list', actNumber, usualLimit)
    .action((nameOrId: string, { limit }: { limit: number }, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const page = await server.get<ActPage>(`${path}/acts?limit=${Math.min(500, limit)}`)
        const rows = page.acts.map(({ id, atMs, state, title, by }) => [
          ...[id, new Date(atMs).toISOString(), state, printable(title), by],
          id === page.undoId ? 'undo takes this back' : id === page.redoId ? 'redo does this again' : '',
        ])
        output.result(page, () =>
          rows.length === 0
            ? ['Nothing was done yet.']
            : table(['act', 'time', 'state', 'what', 'by', ''], rows),
        )
      }),
    )
}

function addStep(acts: Command, how: 'undo' | 'redo', description: string): void {
  acts
    .command(`${how} <dataset> [act]`)
    .description(description)
    .action((nameOrId: string, act: string | undefined, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, context) => {
        const body = { key: newKey(), ...(act !== undefined && { actId: actNumber(act) }) }
        await tell(server, path, context, await server.post<ActSummary>(`${path}/acts/${how}`, body))
      }),
    )
}

export const newKey = (): string => randomBytes(16).toString('hex')

/** Asks for an act, waits until it is done, and says what became of it. */
export async function perform(server: Connection, path: string, context: Context, act: Act): Promise<void> {
  const begun = await server.post<ActSummary>(`${path}/acts`, { key: newKey(), act })
  await tell(server, path, context, begun)
}

const underWay: ReadonlySet<string> = new Set(['running', 'undoing', 'redoing'])

/** A server that was started for this command alone would take the act down with it: it is waited for. */
export async function tell(
  server: Connection,
  path: string,
  { output }: Context,
  begun: ActSummary,
): Promise<void> {
  const progress = createProgressLine(process.stderr)
  let act = begun
  while (underWay.has(act.state)) {
    progress.update(act.done + act.skipped, act.total, act.title)
    await pause(askEveryMs)
    const { acts } = await server.get<ActPage>(`${path}/acts?limit=500`)
    act = acts.find(({ id }) => id === begun.id) ?? act
  }
  if (act.state === 'failed') throw new AppError('PROTOCOL_INTERNAL', { act: act.id, code: act.code })
  output.result(act, () => line(act))
}

const line = ({ id, title, state, done, skipped }: ActSummary): string[] => {
  const left = skipped === 0 ? '' : ` ${skipped} left alone.`
  const how = state === 'done' ? '' : `, ${state}`
  return [`${id}. ${printable(title)}${how} (${done}).${left}`]
}

export function atDataset(
  context: Context,
  nameOrId: string,
  work: (server: Connection, path: string, context: Context, dataset: DatasetSummary) => Promise<void>,
): Promise<void> {
  return withServer(context, async server => {
    const { datasets } = await server.get<Overview>('/api/overview')
    const dataset = findDataset(datasets, nameOrId)
    await work(server, `/api/datasets/${dataset.id}`, context, dataset)
  })
}

function actNumber(given: string): number {
  const number = Number(given)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('A whole number from 1.')
  return number
}
