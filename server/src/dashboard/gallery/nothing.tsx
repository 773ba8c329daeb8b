import { Button } from '@gleaner/shared/ui/button.tsx'
import { Empty } from '../parts/empty.tsx'
import { isWide } from './filter-words.ts'
import type { ListingAddress } from './use-listing.ts'

interface NothingProps {
  readonly address: ListingAddress
  readonly label: string | undefined
}

/** Why there is nothing, and what to do about it. */
export function Nothing({ address, label }: NothingProps) {
  const { filter, order } = address.listing
  if (!isWide(filter)) {
    return (
      <Empty
        icon="filter"
        title="No picture is all of this"
        actions={<Button onPress={() => address.show({ filter: {}, order })}>Show all pictures</Button>}
      >
        Let go of a part of the filter, or of all of it.
      </Empty>
    )
  }
  if (filter.place === 'trash') {
    return (
      <Empty icon="trash" title="The trash is empty">
        What you take out of the dataset lies here until it is emptied.
      </Empty>
    )
  }
  return label === undefined ? (
    <Empty icon="image" title="No pictures yet">
      Classes come by themselves as you collect. The first pictures show up here.
    </Empty>
  ) : (
    <Empty icon="image" title="No pictures in this class yet">
      Search for “<bdi>{label}</bdi>” on an image search, choose this class in the Gleaner bar and press
      Collect.
    </Empty>
  )
}
