import type { CandidateRow as Row } from '@gleaner/shared/api'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useState } from 'react'
import { useNow } from '../parts/use-now.ts'
import { useBox } from '../parts/use-window.ts'
import { CandidateRow } from './candidate-row.tsx'

const usualRowPx = 76
const readAhead = 30

interface CandidateListProps {
  readonly datasetId: string
  readonly rows: readonly Row[]
  readonly isComplete: boolean
  readonly onNeed: (count: number) => void
}

/** A list of any length: only the rows near the window are there, and more is read as its end comes near. */
export function CandidateList({ datasetId, rows, isComplete, onNeed }: CandidateListProps) {
  const { ref, topPx } = useBox()
  const nowMs = useNow(15_000)
  const [openId, setOpenId] = useState<number | null>(null)
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => usualRowPx,
    getItemKey: place => rows[place]?.id ?? place,
    overscan: 8,
    scrollMargin: topPx,
  })
  const shown = virtual.getVirtualItems()
  const needed = (shown.at(-1)?.index ?? 0) + readAhead
  useEffect(() => onNeed(needed), [onNeed, needed])
  return (
    <>
      <div ref={ref}>
        <ul className="candidates" style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, key, start }) => {
            const row = rows[index]
            if (!row) return null
            return (
              <li
                key={key}
                className="candidate-place"
                aria-setsize={isComplete ? rows.length : -1}
                aria-posinset={index + 1}
                ref={virtual.measureElement}
                data-index={index}
                style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
              >
                <CandidateRow
                  datasetId={datasetId}
                  row={row}
                  nowMs={nowMs}
                  isOpen={openId === row.id}
                  onToggle={() => setOpenId(openId === row.id ? null : row.id)}
                />
              </li>
            )
          })}
        </ul>
      </div>
      {isComplete ? null : <p className="page-wait">Loading more…</p>}
    </>
  )
}
