/**
 * Kills a collecting process many times over and says whether anything acknowledged was ever lost.
 *
 * Usage: node server/bench/crash-soak.ts [KILLS = 500] [SEED = 1]
 */
import { join } from 'node:path'
import { noPromises, note, runUntilKilled, violations } from '../test/support/crash.ts'
import { temporaryFolder } from '../test/support/samples.ts'

const kills = Number(process.argv[2] ?? 500)
const firstSeed = Number(process.argv[3] ?? 1)
/** A fresh home every so often: checking one takes as long as it is large. */
const killsPerHome = 25

let broken = 0
let acknowledged = 0
for (let done = 0; done < kills; ) {
  using folder = temporaryFolder()
  const home = join(folder.path, 'home')
  const promises = noPromises()
  for (let turn = 0; turn < killsPerHome && done < kills; turn += 1, done += 1) {
    const seed = firstSeed + done
    const { acks } = await runUntilKilled({ home, seed, killAfterMs: 5 + ((seed * 7919) % 700) })
    note(promises, acks)
    for (const violation of await violations(home, promises)) {
      broken += 1
      console.log(`kill ${done + 1} (seed ${seed}): ${violation}`)
    }
    if ((done + 1) % 25 === 0) console.log(`${done + 1} of ${kills} kills, ${broken} violations`)
  }
  acknowledged += promises.batches.size + promises.images.size + promises.removed.size
}
console.log(
  `${kills} kills, ${acknowledged} acknowledged batches, pictures and removals, ${broken} violations`,
)
process.exitCode = broken > 0 ? 1 : 0
