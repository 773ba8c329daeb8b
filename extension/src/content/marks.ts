/** Says on the tiles what the dataset knows of their results. */

import type { Candidate } from '@gleaner/shared/candidate'
import type { Known } from '@gleaner/shared/collect'
import type { Sentences } from '../platform/message-table.ts'
import { keyOf } from './selection.ts'
import { type Mark, markOf } from './tiles/mark-of.ts'
import type { MarkedTile, TileLayer } from './tiles/tile-layer.ts'

/** Tiles looked for between two pauses. */
const tilesAtOnce = 300

/** Marks whose tile leaves a question that the reason answers. */
const withReason: ReadonlySet<Mark> = new Set(['rejected', 'failed', 'removed', 'waiting'])

export interface Marked {
  readonly candidates: readonly Candidate[]
  /** What the dataset knows; `undefined` where it was not asked. */
  readonly known: (candidate: Candidate) => Known | null | undefined
  readonly isPicked: (candidate: Candidate) => boolean
  /** The class that would be collected into. */
  readonly class: string
  /** Whether tiles are shown of which nothing is known. */
  readonly isPicking: boolean
  readonly sentences: Sentences
}

export function markedTile(
  candidate: Candidate,
  tile: Element,
  { known: ask, isPicked, class: ownClass, isPicking, sentences }: Marked,
): MarkedTile | undefined {
  const known = ask(candidate)
  if (known === undefined && !isPicking) return undefined
  const isThumbnailOnly = candidate.sources[0]?.kind === 'thumbnail'
  const mark = markOf(known ?? null, { isThumbnailOnly }, ownClass)
  const code = known?.code ?? ''
  const reason = withReason.has(mark) && Object.hasOwn(sentences, code) ? sentences[code]?.say : undefined
  return {
    key: keyOf(candidate),
    tile,
    mark,
    isPicked: isPicked(candidate),
    ...(mark === 'other-class' && known && { className: known.class }),
    ...(reason !== undefined && { reason }),
  }
}

export interface Marks {
  /** Draws the marks as they are now, or none. */
  readonly show: (marked: Marked | null) => void
}

export function createMarks(deps: {
  readonly layer: Pick<TileLayer, 'show' | 'clear'>
  readonly tileOf: (rank: number) => Element | undefined
  readonly pause: () => Promise<void>
}): Marks {
  let wanted: Marked | null = null
  let isDrawing = false
  let isShown = false

  async function gather(marked: Marked): Promise<readonly MarkedTile[] | undefined> {
    const tiles: MarkedTile[] = []
    for (const [place, candidate] of marked.candidates.entries()) {
      if (place > 0 && place % tilesAtOnce === 0) await deps.pause()
      if (wanted !== marked) return undefined
      const tile = deps.tileOf(candidate.rank ?? 0)
      const one = tile && markedTile(candidate, tile, marked)
      if (one) tiles.push(one)
    }
    return tiles
  }

  async function draw(): Promise<void> {
    if (isDrawing) return
    isDrawing = true
    for (let drawn: Marked | null | undefined; wanted !== drawn; ) {
      const now = wanted
      if (now === null) break
      const tiles = await gather(now)
      if (tiles && wanted !== null) {
        deps.layer.show(tiles)
        isShown = true
        drawn = now
      }
    }
    isDrawing = false
  }

  return {
    show: marked => {
      wanted = marked
      if (marked === null) {
        if (isShown) deps.layer.clear()
        isShown = false
      } else void draw()
    },
  }
}
