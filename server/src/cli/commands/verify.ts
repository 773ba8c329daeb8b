import type { Command } from 'commander'

export function addVerifyCommand(program: Command): void {
  program.command('verify')
}
