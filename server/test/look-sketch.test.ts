/** What a large index loses by leads and sketches, on real photos and edited copies of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { heldFormBytes, type QueryForm } from '../src/look/fingerprint.ts'
import {
  createLookIndex,
  type LookIndex,
  type LookIndexLimits,
  lookIndexLimits,
  type Proposal,
} from '../src/look/look-index.ts'
import { createRandom } from './support/random.ts'

const folder = sharedFolder('corpus/near-dup') ?? ''

interface Groups {
  readonly groups: readonly { readonly id: string; readonly files: readonly string[] }[]
}

interface Sight {
  readonly group: number
  /** The others of the group are edits of it, or other copies. */
  readonly isOriginal: boolean
  readonly query: readonly QueryForm[]
  readonly forms: Uint8Array
}

async function sights(): Promise<Sight[]> {
  const { groups } = JSON.parse(readFileSync(join(folder, 'groups.json'), 'utf8')) as Groups
  const files = groups.flatMap(({ files }, group) =>
    files.map((file, at) => ({ file, group, isOriginal: at === 0 })),
  )
  const settings = { ...defaultSettings, accept: { ...defaultSettings.accept, minSidePx: 32 } }
  const decoders = createDecoders()
  try {
    return await Promise.all(
      files.map(async ({ file, ...of }) => {
        const bytes = readFileSync(join(folder, file))
        const picture = await decoders.decode(bytes, settings, new AbortController().signal)
        if (picture.kind === 'failed') throw new Error(`${file}: ${picture.code}`)
        picture.release()
        return { ...of, query: picture.queryForms, forms: picture.fingerprint.heldForms }
      }),
    )
  } finally {
    await decoders.close()
  }
}

/** So many that forms of one lead fill groups of their own, and most groups are passed over. */
const strangers = 30_000

/** Random forms of the kinds that photos have, the same every time. */
function addStrangers(index: LookIndex, from: number): void {
  const random = createRandom(from)
  for (let seq = from; seq < from + strangers; seq++) {
    const forms = Uint8Array.from({ length: 3 * heldFormBytes }, () => random() >>> 8)
    for (const [at, kind] of [0, 2, 3].entries()) forms[at * heldFormBytes] = kind
    index.put(seq, forms)
  }
}

/** What an index finds of what comparing in full does, among pictures that are true to each other. */
function lossesOf(all: readonly Sight[], inFull: LookIndex, index: LookIndex) {
  const isTrue = (group: number) => (proposal: Proposal) => all[proposal.seq - 1]?.group === group
  const sums = { near: 0, lost: 0, pictures: 0, lostPictures: 0, lostOfOriginals: 0 }
  for (const { group, isOriginal, query } of all) {
    const [expected = []] = inFull.within([query]).map(found => found.filter(isTrue(group)))
    const [found = []] = index.within([query]).map(found => found.filter(isTrue(group)))
    sums.near += expected.length
    sums.lost += expected.length - found.length
    const seqs = (proposals: readonly Proposal[]) => new Set(proposals.map(({ seq }) => seq))
    const stillThere = seqs(found)
    const gone = [...seqs(expected)].filter(seq => !stillThere.has(seq))
    sums.pictures += stillThere.size + gone.length
    sums.lostPictures += gone.length
    sums.lostOfOriginals += gone.filter(seq => isOriginal || all[seq - 1]?.isOriginal).length
  }
  return sums
}

test.skipIf(!folder)(
  'leads, shelves and sketches lose few near forms of true pairs, and no copy of an original (needs the shared corpus)',
  async () => {
    const all = await sights()
    const indexOf = (limits: Partial<LookIndexLimits>) => {
      const index = createLookIndex({ ...lookIndexLimits, ...limits })
      for (const [at, { forms }] of all.entries()) index.put(at + 1, forms)
      return index
    }
    const inFull = indexOf({ sketchFrom: Number.POSITIVE_INFINITY })
    expect(
      all.every(({ query }) =>
        query.every(form => form.radiusBits <= (lookIndexLimits.sketches.at(-1)?.radiusBits ?? 0)),
      ),
    ).toBe(true)
    for (const limits of [{ sketchFrom: 0 }, { sketchFrom: 0, shelveFrom: 0 }]) {
      const index = indexOf(limits)
      addStrangers(index, all.length + 1)
      const { near, lost, pictures, lostPictures, lostOfOriginals } = lossesOf(all, inFull, index)
      expect(near).toBeGreaterThan(10_000)
      const told = `${JSON.stringify(limits)}: ${lost} of ${near} forms, ${lostPictures} of ${pictures} pictures`
      expect(lost / near, told).toBeLessThanOrEqual(0.002)
      // Of two edits of one picture, one turned and one cropped, a few.
      expect(lostPictures / pictures, told).toBeLessThanOrEqual(0.001)
      expect(lostOfOriginals).toBe(0)
    }
  },
)
