import {
  type AssignSplits,
  type ChosenGroup,
  type ChosenGroups,
  defaultSplitPlan,
  type SplitDiff,
  type SplitName,
  type SplitPlan,
  type SplitState,
  splitNames,
} from '@gleaner/shared/splits'
import { type Command, InvalidArgumentError } from 'commander'
import { type Context, contextOf } from '../context.ts'
import { count, printable } from '../duplicates/words.ts'
import { table } from '../output.ts'
import { atDataset } from './acts.ts'

interface AssignOptions {
  readonly validation?: number
  readonly test?: number
  readonly seed?: string
  readonly folds?: number
  readonly trials?: readonly number[]
  readonly landingPages?: boolean
  readonly rebalance?: true
  readonly dryRun?: true
}

/** `splits show`, `assign`, `pin`, `together`: what is learned from, and what is asked about afterwards. */
export function addSplitCommands(program: Command): void {
  const splits = program
    .command('splits')
    .description('train, validation and test of a dataset; copies and landing pages stay together')
  splits
    .command('show <dataset>')
    .description('splits by class, what came since, and pictures left out between two splits')
    .action((nameOrId: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, context) => {
        showState(context, await server.get<SplitState>(`${path}/splits`))
      }),
    )
  addAssign(splits)
  splits
    .command('pin <dataset> <split> <pictures...>')
    .description(`hold pictures, and with them their groups, to ${splitNames.join(', ')}; none lets them go`)
    .action((nameOrId: string, split: string, imageIds: string[], _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, context) => {
        const body = { split: toSplit(split), imageIds }
        showState(context, await server.post<SplitState>(`${path}/splits/pin`, body))
      }),
    )
  addTogether(splits)
}

function addAssign(splits: Command): void {
  splits
    .command('assign <dataset>')
    .description('split what is in no split yet; whatever is not said stays as it was asked for last')
    .option('--validation <size>', 'share of each class, below 1, or number of pictures', toSize)
    .option('--test <size>', 'share of each class, below 1, or number of pictures', toSize)
    .option('--seed <text>', 'the same seed and pictures give the same splits everywhere')
    .option('--folds <number>', 'folds for cross-validation, 2 to 20; 0 for none', toWhole)
    .option('--trials <shares>', 'shares of train for trials: 0.01,0.1,0.2', toShares)
    .option('--landing-pages', 'keep pictures of one landing page together')
    .option('--no-landing-pages', 'let pictures of one landing page be in different splits')
    .option('--rebalance', 'split everything anew but pinned pictures')
    .option('--dry-run', 'only say what would change')
    .action((nameOrId: string, options: AssignOptions, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, context) => {
        const { plan } = await server.get<SplitState>(`${path}/splits`)
        const { rebalance, dryRun } = options
        const body: AssignSplits = {
          plan: planOf(plan ?? defaultSplitPlan, options),
          ...(rebalance && { rebalance }),
          ...(dryRun && { dryRun }),
        }
        const diff = await server.post<SplitDiff>(`${path}/splits`, body)
        context.output.result(diff, () => diffLines(diff, dryRun === true))
      }),
    )
}

/** @throws InvalidArgumentError when one is a share and the other a number */
export function planOf(held: SplitPlan, options: Omit<AssignOptions, 'rebalance' | 'dryRun'>): SplitPlan {
  const { validation = held.sizes.validation, test = held.sizes.test } = options
  const isShare = (size: number) => size < 1
  const kinds = new Set([validation, test].filter(size => size > 0).map(isShare))
  if (kinds.size > 1)
    throw new InvalidArgumentError('--validation and --test are both shares or both numbers.')
  const kind = kinds.has(false) ? 'counts' : 'shares'
  return {
    seed: options.seed ?? held.seed,
    sizes: { kind, validation, test },
    byLandingPage: options.landingPages ?? held.byLandingPage,
    folds: options.folds ?? held.folds,
    trials: [...(options.trials ?? held.trials)],
  }
}

function addTogether(splits: Command): void {
  splits
    .command('together <dataset> [pictures...]')
    .description('list groups that stay together, or make one of these pictures')
    .option('--name <name>', 'name of the new group')
    .option('--apart <group>', 'no longer keep the pictures of this group together', toWhole)
    .action(
      (
        nameOrId: string,
        imageIds: string[],
        { name, apart }: { name?: string; apart?: number },
        command: Command,
      ) =>
        atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
          if (apart !== undefined) await server.delete(`${path}/splits/together/${apart}`)
          if (imageIds.length > 0) {
            if (name === undefined) throw new InvalidArgumentError('A new group needs --name.')
            await server.post<ChosenGroup>(`${path}/splits/together`, { name, imageIds })
          }
          const chosen = await server.get<ChosenGroups>(`${path}/splits/together`)
          output.result(chosen, () =>
            chosen.groups.length === 0
              ? ['No group was chosen.']
              : table(
                  ['group', 'pictures', 'name'],
                  chosen.groups.map(group => [group.id, group.imageIds.length, printable(group.name)]),
                ),
          )
        }),
    )
}

function showState({ output }: Context, state: SplitState): void {
  const { plan, groups, pinned, fresh, bridging, bridges } = state
  output.result(state, () => [
    plan === null ? 'Nobody has asked for splits yet.' : planLine(plan),
    ...classLines(state.classes),
    `${count(groups, 'group')}, ${pinned} pinned, ${fresh} not split yet, ${bridging} left out between two splits.`,
    ...bridges.map(({ imageId, near }) => `  left out  ${imageId}  near ${near.join(' ')}`),
  ])
}

const planLine = ({ seed, sizes, byLandingPage, folds }: SplitPlan): string => {
  const of = sizes.kind === 'shares' ? 'of each class' : 'pictures of each class'
  const pages = byLandingPage ? 'landing pages together' : 'landing pages apart'
  return `Validation ${sizes.validation}, test ${sizes.test} ${of}; ${pages}; ${folds} folds; seed ${printable(seed)}.`
}

const classLines = (classes: SplitState['classes']): string[] =>
  table(
    ['class', 'train', 'validation', 'test', 'none'],
    classes.map(({ label, train, validation, test, unassigned }) => [
      printable(label),
      train,
      validation,
      test,
      unassigned,
    ]),
  )

function diffLines({ assigned, moved, byMove, after }: SplitDiff, isDry: boolean): string[] {
  const verb = isDry ? 'would be' : 'were'
  return [
    `${count(assigned, 'picture')} ${verb} split, ${moved} ${verb} moved.`,
    ...byMove.map(({ from, to, count: pictures }) => `  ${from ?? 'none'} → ${to ?? 'none'}  ${pictures}`),
    ...classLines(after),
  ]
}

function toSplit(text: string): SplitName | null {
  if (text === 'none') return null
  const split = splitNames.find(name => name === text)
  if (!split) throw new InvalidArgumentError(`It is ${splitNames.join(', ')} or none.`)
  return split
}

function toSize(text: string): number {
  const size = Number(text)
  const isSize = text.trim() !== '' && size >= 0 && (size < 1 || Number.isSafeInteger(size))
  if (!isSize) throw new InvalidArgumentError('A share below 1, or a whole number of pictures.')
  return size
}

function toWhole(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('A whole number.')
  return number
}

function toShares(text: string): number[] {
  return text.split(',').map(part => {
    const share = Number(part)
    if (part.trim() === '' || !(share > 0 && share < 1))
      throw new InvalidArgumentError('Shares between 0 and 1.')
    return share
  })
}
