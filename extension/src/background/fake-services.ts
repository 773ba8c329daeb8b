/** For tests: the background over fake storage and a server that is up or in the state `trouble` names. */
import type { Batch } from '@gleaner/shared/collect'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { noCounts } from '@gleaner/shared/outcome'
import type { Messages } from '../platform/message-table.ts'
import type { Client } from './client.ts'
import { createObserver } from './connection.ts'
import { newDisk, openStore } from './fake-store.ts'
import { createFlush } from './flush.ts'
import { createHandlers, type Services } from './handlers.ts'
import { createLedger } from './ledger.ts'
import { createMemory } from './memory.ts'
import { createOutbox, type Withdrawal } from './outbox.ts'
import { createPresses } from './presses.ts'

export const pairing = { clientId: 'c'.repeat(32), token: 't', serverKey: 'ab' }
export const vocabulary = {
  datasets: [{ id: 'animals', name: 'Animals', classes: [{ label: 'cat', images: 4, goal: null }] }],
}

/** @param letter - of the hex digits: the same one gives the same press */
export const pressOf = (letter: string, candidates = 3): Messages['collect']['ask'] => ({
  pressId: letter.repeat(32),
  dataset: ' Animals ',
  class: 'cat',
  origin: { engine: 'lumen', query: 'cat' },
  candidates: Array.from({ length: candidates }, (_, index) => ({
    sources: [{ kind: 'original', url: `https://pictures.example/${letter}/${index}.jpg` }],
  })),
  continues: false,
})

/** @param disks - of an earlier worker, to go on from; what the browser keeps for good and for its session */
export function setUp(
  trouble: { code: ErrorCode | null } = { code: null },
  disks = { local: newDisk(), session: newDisk() },
) {
  const posted: [string, unknown][] = []
  /** Candidates the server holds, by batch. */
  const taken = new Map<string, Batch>()
  const events: string[] = []
  const greet = async () => {
    if (trouble.code) throw new AppError(trouble.code)
  }
  const progress = ({ batchIds }: { batchIds: readonly string[] }) => ({
    counts: {
      ...noCounts(),
      stored: batchIds.reduce((sum, batchId) => sum + (taken.get(batchId)?.candidates.length ?? 0), 0),
    },
  })
  const client: Client = {
    greet,
    post: async (path, body) => {
      await greet()
      posted.push([path, body])
      return (path.endsWith('/progress') ? progress(body as never) : vocabulary) as never
    },
    hand: async () => undefined,
    claim: async () => pairing,
  }
  const local = openStore(disks.local)
  const outbox = createOutbox({ store: local, now: () => 0 })
  const memory = createMemory(local, openStore(disks.session))
  const alarm = { start: async () => undefined, stop: async () => undefined }
  const changed = () => undefined
  const flush = createFlush({
    outbox,
    deliver: async batch => {
      await greet()
      taken.set(batch.batchId, batch)
      const { batchId, candidates } = batch
      return { batchId, datasetId: 'animals', classId: 1, accepted: candidates.length, known: 0, refused: 0 }
    },
    undo: async ({ batchIds }: Withdrawal) => {
      await greet()
      const gone = batchIds.filter(batchId => taken.delete(batchId))
      return { candidates: 3 * gone.length, images: gone.length }
    },
    alarm,
    now: () => 0,
    changed,
  })
  const ledger = createLedger(local)
  const nothing = async () => undefined
  const services: Services = {
    outbox,
    flush,
    client,
    memory,
    presses: createPresses({ memory, outbox, flush, ledger, client, alarm, changed }),
    sites: { allowed: async () => ['https://garden.example/*'], enter: nothing },
    observe: createObserver({ memory, outbox, flush }),
    newPressId: () => 'f'.repeat(32),
    openOptions: nothing,
    refreshTabs: nothing,
    changed,
    recentsChanged: () => events.push('recents'),
    progressed: tabId => events.push(`progress of ${tabId}`),
    collected: () => events.push('collected'),
    fetchesExpected: () => events.push('fetches'),
  }
  const handlers = createHandlers(services)
  return { handlers, services, outbox, flush, memory, posted, taken, trouble, events, disks, ledger }
}
