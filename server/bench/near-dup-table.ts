/** Prints, as a Markdown table, how many edited copies of photos the perceptual hash finds. */
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { measureNearDuplicates } from '../test/support/near-duplicates.ts'

const folder = sharedFolder('corpus/near-dup')
if (!folder) {
  console.error('The shared corpus is not there; GLEANER_SHARED may name its folder.')
  process.exit(1)
}

const decoders = createDecoders()
const { edits, strangers, negatives } = await measureNearDuplicates(decoders, folder)
await decoders.close()

const percent = (distances: readonly number[], bits: number) =>
  `${Math.round((distances.filter(distance => distance <= bits).length / distances.length) * 100)} %`
console.log('| edit | found at <= 32 bits | at <= 64 bits | farthest |\n| --- | --- | --- | --- |')
for (const [edit, distances] of edits) {
  const found = `${percent(distances, 32)} | ${percent(distances, 64)}`
  console.log(`| ${edit} | ${found} | ${Math.max(...distances)} |`)
}
const all = [...edits.values()].flat()
console.log(`| all | ${percent(all, 32)} | ${percent(all, 64)} | |`)

const nearest = (pairs: readonly { readonly distanceBits: number }[]) =>
  pairs.reduce((least, { distanceBits }) => Math.min(least, distanceBits), Number.POSITIVE_INFINITY)
console.log(`\nDifferent photos: ${strangers.length} pairs, nearest ${nearest(strangers)} bits.`)
console.log(`Look-alikes: ${negatives.length} pairs, nearest ${nearest(negatives)} bits.`)
