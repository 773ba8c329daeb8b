/** A batch of 500 addresses acknowledged at once, beside 500 batches of one: every receipt follows a commit on the disk. */
import { join } from 'node:path'
import { openHome } from '../../src/store/index.ts'
import { makeBatch, openRules } from '../../test/support/samples.ts'
import type { Measure } from './figure.ts'
import { fixed, line, medianOf, ratio } from './statistics.ts'

const count = 500

export const batchAck: Measure = async bench => {
  const home = await openHome({ folder: join(bench.folder, 'batch'), now: Date.now })
  const urls = (round: string) =>
    Array.from({ length: count }, (_, at) => `https://host.example/${round}/${at}`)
  const timed = (work: () => void) => {
    const startedMs = performance.now()
    work()
    return performance.now() - startedMs
  }
  const together = (round: string) => timed(() => home.accept('bench', makeBatch(urls(round)), openRules))
  const singly = (round: string) => {
    const batches = urls(round).map(url => makeBatch([url]))
    return timed(() => {
      for (const batch of batches) home.accept('bench', batch, openRules)
    })
  }
  together('first')
  singly('first-single')
  const rounds: { readonly batchMs: number; readonly singleMs: number }[] = []
  for (let round = 1; round <= bench.rounds; round++) {
    bench.say(`batch: round ${round} of ${bench.rounds}`)
    rounds.push({ batchMs: together(`b${round}`), singleMs: singly(`s${round}`) })
  }
  home.close()
  return {
    figures: { batchAckShare: medianOf(rounds.map(({ batchMs, singleMs }) => ratio(batchMs, singleMs))) },
    lines: [
      line('round', 'one batch ms', 'singly ms', 'share'),
      ...rounds.map(({ batchMs, singleMs }, at) =>
        line(at + 1, fixed(batchMs, 1), fixed(singleMs, 1), fixed(ratio(batchMs, singleMs), 3)),
      ),
    ],
  }
}
