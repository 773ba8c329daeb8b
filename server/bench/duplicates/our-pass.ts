/**
 * One pass of ours over a folder: prints, as JSON, the pairs found and how long it took, in the words of
 * `imagededup_pass.py`. Starting the decoder processes counts; loading the program does not, on either side.
 *
 * usage: our-pass.ts FOLDER
 */
import { createFingerprintFile } from '../../src/cli/duplicates/fingerprint-file.ts'
import { lookThrough } from '../../src/cli/duplicates/look-through.ts'
import { isCopy } from '../../src/cli/duplicates/report.ts'
import { createDecoders } from '../../src/imaging/decoders.ts'
import { cpuSeconds } from '../cpu.ts'

const [folder = ''] = process.argv.slice(2)
const cpuBefore = cpuSeconds(new Set()) ?? 0
const startedAt = performance.now()
const decoders = createDecoders()
const fingerprints = createFingerprintFile()
const { pictures, pairs } = await lookThrough([folder], {
  ...{ decoders, fingerprints, maxBits: 256 },
  signal: new AbortController().signal,
})
const seconds = (performance.now() - startedAt) / 1000
const cpuAfter = cpuSeconds(new Set()) ?? 0
fingerprints.close()
await decoders.close()

const pathOf = (number: number) => pictures[number]?.path ?? ''
const images = pictures.reduce((sum, { again }) => sum + 1 + again.length, 0)
const alike = pairs.filter(isCopy).map(({ a, b }) => [pathOf(a), pathOf(b)])
const again = pictures.flatMap(picture => picture.again.map(({ path }) => [picture.path, path]))
console.log(
  JSON.stringify({ images, seconds, cpuSeconds: cpuAfter - cpuBefore, pairs: [...alike, ...again] }),
)
