/** A folder of photos and edited copies of them: which belong together is in their names. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type TransformName, transforms } from '../../src/imaging/transforms.ts'

export interface Versions {
  /** Name of an edit → files, one for each photo, in the order of the photos. */
  readonly byEdit: ReadonlyMap<string, readonly string[]>
  readonly files: number
}

/** Name of the unedited version. */
export const original = 'orig'

/**
 * Each photo, its longest side brought to 512 pixels, and its copies.
 *
 * @param folder - is made
 */
export async function writeVersions(
  folder: string,
  photos: readonly string[],
  edits: readonly TransformName[],
): Promise<Versions> {
  mkdirSync(folder, { recursive: true })
  const byEdit = new Map<string, string[]>()
  const write = (edit: string, name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes)
    byEdit.set(edit, [...(byEdit.get(edit) ?? []), name])
  }
  for (const [at, photo] of photos.entries()) {
    const base = await sharp(readFileSync(photo))
      .rotate()
      .resize(512, 512, { fit: 'inside' })
      .jpeg({ quality: 92 })
      .toBuffer()
    write(original, `${at}-${original}.jpg`, base)
    for (const { name, make } of transforms) {
      if (edits.includes(name)) write(name, `${at}-${name}.${extensionOf(name)}`, await make(base))
    }
  }
  const files = [...byEdit.values()].reduce((sum, names) => sum + names.length, 0)
  return { byEdit, files }
}

const extensionOf = (edit: TransformName) =>
  edit === 'webp60' ? 'webp' : edit === 'avif50' ? 'avif' : edit === 'png8' ? 'png' : 'jpg'

/** Number of the photo a file was made from. */
export const photoOf = (name: string) => Number.parseInt(name, 10)

export interface Score {
  /** Name of an edit → share of its copies that were found together with their original, 0 to 1. */
  readonly recall: ReadonlyMap<string, number>
  /** Over all copies. */
  readonly meanRecall: number
  /** Pairs of files of different photos that were put together. */
  readonly falsePairs: number
  /** Share of the pairs found that are true ones; 1 when none was found. */
  readonly precision: number
}

/** @param groups - names of files that were put together */
export function scoreGroups({ byEdit }: Versions, groups: readonly (readonly string[])[]): Score {
  const groupOf = new Map(groups.flatMap((names, group) => names.map(name => [name, group] as const)))
  const isTogether = (a: string, b: string) => groupOf.has(a) && groupOf.get(a) === groupOf.get(b)
  const originals = byEdit.get(original) ?? []
  const recall = new Map<string, number>()
  let found = 0
  let wanted = 0
  for (const [edit, names] of byEdit) {
    if (edit === original) continue
    const hits = names.filter((name, at) => isTogether(name, originals[at] ?? '')).length
    recall.set(edit, hits / names.length)
    found += hits
    wanted += names.length
  }
  const { truePairs, falsePairs } = countPairs(groups)
  const precision = truePairs + falsePairs === 0 ? 1 : truePairs / (truePairs + falsePairs)
  return { recall, meanRecall: found / wanted, falsePairs, precision }
}

function countPairs(groups: readonly (readonly string[])[]): { truePairs: number; falsePairs: number } {
  let truePairs = 0
  let falsePairs = 0
  for (const names of groups) {
    for (const [at, a] of names.entries()) {
      for (const b of names.slice(at + 1)) {
        if (photoOf(a) === photoOf(b)) truePairs += 1
        else falsePairs += 1
      }
    }
  }
  return { truePairs, falsePairs }
}
