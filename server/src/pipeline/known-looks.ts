/** How all pictures of a dataset look, in memory: read when it is opened, kept in step, and saved now and then. */
import { createLookIndex, type LookIndex } from '../look/look-index.ts'
import { readSideFile, writeSideFile } from '../look/side-file.ts'
import type { LookFile } from '../store/look-file.ts'

export interface Opening {
  /** Stops reading and saving looks; to be aborted before the store is closed. */
  readonly signal: AbortSignal
  /** The dataset has become ready, in a later turn of the event loop than it was opened in. */
  readonly ready: () => void
  /** The looks could not be read, and the dataset will not become ready. */
  readonly failed: (error: unknown) => void
  /** The side file could not be written; the next start will take longer. */
  readonly unsaved?: (error: unknown) => void
}

export interface KnownLooks {
  /** Whether all looks are read. */
  readonly isReady: () => boolean
  /** Another one may take its place until the looks are read. */
  readonly index: () => LookIndex
  /** Reads what was written to the table meanwhile, by whomever. Not in a transaction: what is not committed is not read. */
  readonly catchUp: () => void
  /** Makes a picture known at once. */
  readonly put: (seq: number, forms: Uint8Array) => void
}

/** Looks read in one turn of the event loop: a few milliseconds. */
const sliceRows = 1_000

/** So many changes are read from the table in less time than anybody notices. */
const leastUnsaved = 10_000
/** A larger index is worth its file only after so many changes for each of its forms. */
const unsavedShare = 1 / 50

/**
 * @param changed - called with every picture that is new or looks different, but those that are read until it is ready
 * @param least - changes that are worth a file; fewer for tests
 */
export function openLooks(
  lookFile: LookFile,
  opening: Opening,
  changed: (seq: number, forms: Uint8Array) => void = () => {},
  least = leastUnsaved,
): KnownLooks {
  let index = createLookIndex()
  let isReady = false
  let isSaving = false
  /** The last change that was read, and the last that a file holds or was meant to. */
  let changeNo = 0
  let savedNo = 0

  const put = (seq: number, forms: Uint8Array) => {
    if (index.put(seq, forms)) changed(seq, forms)
  }
  /** @returns whether that was all */
  const readSlice = (): boolean => {
    const changes = lookFile.since(changeNo, sliceRows)
    // Of what is read at the start nobody is told: it would only be remembered, to be forgotten again.
    for (const { seq, forms } of changes) isReady ? put(seq, forms) : index.put(seq, forms)
    changeNo = changes.at(-1)?.changeNo ?? changeNo
    return changes.length < sliceRows
  }

  const save = async () => {
    isSaving = true
    // Whether it succeeds or not: the next try comes after as many changes again.
    savedNo = changeNo
    try {
      await lookFile.replace(changeNo, (of, sink) =>
        writeSideFile(index, of, async (at, bytes) => {
          opening.signal.throwIfAborted()
          await sink(at, bytes)
        }),
      )
    } catch (error) {
      if (!opening.signal.aborted) opening.unsaved?.(error)
    } finally {
      isSaving = false
    }
  }
  const saveIfWorthIt = () => {
    const unsaved = changeNo - savedNo
    if (!isSaving && unsaved >= Math.max(least, index.forms * unsavedShare)) void save()
  }

  const load = async () => {
    const file = await lookFile.open()
    if (!file) return
    try {
      const of = await readSideFile(index, file, lookFile.vouchesFor)
      changeNo = of?.changeNo ?? 0
      savedNo = changeNo
      if (!of) index = createLookIndex()
    } catch {
      // Cut short, or a disk that cannot read it: the table says the same.
      index = createLookIndex()
      changeNo = 0
    } finally {
      await file.close()
    }
  }
  const readOn = () => {
    if (opening.signal.aborted) return
    try {
      isReady = readSlice()
    } catch (error) {
      opening.failed(error)
      return
    }
    if (!isReady) {
      setImmediate(readOn)
      return
    }
    opening.ready()
    saveIfWorthIt()
  }

  if (lookFile.isExpected()) {
    load().then(readOn, opening.failed)
  } else {
    isReady = readSlice()
    if (!isReady) setImmediate(readOn)
  }

  return {
    isReady: () => isReady,
    index: () => index,
    catchUp: () => {
      while (isReady && !readSlice());
      if (isReady) saveIfWorthIt()
    },
    put,
  }
}
