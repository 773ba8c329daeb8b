/** Real photos and edited copies of them through the whole pipeline. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CandidateRow } from '@gleaner/shared/api'
import { expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { startBadHost } from './support/bad-host.ts'
import { expectConsistent } from './support/ingest-checks.ts'
import { candidate, rowsByPath, runIngest } from './support/run-ingest.ts'

const folder = sharedFolder('corpus/near-dup/synthetic')

/** Edits that leave the picture what it was. */
const same = [
  'q30',
  'q60',
  'q90',
  'webp60',
  'avif50',
  'png8',
  'half',
  'up150',
  'squash',
  'blur',
  'noise',
  'sharpen',
]
/** Edits that show something else, or the same from elsewhere. */
const other = ['flip', 'rot90', 'crop20', 'caption']

test.skipIf(!folder)('copies are duplicates, crops are proposed (needs the shared corpus)', async () => {
  const groups = ['syn-01', 'syn-04']
  const names = readdirSync(folder ?? '').filter(name => groups.some(group => name.startsWith(group)))
  const files = Object.fromEntries(names.map(name => [name, readFileSync(join(folder ?? '', name))]))
  const host = await startBadHost({ files })
  const run = await runIngest()
  try {
    const collect = (wanted: readonly string[]) =>
      run.collect(wanted.map((name, place) => candidate([host.url(`/files/${name}`, `h${place}.example`)])))
    const originals = names.filter(name => name.includes('-orig'))
    collect(originals)
    await run.settled()
    const dataset = collect(names.filter(name => !originals.includes(name)))
    await run.settled()

    const rows = rowsByPath(dataset)
    const rowOf = (group: string, edit: string): CandidateRow | undefined =>
      Object.entries(rows).find(([path]) => path.startsWith(`/files/${group}-${edit}.`))?.[1]
    for (const group of groups) {
      const original = rowOf(group, 'orig')
      for (const edit of same) {
        const row = rowOf(group, edit)
        expect([edit, row?.state, row?.imageId]).toEqual([edit, 'duplicate', original?.imageId])
      }
      for (const edit of other) expect([edit, rowOf(group, edit)?.state]).toEqual([edit, 'stored'])
      const near =
        dataset.image(original?.imageId ?? '')?.nearPairs.map(({ distanceBits }) => distanceBits) ?? []
      expect(near.length).toBeGreaterThan(0)
      expect(Math.min(...near)).toBeGreaterThan(0)
      expect(Math.max(...near)).toBeLessThanOrEqual(64)
      const crop = rowOf(group, 'crop05')
      if (crop?.state === 'stored') {
        expect(crop.explanation).toMatch(/looks? alike, nearest [0-9a-f]{8}… \(distance \d+ of 256 bits\)\.$/)
      }
    }
    expectConsistent(dataset)
  } finally {
    expect(await run.close()).toEqual([])
    await host.close()
  }
})
