/**
 * A process that writes an export of a made-up dataset until it passes a failpoint for the n-th time, where it kills itself.
 *
 * Usage: export-worker.ts FOLDER CONTAINER KILL_AT@COUNT
 */
import type { ExportContainer } from '@gleaner/shared/exports'
import { createExports } from '../../src/exports/exports.ts'
import { createPictureMaker } from '../../src/imaging/picture-maker.ts'
import { interruptedPictures, interruptedRequest } from './export-interrupted.ts'
import { madeUpDataset } from './exported-dataset.ts'

const [, , folder = '', container = 'folder', killText = ''] = process.argv
const [killAt = '', killCount = '1'] = killText.split('@')

let passed = 0
const { dataset } = await madeUpDataset(folder, interruptedPictures)
const exports = createExports({
  datasets: () => [dataset],
  maker: createPictureMaker({ children: 1 }),
  now: () => performance.now(),
  trouble: error => {
    throw error
  },
  failpoint: name => {
    if (name !== killAt) return
    passed += 1
    if (passed === Number(killCount)) process.kill(process.pid, 'SIGKILL')
  },
})
await exports.begin(dataset.id, interruptedRequest(container as ExportContainer), 'test')
await exports.idle()
process.exit(3)
