import type { Affected, Overview } from '@gleaner/shared/api'
import type {
  DoneAct,
  DuplicateOverview,
  DuplicatePair,
  GroupDecision,
  GroupDetail,
  GroupMember,
  GroupPage,
  GroupSummary,
} from '@gleaner/shared/duplicates'
import { AppError } from '@gleaner/shared/errors'
import { type Command, InvalidArgumentError } from 'commander'
import type { Connection } from '../../connection.ts'
import { type Context, contextOf, withServer } from '../../context.ts'
import { count, kindWords, printable, size } from '../../duplicates/words.ts'
import { table } from '../../output.ts'
import { findDataset } from '../datasets.ts'

/** `list`, `show`, `accept`, `not`, `undo`, `revive`: the groups of a dataset, as the dashboard shows them. */
export function addReviewCommands(duplicates: Command): void {
  addList(duplicates)
  addShow(duplicates)
  addAccept(duplicates)
  addNot(duplicates)
  addUndo(duplicates)
  addRevive(duplicates)
}

const perPage = 100

function addList(duplicates: Command): void {
  duplicates
    .command('list <dataset>')
    .description('list the groups of copies and of separate shots that wait for a decision')
    .option('--kept', 'those a person decided to keep together instead')
    .action(async (nameOrId: string, { kept }: { kept?: boolean }, command: Command) => {
      await atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const overview = await server.get<DuplicateOverview>(path)
        const groups = await allGroups(
          server,
          `${path}/groups?state=${kept ? 'kept' : 'open'}&limit=${perPage}`,
        )
        output.result({ ...overview, groups }, () => [
          ...(groups.length === 0 ? ['No group.'] : groupTable(groups)),
          ...conflictLine(overview),
        ])
      })
    })
}

async function allGroups(server: Connection, path: string): Promise<GroupSummary[]> {
  const groups: GroupSummary[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: GroupPage = await server.get<GroupPage>(path + from)
    groups.push(...page.groups)
    cursor = page.cursor
  }
  return groups
}

const groupTable = (groups: readonly GroupSummary[]) =>
  table(
    ['group', 'pictures', 'kind', 'proposed to keep', ''],
    groups.map(({ id, size: pictures, kind, keeperId, isAcrossClasses }) => [
      ...[id, pictures, kind, keeperId],
      isAcrossClasses ? 'in several classes' : '',
    ]),
  )

const conflictLine = ({ conflicts }: DuplicateOverview) =>
  conflicts === 0
    ? []
    : [`${count(conflicts, 'picture')} found for several classes: decide on the dashboard's Duplicates page.`]

function addShow(duplicates: Command): void {
  duplicates
    .command('show <dataset> <group>')
    .description('show a group: which picture is proposed to be kept, and why')
    .action(async (nameOrId: string, group: string, _options, command: Command) => {
      await atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const detail = await server.get<GroupDetail>(`${path}/groups/${groupNumber(group)}`)
        output.result(detail, () => detailLines(detail))
      })
    })
}

function detailLines({ id, kind, members, pairs, keeperId }: GroupDetail): string[] {
  const head = kind === 'copies' ? 'copies of one picture' : 'shots of one scene; all are worth keeping'
  return [
    `${id}. ${count(members.length, 'picture')}: ${head}`,
    ...members.flatMap(member => memberLines(member, member.id === keeperId, pairs)),
  ]
}

function memberLines(member: GroupMember, isKeeper: boolean, pairs: readonly DuplicatePair[]): string[] {
  const { original, classLabel, host } = member
  const facts = `${original.width} × ${original.height} ${original.format.toUpperCase()}, ${size(original.sizeBytes)}`
  const from = host === null ? '' : ` from ${printable(host)}`
  const pair = isKeeper ? undefined : pairs.find(({ a, b }) => a === member.id || b === member.id)
  const likeness = pair ? ` · ${pairWords(pair)}` : ''
  return [
    `  ${isKeeper ? 'keep' : 'copy'}  ${member.id}  in ${printable(classLabel)}  (${facts}${from})${likeness}`,
    ...member.reasons.map(reason => `        ${printable(reason)}`),
  ]
}

