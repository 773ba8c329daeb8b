import type { Command } from 'commander'
import { contextOf } from '../../context.ts'
import { type Leak, leaksOf } from '../../duplicates/leaks.ts'
import { lookThrough } from '../../duplicates/look-through.ts'
import { refuseOverlap, type Source, sourceOf } from '../../duplicates/source.ts'
import { count, matchWords, printable } from '../../duplicates/words.ts'
import { exitFound, readBits, widestBits, withTools } from './work.ts'

/** `duplicates leaks A B`: what two sets of pictures share. */
export function addLeaksCommand(duplicates: Command): void {
  duplicates
    .command('leaks <first> <second>')
    .description(
      'find the pictures of the second dataset or folder (a test set, say) that are also in the first; changes nothing; exit code 2 when there are some',
    )
    .option('--bits <number>', 'compare only what lies this near (0 to 96 of 256)', readBits, widestBits)
    .action(async (first: string, second: string, { bits }: { bits: number }, command: Command) => {
      const { config, output } = contextOf(command)
      const sources = [sourceOf(config.home, first), sourceOf(config.home, second)] as const
      refuseOverlap(...sources)
      await withTools(output, async tools => {
        const folders = sources.map(({ folder }) => folder)
        const seen = await lookThrough(folders, { ...tools, maxBits: bits, isAcross: true })
        const leaks = leaksOf(seen)
        const { files, unusable } = seen
        output.result({ first: sources[0], second: sources[1], files, leaks, unusable }, () => [
          ...leaks.flatMap(leakLines),
          ...unusable.map(
            ({ path, code, reason }) => `not compared  ${printable(path)}  ${reason} [${code}]`,
          ),
          summary(leaks, sources),
        ])
        if (leaks.length > 0) process.exitCode = exitFound
      })
    })
}

const leakLines = ({ path, matches }: Leak): string[] => [
  printable(path),
  ...matches.map(match => `  ${printable(match.with)}  ${matchWords(match)}`),
]

function summary(leaks: readonly Leak[], [first, second]: readonly [Source, Source]): string {
  const found = leaks.length === 0 ? 'No picture' : count(leaks.length, 'picture')
  return `${found} of ${printable(second.name)} found in ${printable(first.name)} as well. Nothing was changed.`
}
