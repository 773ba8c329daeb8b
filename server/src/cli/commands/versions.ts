import { AppError } from '@gleaner/shared/errors'
import type { LeakCertificate } from '@gleaner/shared/splits'
import type { NewVersion, VersionDiff, VersionList, VersionSummary } from '@gleaner/shared/versions'
import type { Command } from 'commander'
import type { Connection } from '../connection.ts'
import { contextOf } from '../context.ts'
import { count, printable } from '../duplicates/words.ts'
import { table } from '../output.ts'
import { atDataset } from './acts.ts'

/** `versions create`, `list`, `show`, `diff`, `delete`: what a dataset was at some moment, for good. */
export function addVersionCommands(program: Command): void {
  const versions = program
    .command('versions')
    .description('what a dataset was at some moment, for good; a version is named by its number or its name')
  addCreate(versions)
  versions
    .command('list <dataset>')
    .description('list versions, newest first')
    .action((nameOrId: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const list = await server.get<VersionList>(`${path}/versions`)
        output.result(list, () =>
          list.versions.length === 0 ? ['No version yet.'] : listLines(list.versions),
        )
      }),
    )
  versions
    .command('show <dataset> <version>')
    .description('one version, and what is known about leaks between its splits')
    .action((nameOrId: string, named: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const version = await find(server, path, named)
        output.result(version, () => versionLines(version))
      }),
    )
  addDiff(versions)
  versions
    .command('delete <dataset> <version>')
    .description('forget a version for good; pictures and exports stay')
    .action((nameOrId: string, named: string, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const version = await find(server, path, named)
        await server.delete(`${path}/versions/${version.id}`)
        output.result({ deleted: version.id }, () => [`Deleted ${printable(version.name)}.`])
      }),
    )
}

function addCreate(versions: Command): void {
  versions
    .command('create <dataset> <name>')
    .description('make a version of what is held now; costs a line of text a picture')
    .option('--description <text>', 'what is to be remembered about it')
    .option('--only-kept', 'leave out pictures nobody has kept in review')
    .action(
      (
        nameOrId: string,
        name: string,
        options: { description?: string; onlyKept?: true },
        command: Command,
      ) =>
        atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
          const asked: NewVersion = { name, ...options }
          const version = await server.post<VersionSummary>(`${path}/versions`, asked)
          output.result(version, () => versionLines(version))
        }),
    )
}

function addDiff(versions: Command): void {
  versions
    .command('diff <dataset> <from> <to>')
    .description('what became of pictures from one version to another')
    .option('--all', 'name every picture, not only the first 200')
    .action((nameOrId: string, from: string, to: string, { all }: { all?: true }, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const [one, other] = [await find(server, path, from), await find(server, path, to)]
        const diffPath = `${path}/versions/${one.id}/diff/${other.id}`
        const diff = await server.get<VersionDiff>(`${diffPath}?limit=${all ? 500 : 200}`)
        const images = [...diff.images]
        for (let cursor = all ? diff.cursor : null; cursor !== null; ) {
          const next = await server.get<VersionDiff>(`${diffPath}?limit=500&cursor=${cursor}`)
          images.push(...next.images)
          cursor = next.cursor
        }
        const whole: VersionDiff = { ...diff, images, cursor: all ? null : diff.cursor }
        output.result(whole, () => diffLines(whole))
      }),
    )
}

/** @throws AppError `PROTOCOL_NOT_FOUND` */
async function find(server: Connection, path: string, named: string): Promise<VersionSummary> {
  const { versions } = await server.get<VersionList>(`${path}/versions`)
  const found = versions.find(({ name }) => name === named) ?? versions.find(({ id }) => String(id) === named)
  if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { version: named })
  return found
}

const listLines = (versions: readonly VersionSummary[]): string[] =>
  table(
    ['version', 'name', 'pictures', 'train', 'validation', 'test', 'none', 'made', 'digest'],
    versions.map(({ id, name, images, splits, createdAtMs, digest }) => [
      ...[id, printable(name), images, splits.train, splits.validation, splits.test, splits.none],
      new Date(createdAtMs).toISOString(),
      digest.slice(0, 12),
    ]),
  )

function versionLines(version: VersionSummary): string[] {
  const { id, name, description, digest, images, classes, splits, gone, certificate } = version
  const { train, validation, test, none } = splits
  return [
    `${id}. ${printable(name)}: ${count(images, 'picture')} of ${classes} classes; ${train} train, ${validation} validation, ${test} test, ${none} in none`,
    ...(description === '' ? [] : [`  ${printable(description)}`]),
    `  digest ${digest}`,
    ...(gone === 0 ? [] : [`  ${count(gone, 'picture')} of it with no file any more`]),
    ...certificateLines(certificate),
  ]
}

function certificateLines({
  distanceBits,
  pairs,
  byClass,
  examples,
  withEarlier,
}: LeakCertificate): string[] {
  return [
    `  ${count(pairs, 'pair')} of near-duplicates (${distanceBits} bits or less) in different splits`,
    ...byClass.map(({ label, pairs: ofClass }) => `    ${printable(label)}  ${ofClass}`),
    ...examples.map(({ a, b, distanceBits: bits }) => `    ${a}  ${b}  ${bits} bits`),
    ...withEarlier.map(
      ({ name, trainInTest, testInTrain }) =>
        `  since ${printable(name)}: ${trainInTest} of its train in test, ${testInTrain} of its test in train`,
    ),
  ]
}

function diffLines({ counts, byClass, images, cursor }: VersionDiff): string[] {
  const said = Object.entries(counts).map(([change, pictures]) => `${pictures} ${change}`)
  const rows = byClass.map(({ label, before, after, added, removed, moved }) => [
    ...[printable(label), before, after, added, removed, moved],
  ])
  const side = (of: VersionDiff['images'][number]['before']) =>
    of === null ? '–' : `${printable(of.label)}/${of.split ?? 'none'}`
  return [
    said.join(', '),
    ...table(['class', 'before', 'after', 'added', 'removed', 'moved'], rows),
    ...images.map(
      ({ id, changes, before, after }) => `${id}  ${changes.join(',')}  ${side(before)} → ${side(after)}`,
    ),
    ...(cursor === null ? [] : ['… and more; --all names every picture.']),
  ]
}