const pairWords = ({ level, kind, distanceBits }: DuplicatePair) =>
  level === 'look' ? `${kindWords[kind]}, ${distanceBits ?? '?'} bits` : `same ${level}`

function addAccept(duplicates: Command): void {
  duplicates
    .command('accept <dataset> <groups...>')
    .description(
      'keep the proposed picture of each of these groups and remove its copies; "undo" takes the last back',
    )
    .option('--keep <picture>', 'keep this one (id) instead of the proposed one', collect, [])
    .action(
      async (nameOrId: string, groups: readonly string[], { keep }: { keep: string[] }, command: Command) => {
        await atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
          const acts = await decideEach(server, path, groups, ({ keeperId }, memberIds) => ({
            act: 'keep',
            keepIds: keep.length > 0 ? keep : [keeperId],
            memberIds,
          }))
          output.result(acts, () => acts.map(act => `${count(act.removed, 'picture')} removed.`))
        })
      },
    )
}

const collect = (value: string, before: readonly string[]) => [...before, value]

function addNot(duplicates: Command): void {
  duplicates
    .command('not <dataset> <groups...>')
    .description('say that the pictures of these groups are no copies of each other; never asked again')
    .option('--picture <picture>', 'only this one (id) is no copy of the others')
    .action(
      async (
        nameOrId: string,
        groups: readonly string[],
        { picture }: { picture?: string },
        command: Command,
      ) => {
        await atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
          const acts = await decideEach(server, path, groups, (_group, memberIds) => ({
            act: 'not-duplicates',
            memberIds,
            ...(picture === undefined ? {} : { imageId: picture }),
          }))
          output.result(acts, () => acts.map(() => 'Noted: no copies.'))
        })
      },
    )
}

/** One decision after the other: each names the pictures as they are seen now. */
async function decideEach(
  server: Connection,
  path: string,
  groups: readonly string[],
  decide: (group: GroupDetail, memberIds: string[]) => GroupDecision,
): Promise<DoneAct[]> {
  const acts: DoneAct[] = []
  for (const number of groups.map(groupNumber)) {
    const group = await server.get<GroupDetail>(`${path}/groups/${number}`)
    const memberIds = group.members.map(({ id }) => id)
    acts.push(await server.post<DoneAct>(`${path}/groups/${number}/decision`, decide(group, memberIds)))
  }
  return acts
}

function addUndo(duplicates: Command): void {
  duplicates
    .command('undo <dataset>')
    .description('take the last decision about copies back; what it removed returns')
    .action(async (nameOrId: string, _options, command: Command) => {
      await atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const { lastAct } = await server.get<DuplicateOverview>(path)
        if (lastAct === null) throw new AppError('DUPLICATES_NOT_UNDONE', { dataset: nameOrId })
        const undone = await server.post<DoneAct>(`${path}/undo`, { actId: lastAct.id })
        output.result(undone, () => [
          `Taken back: ${undone.act}, ${count(undone.removed, 'picture')} returned.`,
        ])
      })
    })
}

function addRevive(duplicates: Command): void {
  duplicates
    .command('revive <dataset> <picture>')
    .description('let a removed picture (id) come again: all that led to it goes back into the queue')
    .action(async (nameOrId: string, picture: string, _options, command: Command) => {
      await atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const image = `${path.replace(/duplicates$/, 'images')}/${encodeURIComponent(picture)}`
        const { affected } = await server.post<Affected>(`${image}/revive`, {})
        output.result({ affected }, () => [`${count(affected, 'address', 'addresses')} back in the queue.`])
      })
    })
}

function groupNumber(given: string): number {
  const number = Number(given)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError(`"${given}" is no number of a group.`)
  return number
}

function atDataset(
  context: Context,
  nameOrId: string,
  work: (server: Connection, path: string, context: Context) => Promise<void>,
): Promise<void> {
  return withServer(context, async server => {
    const { datasets } = await server.get<Overview>('/api/overview')
    const { id } = findDataset(datasets, nameOrId)
    await work(server, `/api/datasets/${id}/duplicates`, context)
  })
}
