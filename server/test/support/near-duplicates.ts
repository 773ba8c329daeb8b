/** Measures the perceptual hash on the near-duplicates of the shared corpus. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import { hammingDistance, type PerceptualHash } from '@gleaner/shared/hash'
import type { Decoders } from '../../src/imaging/decoded.ts'

interface Groups {
  readonly groups: readonly { readonly id: string; readonly files: readonly string[] }[]
  readonly negatives: readonly { readonly files: readonly [string, string] }[]
}

export interface Pair {
  readonly a: string
  readonly b: string
  readonly distanceBits: number
}

export interface NearDuplicates {
  /** Name of the edit → distances of all edited photos to their originals. */
  readonly edits: ReadonlyMap<string, readonly number[]>
  /** Pairs of files of different groups. */
  readonly strangers: readonly Pair[]
  /** Pairs that look alike and show different things. */
  readonly negatives: readonly Pair[]
}

/** Decodes every file of the corpus' near-duplicates and compares them. */
export async function measureNearDuplicates(decoders: Decoders, folder: string): Promise<NearDuplicates> {
  const { groups, negatives } = JSON.parse(readFileSync(join(folder, 'groups.json'), 'utf8')) as Groups
  const settings = { ...defaultSettings, accept: { ...defaultSettings.accept, minSidePx: 32 } }
  const hashes = new Map<string, PerceptualHash | null>()
  const files = new Set([...groups.flatMap(group => group.files), ...negatives.flatMap(pair => pair.files)])
  await Promise.all(
    [...files].map(async file => {
      const bytes = readFileSync(join(folder, file))
      const picture = await decoders.decode(bytes, settings, new AbortController().signal)
      if (picture.kind === 'failed') throw new Error(`${file}: ${picture.code}`)
      picture.release()
      hashes.set(file, picture.perceptualHash)
    }),
  )
  const pair = (a: string, b: string): Pair => {
    const [left, right] = [hashes.get(a), hashes.get(b)]
    if (!left || !right) return { a, b, distanceBits: Number.POSITIVE_INFINITY }
    return { a, b, distanceBits: hammingDistance(left, right) }
  }
  const edits = new Map<string, number[]>()
  for (const {
    id,
    files: [original = '', ...edited],
  } of groups.filter(({ id }) => id.startsWith('syn-'))) {
    for (const file of edited) {
      const name = file.replace(`synthetic/${id}-`, '').replace(/\.\w+$/, '')
      edits.set(name, [...(edits.get(name) ?? []), pair(original, file).distanceBits])
    }
  }
  const strangers = groups.flatMap((group, at) =>
    groups.slice(at + 1).flatMap(other => group.files.flatMap(a => other.files.map(b => pair(a, b)))),
  )
  return { edits, strangers, negatives: negatives.map(({ files: [a, b] }) => pair(a, b)) }
}
