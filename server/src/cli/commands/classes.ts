import type { ClassFacts } from '@gleaner/shared/acts'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { type Command, InvalidArgumentError } from 'commander'
import { contextOf } from '../context.ts'
import { atDataset, perform } from './acts.ts'

/** `class create`, `rename`, `merge`, `delete`, `describe`: whole classes, as the dashboard changes them. */
export function addClassCommands(program: Command): void {
  const classes = program
    .command('class')
    .description('create, rename, merge, delete and describe classes; "acts undo" takes it back')
  classes
    .command('create <dataset> <label>')
    .description('make a class; its folder appears with its first picture')
    .action((nameOrId: string, label: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, (server, path, context) =>
        perform(server, path, context, { kind: 'create-class', label }),
      ),
    )
  classes
    .command('rename <dataset> <class> <label>')
    .description('call a class something else; its folder follows')
    .action((nameOrId: string, from: string, label: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, (server, path, context, dataset) =>
        perform(server, path, context, { kind: 'rename-class', classId: idOf(dataset, from), label }),
      ),
    )
  classes
    .command('merge <dataset> <class> <into>')
    .description('move everything of a class into another one')
    .action((nameOrId: string, from: string, into: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, (server, path, context, dataset) =>
        perform(server, path, context, {
          kind: 'merge-class',
          ...{ classId: idOf(dataset, from), intoClassId: idOf(dataset, into) },
        }),
      ),
    )
  classes
    .command('delete <dataset> <class>')
    .description('delete a class; its pictures go to the trash')
    .action((nameOrId: string, label: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, (server, path, context, dataset) =>
        perform(server, path, context, { kind: 'delete-class', classId: idOf(dataset, label) }),
      ),
    )
  addDescribe(classes)
}

interface Described {
  readonly color?: string
  readonly goal?: number | null
  readonly description?: string
  readonly synonyms?: string[]
  readonly parent?: string
}

function addDescribe(classes: Command): void {
  classes
    .command('describe <dataset> <class>')
    .description('say something about a class; what is not said stays as it is')
    .option('--color <color>', '#rrggbb, or none')
    .option('--goal <pictures>', 'how many are wanted, or none', toGoal)
    .option('--description <text>', 'what belongs into it')
    .option('--synonyms <labels...>', 'other names of it')
    .option('--parent <label>', 'the class above it, or none; classes nest one level')
    .action((nameOrId: string, label: string, options: Described, command: Command) =>
      atDataset(contextOf(command), nameOrId, (server, path, context, dataset) =>
        perform(server, path, context, {
          kind: 'describe-class',
          ...{ classId: idOf(dataset, label), facts: factsOf(options, dataset) },
        }),
      ),
    )
}

function factsOf(
  { color, goal, description, synonyms, parent }: Described,
  dataset: DatasetSummary,
): ClassFacts {
  return {
    ...(color !== undefined && { color: color === 'none' ? null : color.toLowerCase() }),
    ...(goal !== undefined && { goal }),
    ...(description !== undefined && { description }),
    ...(synonyms !== undefined && { synonyms }),
    ...(parent !== undefined && { parentId: parent === 'none' ? null : idOf(dataset, parent) }),
  }
}

function toGoal(given: string): number | null {
  if (given === 'none') return null
  const goal = Number(given)
  if (!Number.isSafeInteger(goal) || goal < 1)
    throw new InvalidArgumentError('A whole number from 1, or none.')
  return goal
}

function idOf({ classes }: DatasetSummary, label: string): number {
  const found = classes.find(one => one.label === label)
  if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { class: label })
  return found.id
}
