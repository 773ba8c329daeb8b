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

/** Edits after which it is the same picture all the same. */
const same = [
  ...[
    'q30',
    'q60',
    'q90',
    'webp60',
    'avif50',
    'png8',
    'half',
    'quarter',
    'squash',
    'blur',
    'noise',
    'sharpen',
  ],
  ...[
    'grey',
    'bright',
    'dark',
    'contrast',
    'watermark',
    'flip',
    'crop02',
    'crop05',
    'crop10',
    'border05',
    'letterbox',
  ],
  ...['crop20', 'caption', 'rot3', 'rot90', 'up150', 'saturate'],
]

test.skipIf(!folder)('edited copies are known as what they are (needs the shared corpus)', async () => {
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
    }
    expectConsistent(dataset)
  } finally {
    expect(await run.close()).toEqual([])
    await host.close()
  }
})
