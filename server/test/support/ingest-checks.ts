/** What the tests of the pipeline share: a host full of pictures, and the checks every run has to pass. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CandidateRow } from '@gleaner/shared/api'
import { isErrorCode } from '@gleaner/shared/errors'
import { isOutcome } from '@gleaner/shared/outcome'
import { expect } from 'vitest'
import type { DatasetStore } from '../../src/store/index.ts'
import type { BadHost } from './bad-host.ts'
import { startBadHost } from './bad-host.ts'
import { picture } from './pictures.ts'

/** Ten pictures that have nothing in common: `zero.jpg` to `nine.jpg`. */
export const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** A host with the ten pictures, copies of some of them, and files that are no good. */
export async function startPictureHost(): Promise<BadHost> {
  const files: Record<string, Buffer> = {
    'tiny.jpg': await picture(90, { width: 50, height: 40 }),
    'long.jpg': await picture(91, { width: 3000, height: 100 }),
    'one-thumbnail.jpg': await picture(1, { width: 128, height: 96, quality: 70 }),
    'one-again.jpg': await picture(1, { quality: 60 }),
    'page.jpg': Buffer.from('<!doctype html><title>no picture</title>'),
  }
  for (const [seed, name] of names.entries()) files[`${name}.jpg`] = await picture(seed)
  files['copy-of-two.jpg'] = files['two.jpg'] ?? Buffer.alloc(0)
  files['half-of-three.jpg'] = files['three.jpg']?.subarray(0, 9_000) ?? Buffer.alloc(0)
  return startBadHost({ files })
}

/** Every candidate that ended has a reason; the class folders hold what the index says, and nothing else. */
export function expectConsistent(dataset: DatasetStore): void {
  const { candidates } = dataset.candidates({}, { limit: 500 })
  for (const row of candidates.filter(({ state }) => isOutcome(state))) {
    expect(isErrorCode(row.code), `${row.url} ${row.code}`).toBe(true)
    expect(row.explanation).toMatch(/^[A-Z0-9].*\.$/)
  }
  const known = dataset.images(undefined, { limit: 500 }).images.map(({ id }) => dataset.image(id))
  const files = known.map(image => [image?.file, image?.sizeBytes])
  expect(filesBelow(dataset.folder, 'images').sort()).toEqual(files.sort())
}

function filesBelow(folder: string, below: string): [string, number][] {
  return readdirSync(join(folder, below), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => [path.slice(folder.length + 1), statSync(path).size])
}

export function onlyRow(dataset: DatasetStore): CandidateRow | undefined {
  const { candidates } = dataset.candidates({}, { limit: 2 })
  expect(candidates).toHaveLength(1)
  return candidates[0]
}
