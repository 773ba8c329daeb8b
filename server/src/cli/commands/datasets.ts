import type {
  Affected,
  Client,
  Clients,
  DatasetDetail,
  Overview,
  PairingCode,
  ReasonCounts,
} from '@gleaner/shared/api'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { AppError, catalogue, isErrorCode } from '@gleaner/shared/errors'
import { countsInWords } from '@gleaner/shared/outcome'
import type { Command } from 'commander'
import { contextOf, withServer } from '../context.ts'
import { table } from '../output.ts'

/** `datasets`, `create`, `outcomes`, `retry`, `pair`, `clients`: what the dashboard shows, for scripts. */
export function addDatasetCommands(program: Command): void {
  addListing(program)
  addOutcomes(program)
  addPairing(program)
}

function addListing(program: Command): void {
  program
    .command('datasets')
    .description('list the datasets with their classes and counts')
    .action((_options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const { datasets, broken = [] } = await server.get<Overview>('/api/overview')
        for (const { id, code, message } of broken) context.output.note(`${id}: ${message} [${code}]`)
        context.output.result(datasets, () =>
          datasets.length === 0 ? ['No dataset yet.'] : datasets.flatMap(datasetLines),
        )
      })
    })

  program
    .command('create <name>')
    .description('make an empty dataset')
    .action((name: string, _options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const dataset = await server.post<DatasetDetail>('/api/datasets', { name })
        context.output.result(dataset, () => [`Made "${dataset.name}" in ${dataset.folder}`])
      })
    })
}

function datasetLines({ name, id, folder, images, counts, classes }: DatasetSummary): string[] {
  const rows = classes.map(({ label, folder: classFolder, images: held, goal }) => [
    label,
    classFolder,
    held,
    goal ?? '–',
  ])
  return [
    `${name} (${id}) · ${images} pictures · ${folder}`,
    `  ${countsInWords(counts)}`,
    ...table(['class', 'folder', 'pictures', 'goal'], rows).map(line => `  ${line}`),
    '',
  ]
}

/** Finds a dataset by its id or its name. */
export function findDataset(datasets: readonly DatasetSummary[], nameOrId: string): DatasetSummary {
  const found = datasets.find(({ id }) => id === nameOrId) ?? datasets.find(({ name }) => name === nameOrId)
  if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { dataset: nameOrId })
  return found
}

function addOutcomes(program: Command): void {
  program
    .command('outcomes <dataset>')
    .description('count the candidates of a dataset by outcome and reason')
    .action((nameOrId: string, _options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const { datasets } = await server.get<Overview>('/api/overview')
        const { id } = findDataset(datasets, nameOrId)
        const { reasons } = await server.get<ReasonCounts>(`/api/datasets/${id}/reasons`)
        const rows = reasons.map(({ state, code, count }) => [
          count,
          state,
          code ?? '',
          isErrorCode(code) ? catalogue[code].say : '',
        ])
        context.output.result(reasons, () => table(['count', 'outcome', 'code', 'what happened'], rows))
      })
    })

  program
    .command('retry <dataset> <code>')
    .description('put every candidate that ended with this code back into the queue')
    .action((nameOrId: string, code: string, _options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const { datasets } = await server.get<Overview>('/api/overview')
        const { id } = findDataset(datasets, nameOrId)
        const { affected } = await server.post<Affected>(`/api/datasets/${id}/retry`, { code })
        context.output.result({ affected }, () => [`${affected} back in the queue.`])
      })
    })
}

function addPairing(program: Command): void {
  program
    .command('pair')
    .description('show a code that connects a browser extension to the running server')
    .action((_options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const pairing = await server.post<PairingCode>('/api/pairing', {})
        const minutes = Math.round(pairing.expiresInMs / 60_000)
        context.output.result(pairing, () => [
          `${pairing.code}   (type it into the extension within ${minutes} minutes)`,
        ])
      })
    })

  program
    .command('clients')
    .description('list the connected extensions')
    .action((_options, command: Command) => {
      const context = contextOf(command)
      return withServer(context, async server => {
        const { clients } = await server.get<Clients>('/api/clients')
        const when = (client: Client) => new Date(client.lastSeenAtMs ?? client.pairedAtMs).toISOString()
        const rows = clients.map(client => [client.name, client.id, client.origin ?? '', when(client)])
        context.output.result(clients, () => table(['name', 'id', 'origin', 'last seen'], rows))
      })
    })
}
