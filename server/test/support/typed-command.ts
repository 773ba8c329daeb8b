import { Command } from 'commander'
import { vi } from 'vitest'

/**
 * Types a command into a program of its own.
 *
 * @param add - gives the program its commands
 * @returns what is printed
 * @throws what the command throws, where the process would end
 */
export async function typedCommand(
  add: (program: Command) => unknown,
  args: readonly string[],
): Promise<string> {
  const said: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    said.push(String(text))
    return true
  })
  try {
    const program = new Command('gleaner')
      .option('--home <folder>')
      .option('--port <n>')
      .option('--json')
      .configureOutput({ writeErr: () => {} })
      .exitOverride()
    add(program)
    await program.parseAsync([...args], { from: 'user' })
    return said.join('')
  } finally {
    write.mockRestore()
  }
}
