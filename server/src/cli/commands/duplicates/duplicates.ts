import type { Command } from 'commander'
import { addEvaluateCommand } from './evaluate.ts'
import { addLeaksCommand } from './leaks.ts'
import { addReviewCommands } from './review.ts'
import { addScanCommand } from './scan.ts'

/** `duplicates …`: copies in folders and datasets. */
export function addDuplicateCommands(program: Command): void {
  const duplicates = program
    .command('duplicates')
    .description('find copies of pictures in folders and datasets, and decide about them')
  addReviewCommands(duplicates)
  addScanCommand(duplicates)
  addLeaksCommand(duplicates)
  addEvaluateCommand(duplicates)
}
