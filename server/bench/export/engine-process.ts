/** Writes one export of a made-up version from its plan to its final name; says how much memory that took. `FOLDER COUNT` */
import { createExports } from '../../src/exports/exports.ts'
import { createPictureMaker } from '../../src/imaging/picture-maker.ts'
import { madeUpDataset } from './made-up-dataset.ts'

const [folder = '', count = '0'] = process.argv.slice(2)
const maker = createPictureMaker({ children: 1 })
const dataset = await madeUpDataset(folder, Number(count))
const exports = createExports({
  datasets: () => [dataset],
  maker,
  now: () => performance.now(),
  trouble: error => {
    throw error
  },
})
const megabytes = (bytes: number) => Math.round(bytes / 1e6)
const beforeMb = megabytes(process.memoryUsage.rss())
const startedAt = performance.now()
const { id } = await exports.begin(dataset.id, { versionId: 1, format: 'class-folders' }, 'bench')
await exports.idle()
const seconds = (performance.now() - startedAt) / 1_000
const ended = exports.list(dataset.id).find(one => one.id === id)
if (ended?.state !== 'done') throw new Error(`${ended?.state}: ${ended?.code}`)
console.log(
  JSON.stringify({
    ...{ images: ended.proof?.images, files: ended.proof?.files },
    ...{ seconds: Number(seconds.toFixed(1)), beforeMb },
    peakMb: megabytes(process.resourceUsage().maxRSS * 1024),
  }),
)
await maker.close()
