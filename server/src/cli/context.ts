import type { Command } from 'commander'
import { type Config, readConfig } from '../config.ts'
import { type Connection, connect } from './connection.ts'
import { createOutput, type Output } from './output.ts'

interface GlobalOptions {
  readonly home?: string
  readonly port?: string
  readonly json?: boolean
}

/** What every command starts from. */
export interface Context {
  readonly config: Config
  readonly output: Output
}

export function contextOf(command: Command): Context {
  const { home, port, json } = command.optsWithGlobals<GlobalOptions>()
  const output = createOutput(
    json ?? false,
    text => process.stdout.write(text),
    text => process.stderr.write(text),
  )
  return { config: readConfig({ home, port }, process.env), output }
}

/** Runs `work` against the server of the data folder and lets go of it in every ending. */
export async function withServer<T>(
  { config }: Context,
  work: (server: Connection) => Promise<T>,
): Promise<T> {
  const server = await connect(config)
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}
