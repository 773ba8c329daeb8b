/** Reads an index into the gallery's memory, and what changes in it from then on. */
import type { GalleryMemory } from './memory.ts'
import type { GalleryChange, RowSource } from './row-source.ts'
import { createSplitPlaces } from './split-places.ts'

/** Pictures read in one turn: some milliseconds, and little to be thrown away at a time. */
const sliceRows = 500

export interface Follower {
  /** Reads on from where it stands. @returns whether everything has been read */
  readonly readSlice: () => boolean
  /** Reads what has been committed since. Only when everything has been read. */
  readonly catchUp: () => void
  /** The last change that was read. */
  readonly changeNo: () => number
}

/** @param placeRows - places of splits read in one turn */
export function createFollower(source: RowSource, memory: GalleryMemory, placeRows?: number): Follower {
  let changeNo = 0
  let readTo = 0
  let lastSeq: number | undefined
  let arePicturesRead = false
  const splitPlaces = createSplitPlaces(source, memory, placeRows)

  const begin = () => {
    changeNo = source.lastChange()
    memory.setClasses(source.classes())
    const last = source.lastSeq()
    memory.columns.reserve(Math.ceil((last + 1) * 1.05))
    return last
  }

  const take = (changes: readonly GalleryChange[]) => {
    const of = (wanted: GalleryChange['part']) =>
      changes.flatMap(({ part, seq }) => (part === wanted && seq > 0 ? [seq] : []))
    if (changes.some(({ seq }) => seq === 0)) memory.setClasses(source.classes())
    const pictures = of('picture')
    const there = new Set<number>()
    const added = pictures.filter(seq => !memory.has(seq))
    for (const facts of source.picturesOf(pictures)) {
      memory.putPicture(facts)
      there.add(facts.seq)
    }
    for (const seq of pictures) if (!there.has(seq)) memory.drop(seq)
    for (const facts of source.originsOf(of('origin'))) memory.putOrigin(facts)
    splitPlaces.readAgain(of('layer'), of('split'), added)
  }

  return {
    readSlice: () =>
      source.together(() => {
        lastSeq ??= begin()
        if (arePicturesRead) return splitPlaces.readSlice()
        const span = [readTo, readTo + sliceRows] as const
        for (const facts of source.picturesAfter(...span)) memory.putPicture(facts)
        for (const facts of source.originsAfter(...span)) memory.putOrigin(facts)
        readTo += sliceRows
        arePicturesRead = readTo >= lastSeq
        if (!arePicturesRead) return false
        memory.texts.settle()
        return splitPlaces.readSlice()
      }),
    catchUp: () =>
      source.together(() => {
        for (;;) {
          const changes = source.changes(changeNo, sliceRows)
          if (changes.length === 0) return
          take(changes)
          changeNo = changes.at(-1)?.changeNo ?? changeNo
        }
      }),
    changeNo: () => changeNo,
  }
}
