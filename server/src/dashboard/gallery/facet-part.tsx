import type { GalleryFacet } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { formatCount, formatNoun } from '../text/format.ts'
import { FilterPart } from './filter-part.tsx'
import { facetWords, partOf, valuesOf, valueWord, withValue } from './filter-words.ts'
import { type ListingAddress, patched } from './use-listing.ts'

const few = 6
const many = 50

/** How many pictures each value would give, with all the rest of the filter. */
function useCounts(datasetId: string, facet: GalleryFacet, { listing }: ListingAddress, limit: number) {
  const api = useApi()
  const filter = patched(listing.filter, { [partOf[facet]]: undefined })
  const query = filterToQuery(filter).toString()
  return useQuery({
    queryKey: keys.gallery(datasetId, `${facet} ${limit}`, query),
    queryFn: () => api.facet(datasetId, facet, { filter, order: listing.order }, limit),
    placeholderData: keepPreviousData,
  })
}

interface FacetPartProps {
  readonly datasetId: string
  readonly facet: GalleryFacet
  readonly address: ListingAddress
  readonly isOpen?: boolean
  readonly labelOf: (classId: number) => string
}

/** One thing pictures can be counted by: its values with counts, each to be ticked. */
export function FacetPart({ datasetId, facet, address, isOpen = false, labelOf }: FacetPartProps) {
  const [isLong, setLong] = useState(false)
  const { filter } = address.listing
  const picked = valuesOf(filter, facet)
  const { data } = useCounts(datasetId, facet, address, isLong ? many : few)
  const nameOf = (value: string, label?: string) =>
    facet === 'class' ? labelOf(Number(value)) : valueWord(facet, value, label)
  const counted = data?.values ?? []
  // What is ticked stays in sight, whether it is frequent or gives nothing any more.
  const missing = data ? picked.filter(value => !counted.some(each => each.value === value)) : picked
  const values = [
    ...missing.map(value => ({ value, label: nameOf(value), count: undefined })),
    ...counted.map(each => ({ ...each, label: nameOf(each.value, each.label) })),
  ]
  return (
    <FilterPart title={facetWords[facet]} count={picked.length} isOpen={isOpen}>
      <ul className="facet-values">
        {values.map(({ value, label, count }) => (
          <li key={value}>
            <label className="facet-value">
              <input
                type="checkbox"
                checked={picked.includes(value)}
                onChange={event => address.change(withValue(filter, facet, value, event.target.checked))}
              />
              <span className="facet-label">
                <bdi>{label}</bdi>
              </span>
              <span className="facet-count">{count === undefined ? '' : formatCount(count)}</span>
            </label>
          </li>
        ))}
      </ul>
      {values.length === 0 && data ? <p className="faint small">Nothing to choose from.</p> : null}
      {data && data.rest > 0 && !isLong ? (
        <Button kind="quiet" size="small" onPress={() => setLong(true)}>
          Show more
        </Button>
      ) : null}
      {data && data.rest > 0 && isLong ? (
        <p className="faint small">{formatNoun(data.rest, 'more picture')} of other values.</p>
      ) : null}
    </FilterPart>
  )
}
