/** A class under review, as the server knows it and as it is being decided here. */
import type { GalleryOrder, ReviewMark } from '@gleaner/shared/gallery'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Api } from '../api/client.ts'
import { useActs, useApi, useDatasetChanged } from '../api/use-app.ts'
import { createQuiet } from '../parts/quiet.ts'
import { createDeck, type Deeds } from './deck.ts'
import type { Beat } from './pace.ts'
import { createTally } from './tally.ts'
import { isListedAfter, type MarkCounts } from './verdict.ts'

const pageSize = 150
/** Oldest first: new pictures come in at the end. */
const order: GalleryOrder = { by: 'stored', isDescending: false }
async function countMarks(api: Api, datasetId: string, classId: number): Promise<MarkCounts> {
  const { values } = await api.facet(datasetId, 'mark', { filter: { classIds: [classId] }, order }, 10)
  const count = (mark: ReviewMark) => values.find(({ value }) => value === mark)?.count ?? 0
  return { none: count('none'), kept: count('kept'), unsure: count('unsure') }
}

interface Wanted {
  readonly datasetId: string
  readonly classId: number
  readonly mark: ReviewMark
}

function createReview(api: Api, deeds: Deeds, { datasetId, classId, mark }: Wanted) {
  const tally = createTally(() => countMarks(api, datasetId, classId))
  let beats: readonly Beat[] = []
  const deck = createDeck({
    ...deeds,
    fetchPage: cursor =>
      api.galleryAfter(
        datasetId,
        { filter: { classIds: [classId], marks: [mark] }, order },
        cursor,
        pageSize,
      ),
    isListedAfter: verdict => isListedAfter(mark, verdict),
    onStep: (judged, direction, answers) => {
      beats = [...beats, { atMs: performance.now(), pictures: direction * judged.length }]
      tally.add(judged, direction, answers)
    },
  })
  return { deck, tally, beats: () => beats }
}

export function useReview({ datasetId, classId, mark }: Wanted) {
  const api = useApi()
  const { perform, saving, isHeldUp } = useActs(datasetId)
  const review = useMemo(() => {
    const deeds: Deeds = {
      act: act => perform({ kind: 'act', act }),
      undo: of => perform({ kind: 'undo', of }),
      redo: of => perform({ kind: 'redo', of }),
    }
    return createReview(api, deeds, { datasetId, classId, mark })
  }, [api, perform, datasetId, classId, mark])
  const quiet = useMemo(
    () =>
      createQuiet(() => {
        review.deck.refresh()
        void review.tally.refresh()
      }),
    [review],
  )
  useEffect(() => {
    quiet.ask()
    return quiet.stop
  }, [quiet])
  useDatasetChanged(datasetId, quiet.ask)
  const state = useSyncExternalStore(review.deck.subscribe, review.deck.state)
  const counts = useSyncExternalStore(review.tally.subscribe, review.tally.counts)
  return { ...state, deck: review.deck, counts, beats: review.beats(), saving, isHeldUp }
}
export type Review = ReturnType<typeof useReview>

/** Asks before the window is closed over decisions that are not saved. */
export function useUnsavedGuard(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return
    const guard = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', guard)
    return () => window.removeEventListener('beforeunload', guard)
  }, [isUnsaved])
}

/** A value of this browser, by its name; `null` until something is kept. */
export function useKeptText(name: string): readonly [string | null, (value: string) => void] {
  const [value, setValue] = useState(() => localStorage.getItem(name))
  const keep = (next: string) => {
    localStorage.setItem(name, next)
    setValue(next)
  }
  return [value, keep]
}
