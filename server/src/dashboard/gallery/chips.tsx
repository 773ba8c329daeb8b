import { Button } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { chipsOf } from './filter-words.ts'
import type { ListingAddress } from './use-listing.ts'

interface ChipsProps {
  readonly address: ListingAddress
  readonly labelOf: (classId: number) => string
}

/** What narrows the listing, each part with a press to let go of it. */
export function Chips({ address, labelOf }: ChipsProps) {
  const { filter, order } = address.listing
  const chips = chipsOf(filter, labelOf)
  if (chips.length === 0) return null
  return (
    <ul className="chips" aria-label="Filter">
      {chips.map(({ name, value, patch }) => (
        <li key={`${name} ${value}`}>
          <button type="button" className="chip" onClick={() => address.change(patch)}>
            <span className="chip-name">{name}:</span> <bdi className="chip-value">{value}</bdi>
            <Icon name="close" sizePx={13} />
            <span className="gl-visually-hidden">, remove</span>
          </button>
        </li>
      ))}
      {chips.length > 1 ? (
        <li>
          <Button kind="quiet" size="small" onPress={() => address.show({ filter: {}, order })}>
            Clear all
          </Button>
        </li>
      ) : null}
    </ul>
  )
}
