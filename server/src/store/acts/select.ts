/** Which pictures an act is about, as numbers, found out once when it begins. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { GalleryFilter, Selection } from '@gleaner/shared/gallery'
import type { Pictures } from './pictures.ts'

/** Numbers of all pictures a filter takes, ascending, own commits included. */
export type SeqsOf = (filter: GalleryFilter, except?: readonly string[]) => Promise<ArrayLike<number>>

/** Looked up in one go. */
const sliceRows = 500
/** From here on it matters how many folders the files of one slice lie in. */
const many = 1_000

export function createSelect(pictures: Pictures, seqsOf: SeqsOf) {
  const inSlices = async <T>(all: ArrayLike<T>, each: (one: T) => void): Promise<void> => {
    for (let start = 0; start < all.length; start += sliceRows) {
      if (start > 0) await nextTurn()
      const end = Math.min(all.length, start + sliceRows)
      for (let index = start; index < end; index += 1) each(all[index] as T)
    }
  }

  return {
    resolve: async (selection: Selection): Promise<number[]> => {
      if ('filter' in selection) return Array.from(await seqsOf(selection.filter, selection.except))
      const seqs: number[] = []
      await inSlices(selection.imageIds, imageId => {
        const seq = pictures.seqOf(imageId)
        if (seq !== undefined) seqs.push(seq)
      })
      return seqs
    },
    /** In the order of the folders in which files lie aside: those of one slice then share one of them. */
    byFolder: async (seqs: readonly number[]): Promise<readonly number[]> => {
      if (seqs.length < many) return seqs
      const folders = new Map<string, number[]>()
      await inSlices(seqs, seq => {
        const name = pictures.bySeq(seq)?.digest.slice(0, 2) ?? ''
        const held = folders.get(name)
        if (held) held.push(seq)
        else folders.set(name, [seq])
      })
      return [...folders.keys()].sort().flatMap(name => folders.get(name) ?? [])
    },
  }
}
export type Select = ReturnType<typeof createSelect>
