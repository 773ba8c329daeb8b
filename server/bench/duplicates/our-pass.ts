/**
 * One pass of ours over a folder: prints, as JSON, the pairs found and how long it took, in the words of
 * `imagededup_pass.py`. Two files are a pair when they are in one group, as a person would see them. Loading the program
 * does not count, on either side: neither in this process nor in the decoders.
 *
 * usage: our-pass.ts FOLDER
 */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createFingerprintFile } from '../../src/cli/duplicates/fingerprint-file.ts'
import { lookThrough } from '../../src/cli/duplicates/look-through.ts'
import { scanSettings } from '../../src/cli/duplicates/pictures.ts'
import { makeReport } from '../../src/cli/duplicates/report.ts'
import { createDecoders } from '../../src/imaging/decoders.ts'
import { cpuSecondsOf } from '../process-tree.ts'

const [folder = ''] = process.argv.slice(2)
const decoders = createDecoders()
const fingerprints = createFingerprintFile()
const { signal } = new AbortController()
const first = readFileSync(join(folder, readdirSync(folder)[0] ?? ''))
const warm = Array.from({ length: availableParallelism() }, () =>
  decoders.decode(first, scanSettings, signal),
)
for (const picture of await Promise.all(warm)) if (picture.kind === 'decoded') picture.release()

const cpuBefore = cpuSecondsOf(process.pid) ?? 0
const startedAt = performance.now()
const seen = await lookThrough([folder], { decoders, fingerprints, maxBits: 256, signal })
const report = makeReport(folder, seen, fingerprints)
const seconds = (performance.now() - startedAt) / 1000
const cpuAfter = cpuSecondsOf(process.pid) ?? 0
fingerprints.close()
await decoders.close()

const pairs = report.groups
  .filter(({ kind }) => kind === 'copies')
  .map(({ members }) => members.map(({ path }) => path))
  .flatMap(paths => paths.flatMap((a, at) => paths.slice(at + 1).map(b => [a, b])))
const result = { images: report.pictures, seconds, cpuSeconds: cpuAfter - cpuBefore, pairs }
console.log(JSON.stringify(result))
