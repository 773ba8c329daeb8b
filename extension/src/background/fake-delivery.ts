/** For tests: what the outbox is emptied into, and the alarm that has it emptied later. */
import type { Batch, Receipt, UndoAnswer } from '@gleaner/shared/collect'
import { AppError } from '@gleaner/shared/errors'
import type { Withdrawal } from './outbox.ts'

export const batchOf = (number: number, candidates = 3): Batch => ({
  batchId: number.toString(16).padStart(32, '0'),
  dataset: 'Animals',
  class: 'cat',
  origin: { engine: 'lumen', query: 'cat' },
  candidates: Array.from({ length: candidates }, (_, index) => ({
    sources: [{ kind: 'original', url: `https://pictures.example/${number}/${index}.jpg` }],
  })),
})

/** How the server treats one delivery. */
export type Weather = 'up' | 'down' | 'receipt-lost' | 'hangs' | 'busy'

/** Takes each batch once, as the real one does, and gives it up again; complains about the same id with another body. */
export function createServer() {
  const taken = new Map<string, string>()
  const take = (batch: Batch): Receipt => {
    const body = JSON.stringify(batch)
    if ((taken.get(batch.batchId) ?? body) !== body) throw new AppError('PROTOCOL_CONFLICT')
    taken.set(batch.batchId, body)
    const accepted = batch.candidates.length
    return { batchId: batch.batchId, datasetId: 'animals', classId: 1, accepted, known: 0, refused: 0 }
  }
  const takeBack = ({ batchIds }: Withdrawal): UndoAnswer => {
    const candidates = batchIds.filter(batchId => taken.delete(batchId)).length * 3
    return { candidates, images: 0 }
  }
  async function through<T>(weather: Weather, act: () => T): Promise<T> {
    switch (weather) {
      case 'down':
        throw new AppError('SERVER_NOT_RUNNING')
      case 'busy':
        throw new AppError('PROTOCOL_BUSY')
      case 'receipt-lost':
        act()
        throw new AppError('PROTOCOL_BUSY')
      case 'hangs':
        return new Promise<T>(() => undefined)
      case 'up':
        return act()
    }
  }
  return {
    taken,
    deliverIn: (weather: () => Weather) => async (batch: Batch) => through(weather(), () => take(batch)),
    undoIn: (weather: () => Weather) => async (gone: Withdrawal) => through(weather(), () => takeBack(gone)),
  }
}

export function createAlarmSpy() {
  const alarm = { isRinging: false, start: async () => set(true), stop: async () => set(false) }
  const set = (isRinging: boolean) => {
    alarm.isRinging = isRinging
  }
  return alarm
}
