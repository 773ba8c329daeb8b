import type { Act, ActSummary } from '@gleaner/shared/acts'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { type ReviewMark, reviewMarks, type Selection } from '@gleaner/shared/gallery'
import { Argument, type Command } from 'commander'
import { contextOf } from '../context.ts'
import { addFilterFlags, filterOf } from '../gallery-filter.ts'
import { atDataset, newKey, perform, tell } from './acts.ts'

/** `images mark`, `move`, `trash`, `restore`, `empty-trash`: acts on named pictures, or on all that a filter takes. */
export function addImageActCommands(images: Command): void {
  const mark = images
    .command('mark <dataset>')
    .description('say what a review found: kept, unsure, or none')
    .addArgument(new Argument('<found>', 'what it found').choices([...reviewMarks]))
    .argument('[pictures...]', 'ids of pictures')
  withSelection(mark).action((name: string, found: ReviewMark, ids: string[], options, command: Command) =>
    act(command, name, ids, options, of => ({ kind: 'mark', mark: found, of })),
  )
  const move = images
    .command('move <dataset> <to> [pictures...]')
    .description('file pictures under another class, which is made when there is none')
  withSelection(move).action((name: string, label: string, ids: string[], options, command: Command) =>
    act(command, name, ids, options, of => ({ kind: 'move', label, of })),
  )
  const trash = images
    .command('trash <dataset> [pictures...]')
    .description('move pictures to the trash; "acts undo" and "images restore" put them back')
  withSelection(trash).action((name: string, ids: string[], options, command: Command) =>
    act(command, name, ids, options, of => ({ kind: 'trash', of })),
  )
  const restore = images
    .command('restore <dataset> [pictures...]')
    .description('put pictures back from the trash')
  withSelection(restore).action((name: string, ids: string[], options, command: Command) =>
    act(command, name, ids, { place: 'trash', ...options }, of => ({ kind: 'restore', of })),
  )
  const empty = images
    .command('empty-trash <dataset> [pictures...]')
    .description('remove what is in the trash for good: this cannot be undone')
  withSelection(empty).action((name: string, ids: string[], options, command: Command) =>
    atDataset(contextOf(command), name, async (server, path, context, dataset) => {
      const of = selectionOf(dataset, ids, { place: 'trash', ...options })
      const asked = { key: newKey(), of }
      await tell(server, path, context, await server.post<ActSummary>(`${path}/trash/empty`, asked))
    }),
  )
}

const withSelection = (command: Command): Command =>
  addFilterFlags(command).option('--all', 'all pictures, when neither ids nor a filter say which')

interface Options {
  readonly all?: true
  readonly place?: string
}

function act(
  command: Command,
  nameOrId: string,
  ids: readonly string[],
  options: Options,
  asked: (of: Selection) => Act,
): Promise<void> {
  return atDataset(contextOf(command), nameOrId, (server, path, context, dataset) =>
    perform(server, path, context, asked(selectionOf(dataset, ids, options))),
  )
}

/** @throws AppError `CONFIG_INVALID` where nothing says which: a flag that was forgotten must not mean all of them */
function selectionOf(dataset: DatasetSummary, ids: readonly string[], options: Options): Selection {
  if (ids.length > 0) return { imageIds: [...ids] }
  const { all, ...flags } = options
  const { filter } = filterOf({ ...flags }, dataset.classes)
  const isSaid = all === true || Object.keys(filter).some(part => part !== 'place')
  if (!isSaid) {
    throw new AppError('CONFIG_INVALID', { setting: 'pictures', reason: 'give ids, a filter, or --all' })
  }
  return { filter }
}
