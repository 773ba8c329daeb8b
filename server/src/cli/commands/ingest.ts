import type { Activity, HostActivity, HostPage } from '@gleaner/shared/activity'
import type { Command } from 'commander'
import { contextOf, withServer } from '../context.ts'
import { table } from '../output.ts'

/** `pause`, `resume`, `hosts`: what the dashboard offers about the work of the whole server. */
export function addIngestCommands(program: Command): void {
  addSwitch(program, 'pause', 'fetch nothing more until "resume", also after a restart')
  addSwitch(program, 'resume', 'go on after "pause"')

  program
    .command('hosts')
    .description('list the hosts with the most candidates waiting, and why they are left alone')
    .action((_options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const { hosts, total } = await server.get<HostPage>('/api/activity/hosts?limit=50')
        context.output.result(hosts, () =>
          total === 0 ? ['No host has anything to do.'] : hostLines(hosts, total),
        )
      })
    })
}

function addSwitch(program: Command, name: 'pause' | 'resume', description: string): void {
  program
    .command(name)
    .description(description)
    .action((_options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const activity = await server.post<Activity>(`/api/ingest/${name}`, {})
        const { isPaused, queued, inHand } = activity
        const now = isPaused ? 'Paused' : 'Not paused'
        context.output.result({ isPaused, queued, inHand }, () => [
          `${now}. ${queued} waiting, ${inHand} under way.`,
        ])
      })
    })
}

function hostLines(hosts: readonly HostActivity[], total: number): string[] {
  const rows = hosts.map(({ host, queued, inHand, waitMs, reason, code }) => [
    host,
    queued,
    inHand,
    waitMs === null ? '' : Math.ceil(waitMs / 1_000),
    reason ?? '',
    code ?? '',
  ])
  const more = total > hosts.length ? [`… and ${total - hosts.length} more.`] : []
  return [...table(['host', 'waiting', 'running', 'seconds', 'why', 'last failure'], rows), ...more]
}
