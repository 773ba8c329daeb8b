/** What a large index loses by comparing sketches first, on real photos and edited copies of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import type { QueryForm } from '../src/look/fingerprint.ts'
import { createLookIndex, lookIndexLimits, type Proposal } from '../src/look/look-index.ts'

const folder = sharedFolder('corpus/near-dup') ?? ''

interface Groups {
  readonly groups: readonly { readonly id: string; readonly files: readonly string[] }[]
}

interface Sight {
  readonly group: number
  readonly query: readonly QueryForm[]
  readonly forms: Uint8Array
}

async function sights(): Promise<Sight[]> {
  const { groups } = JSON.parse(readFileSync(join(folder, 'groups.json'), 'utf8')) as Groups
  const files = groups.flatMap(({ files }, group) => files.map(file => ({ file, group })))
  const settings = { ...defaultSettings, accept: { ...defaultSettings.accept, minSidePx: 32 } }
  const decoders = createDecoders()
  try {
    return await Promise.all(
      files.map(async ({ file, group }) => {
        const bytes = readFileSync(join(folder, file))
        const picture = await decoders.decode(bytes, settings, new AbortController().signal)
        if (picture.kind === 'failed') throw new Error(`${file}: ${picture.code}`)
        picture.release()
        return { group, query: picture.queryForms, forms: picture.fingerprint.heldForms }
      }),
    )
  } finally {
    await decoders.close()
  }
}

test.skipIf(!folder)(
  'sketches lose at most one near form of a true pair in 1000 (needs the shared corpus)',
  async () => {
    const all = await sights()
    const inFull = createLookIndex({ ...lookIndexLimits, sketchFrom: Number.POSITIVE_INFINITY })
    const sketched = createLookIndex({ ...lookIndexLimits, sketchFrom: 0 })
    for (const [at, { forms }] of all.entries()) {
      inFull.put(at + 1, forms)
      sketched.put(at + 1, forms)
    }
    const isTrue = (group: number) => (proposal: Proposal) => all[proposal.seq - 1]?.group === group
    let near = 0
    let lost = 0
    let lostPictures = 0
    for (const { group, query } of all) {
      const [expected = []] = inFull.within([query]).map(found => found.filter(isTrue(group)))
      const [found = []] = sketched.within([query]).map(found => found.filter(isTrue(group)))
      near += expected.length
      lost += expected.length - found.length
      const seqs = (proposals: readonly Proposal[]) => new Set(proposals.map(({ seq }) => seq)).size
      lostPictures += seqs(expected) - seqs(found)
    }
    expect(
      all.every(({ query }) =>
        query.every(form => form.radiusBits <= (lookIndexLimits.sketches.at(-1)?.radiusBits ?? 0)),
      ),
    ).toBe(true)
    expect(near).toBeGreaterThan(10_000)
    expect(lost / near, `${lost} of ${near}, ${lostPictures} pictures`).toBeLessThanOrEqual(0.001)
    expect(lostPictures).toBe(0)
  },
)
