import type { Overview } from '@gleaner/shared/api'
import { candidateStates } from '@gleaner/shared/outcome'
import type { Services } from './services.ts'

/** Everything the dashboard's first page shows. @param isSeen - whether an extension has greeted this server */
export function overviewOf({ home, ingest, access, config }: Services, isSeen: boolean): Overview {
  const datasets = home.datasets().map(dataset => dataset.summary())
  const isPaired = access.clients.list().length > 0
  return {
    setup: {
      extensionFolder: config.extensionFolder,
      extensionSeen: isSeen || isPaired,
      paired: isPaired,
      collected: datasets.some(({ counts }) => candidateStates.some(state => counts[state] > 0)),
      homeFolder: config.homeFolder,
      version: config.version,
    },
    activity: ingest.activity(),
    datasets,
  }
}
