/** From now to a moment of the history, act by act. */
import type { ActSummary } from '@gleaner/shared/acts'
import type { ActQueue } from '../api/act-queue.ts'

type Queue = Pick<ActQueue, 'perform' | 'subscribe' | 'state'>

/** Settles when nothing of the act is under way any more. */
function untilCalm({ subscribe, state }: Queue, actId: number): Promise<void> {
  const isCalm = () => !state().running.some(({ id }) => id === actId)
  return new Promise(resolve => {
    if (isCalm()) return resolve()
    const stop = subscribe(() => {
      if (!isCalm()) return
      stop()
      resolve()
    })
  })
}

/**
 * Takes acts back, or does them again, up to and with one of them.
 *
 * @returns how many; fewer than were meant when the server refused one, which was told
 */
export async function walkTo(queue: Queue, kind: 'undo' | 'redo', actId: number): Promise<number> {
  let steps = 0
  for (let act: ActSummary | undefined; act?.id !== actId; steps++) {
    act = await queue.perform({ kind })
    if (!act) return steps
    await untilCalm(queue, act.id)
  }
  return steps
}
