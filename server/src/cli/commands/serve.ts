import { spawn } from 'node:child_process'
import { platform } from 'node:os'
import type { Command } from 'commander'
import { createLog } from '../../log.ts'
import { type RunningServer, startServer } from '../../main.ts'
import { connectToRunning } from '../connection.ts'
import { contextOf } from '../context.ts'
import { describeError, errorLines, type Output } from '../output.ts'

/** Exit code after a failed fsync: what was written last may be gone, so the program must start afresh. */
const exitFatalDisk = 74

/** `serve` runs the server until it is told to stop; `open` shows the address of the running one's dashboard. */
export function addServeCommands(program: Command): void {
  program
    .command('serve', { isDefault: true })
    .description('run the server until Ctrl-C')
    .option('--open', 'open the dashboard in the browser where there is a screen')
    .action(async ({ open }: { open?: boolean }, command: Command) => {
      const { config, output } = contextOf(command)
      const server = await startServer(config, createLog(config.home))
      announce(server, output)
      if (open && hasScreen()) openInBrowser(server.dashboardLink())
      process.exitCode = await untilStopped(server, output)
    })

  program
    .command('open')
    .description("print a fresh link to the running server's dashboard, and open it where there is a screen")
    .action(async (_options, command: Command) => {
      const { config, output } = contextOf(command)
      const server = await connectToRunning(config)
      const { code } = await server.post<{ code: string }>('/api/session/link', {})
      const link = `${server.origin}/#key=${code}`
      output.result({ link }, () => [link])
      if (!output.isJson && hasScreen()) openInBrowser(link)
    })
}

/** Says where everything is, and what could not be opened. */
export function announce(server: Omit<RunningServer, 'stop' | 'onFatal'>, output: Output): void {
  const { config, recovered } = server
  const broken = server.broken.map(({ id, error }) => ({ id, error: describeError(error) }))
  const facts = {
    dashboard: server.dashboardLink(),
    home: config.home,
    extension: config.extensionFolder,
    recovered,
    broken,
  }
  output.result(facts, () => [
    '',
    `  Gleaner is running.        Dashboard  ${facts.dashboard}`,
    `                             Datasets   ${facts.home}`,
    `                             Extension  ${facts.extension}`,
    '',
    '  The link works once; "npm run -s gleaner -- open" makes another. Ctrl-C stops the server.',
    '',
    ...server.broken.flatMap(({ id, error }) => [
      `  The dataset in "${id}" could not be opened:`,
      ...errorLines(error).map(line => `  ${line}`),
      '',
    ]),
  ])
}

/**
 * Resolves with the exit code once a signal has ended the server. Where the disk cannot be trusted any more, the process
 * ends there and then: closing an index would sync it again, and a second sync may succeed without having saved what the
 * first one lost.
 */
export function untilStopped(
  server: Pick<RunningServer, 'stop' | 'onFatal'>,
  output: Output,
  exit: (code: number) => void = process.exit,
): Promise<number> {
  return new Promise(resolve => {
    const stop = () => server.stop().then(() => resolve(0))
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    server.onFatal(error => {
      for (const line of errorLines(error)) output.note(line)
      exit(exitFatalDisk)
    })
  })
}

const hasScreen = () =>
  process.stdout.isTTY &&
  !process.env.CI &&
  (platform() !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY))

function openInBrowser(link: string): void {
  const [command, ...args] =
    platform() === 'darwin' ? ['open'] : platform() === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  if (!command) return
  spawn(command, [...args, link], { stdio: 'ignore', detached: true })
    .on('error', () => {}) // no opener installed: the link is printed anyway
    .unref()
}
