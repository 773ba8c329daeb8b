import { resolve } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { Command } from 'commander'
import { type BackedUp, backUp } from '../../store/index.ts'
import { contextOf } from '../context.ts'
import { datasetsIn, refuseUnknown } from '../datasets-on-disk.ts'
import { createProgressLine } from '../progress-line.ts'

export function addBackupCommand(program: Command): void {
  program
    .command('backup <folder> [dataset]')
    .description(
      'copy every dataset (or one) into a new folder, also while the server works; checked before it has its name',
    )
    .action(async (target: string, datasetId: string | undefined, _options, command: Command) => {
      const { config, output } = contextOf(command)
      const { home } = config
      const datasetIds = datasetId === undefined ? datasetsIn(home) : [datasetId]
      for (const id of datasetIds) refuseUnknown(home, id)
      if (datasetIds.length === 0)
        throw new AppError('PROTOCOL_NOT_FOUND', { home, reason: 'No dataset yet.' })
      const line = createProgressLine(process.stderr)
      const copies = await backUp({
        home,
        datasetIds,
        target,
        onProgress: (done, total, what) => {
          if (process.stderr.isTTY) line.update(done, total, what)
        },
      }).finally(() => process.stderr.isTTY && line.end())
      const folder = resolve(target)
      output.result({ folder, datasets: copies }, () => [
        ...copies.map(copyLine),
        `In ${folder}. To use it: copy a dataset's folder from it into a data folder, or run with --home ${folder}.`,
      ])
    })
}

function copyLine({ id, images, originals, candidates }: BackedUp): string {
  return `${id}: copied and sound (${images} pictures, ${originals} originals, ${candidates} candidates)`
}
