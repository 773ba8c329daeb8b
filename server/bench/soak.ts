/**
 * A night of collecting in one go: tiny pictures from two thousand hosts on this machine, one address in twenty in
 * trouble. Prints what became of memory, descriptors and every address, and draws the memory curve.
 *
 * Usage: npm run soak [-- ADDRESSES = 100000] [SVG = docs/soak.svg] [MINUTES at most]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countsInWords } from '@gleaner/shared/outcome'
import { runSoak } from '../test/faults/support/soak.ts'
import { memoryCurve } from './memory-curve.ts'

const addresses = Number(process.argv[2] ?? 100_000)
const svg = process.argv[3] ?? 'docs/soak.svg'
const mostMs = Number(process.argv[4] ?? Number.POSITIVE_INFINITY) * 60_000
const folder = mkdtempSync(join(tmpdir(), 'gleaner-soak-'))
let saidAtS = 0
const soak = await runSoak(join(folder, 'home'), addresses, {
  mostMs,
  onSample: ({ atS, done, mainMiB, descriptors }) => {
    if (atS - saidAtS < 30) return
    saidAtS = atS
    console.log(`${Math.round(atS)} s: ${done} done, ${Math.round(mainMiB)} MiB, ${descriptors} descriptors`)
  },
})
rmSync(folder, { recursive: true, force: true })

const { seconds, samples, counts, mibPerMinute, mibPer10k, moreDescriptors, violations } = soak
const done = samples.at(-1)?.done ?? 0
const ended = done === addresses ? `${done}` : `${done} of ${addresses}`
const most = Math.max(...samples.map(({ mainMiB }) => mainMiB))
writeFileSync(
  svg,
  memoryCurve(samples, `Resident memory while ${done.toLocaleString('en')} addresses are collected`),
)
console.log(
  [
    '',
    `${ended} addresses in ${Math.round(seconds)} s: ${(done / seconds).toFixed(1)} a second`,
    countsInWords(counts),
    `main process: ${Math.round(most)} MiB at most; over the last half ${mibPerMinute.toFixed(2)} MiB a minute, ${mibPer10k.toFixed(2)} MiB for 10,000 addresses`,
    `descriptors: ${moreDescriptors} more in the last quarter than in the second`,
    ...violations.map(violation => `violation: ${violation}`),
    `${violations.length} violations; the curve is in ${svg}`,
  ].join('\n'),
)
process.exitCode = violations.length > 0 ? 1 : 0
