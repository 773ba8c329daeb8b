import type { Overview } from '@gleaner/shared/api'
import { candidateStates } from '@gleaner/shared/outcome'
import { toAppError } from './plugins/errors.ts'
import type { Services } from './services.ts'

/** Everything the dashboard's first page shows. @param isSeen - whether an extension has greeted this server */
export function overviewOf({ home, ingest, access, config }: Services, isSeen: boolean): Overview {
  const datasets = home.datasets().map(dataset => dataset.summary())
  const broken = [...home.broken(), ...ingest.setAside()].map(({ id, error }) => {
    const { code, message } = toAppError(error)
    return { id, code, message }
  })
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
    ...(broken.length > 0 && { broken }),
  }
}
