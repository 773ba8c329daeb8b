import type { GallerySplit } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { Link } from 'wouter'
import { formatCount } from '../text/format.ts'
import { splitWords } from './split-words.ts'

export const splitWord = (split: GallerySplit): string =>
  split === 'none' ? 'In no split' : splitWords[split]

interface SplitCountProps {
  readonly datasetId: string
  readonly split: GallerySplit
  readonly count: number
  /** Of all classes where none is named. */
  readonly of?: { readonly classId: number; readonly label: string }
}

/** How many pictures are in a split, and the way to them. */
export function SplitCount({ datasetId, split, count, of }: SplitCountProps) {
  if (count === 0) return '0'
  const filter = { splits: [split], ...(of && { classIds: [of.classId] }) }
  const words = splitWord(split).toLowerCase()
  return (
    <Link
      href={`/datasets/${datasetId}/gallery?${filterToQuery(filter)}`}
      aria-label={`${formatCount(count)} ${words}${of ? ` of ${of.label}` : ''}`}
    >
      {formatCount(count)}
    </Link>
  )
}
