import { type GallerySort, gallerySorts } from '@gleaner/shared/gallery'
import { Button, IconButton } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { useEffect, useId, useRef, useState } from 'react'
import { sortWords } from './filter-words.ts'
import { type GridLook, tileSizes } from './image-grid.tsx'
import type { ListingAddress } from './use-listing.ts'

const typingMs = 300

/** Words in titles and addresses; counts a moment after the last key. */
function Search({ address }: { readonly address: ListingAddress }) {
  const id = useId()
  const held = address.listing.filter.text ?? ''
  const [draft, setDraft] = useState<string | null>(null)
  const change = useRef(address.change)
  useEffect(() => {
    change.current = address.change
  })
  useEffect(() => {
    if (draft === null) return
    const timer = setTimeout(() => {
      const text = draft.trim()
      if (text !== held) change.current({ text: text === '' ? undefined : text }, true)
      setDraft(null)
    }, typingMs)
    return () => clearTimeout(timer)
  }, [draft, held])
  return (
    <div className="gallery-search gl-control">
      <Icon name="search" sizePx={16} />
      <label className="gl-visually-hidden" htmlFor={id}>
        Words in title or address
      </label>
      <input
        id={id}
        className="gl-input"
        type="search"
        placeholder="Title or address"
        maxLength={200}
        value={draft ?? held}
        onChange={event => setDraft(event.target.value)}
      />
    </div>
  )
}

function Sorting({ address }: { readonly address: ListingAddress }) {
  const { order } = address.listing
  const { isDescending } = order
  const isSort = (text: string): text is GallerySort => gallerySorts.some(each => each === text)
  return (
    <div className="gallery-sort">
      <Select
        label="Sort by"
        isLabelHidden
        options={gallerySorts.map(by => ({ id: by, label: sortWords[by] }))}
        value={order.by}
        onChange={by => isSort(by) && address.sort({ ...order, by })}
      />
      <IconButton
        icon={isDescending ? 'sort-down' : 'sort-up'}
        aria-label={
          isDescending
            ? 'Largest or newest first; press to turn round'
            : 'Smallest or oldest first; press to turn round'
        }
        onPress={() => address.sort({ ...order, isDescending: !isDescending })}
      />
    </div>
  )
}

interface LooksProps {
  readonly look: GridLook
  readonly onLook: (look: GridLook) => void
}

const sizeWords = { small: 'Small', medium: 'Medium', large: 'Large' } as const

function Looks({ look, onLook }: LooksProps) {
  return (
    <div className="gallery-looks">
      <fieldset className="segments">
        <legend className="gl-visually-hidden">Layout</legend>
        {(['rows', 'squares'] as const).map(shape => (
          <button
            key={shape}
            type="button"
            className="segment"
            aria-pressed={look.shape === shape}
            onClick={() => onLook({ ...look, shape })}
          >
            <Icon name={shape === 'rows' ? 'rows' : 'gallery'} sizePx={17} />
            <span className="gl-visually-hidden">
              {shape === 'rows' ? 'Whole pictures in rows' : 'Squares'}
            </span>
          </button>
        ))}
      </fieldset>
      <fieldset className="segments">
        <legend className="gl-visually-hidden">Size of pictures</legend>
        {tileSizes.map(size => (
          <button
            key={size}
            type="button"
            className="segment"
            aria-pressed={look.size === size}
            onClick={() => onLook({ ...look, size })}
          >
            <span aria-hidden="true">{sizeWords[size][0]}</span>
            <span className="gl-visually-hidden">{sizeWords[size]}</span>
          </button>
        ))}
      </fieldset>
    </div>
  )
}

interface ToolbarProps extends LooksProps {
  readonly address: ListingAddress
  readonly isFilterOpen: boolean
  /** Parts of the filter that are set. */
  readonly filterCount: number
  readonly onFilter: () => void
  readonly onViews: () => void
}

/** How the gallery is filtered, sorted and looked at. */
export function Toolbar({
  address,
  isFilterOpen,
  filterCount,
  onFilter,
  onViews,
  look,
  onLook,
}: ToolbarProps) {
  return (
    <div className="gallery-bar">
      <Button icon="filter" onPress={onFilter} aria-expanded={isFilterOpen}>
        Filter
        {filterCount > 0 ? <span className="filter-count">{filterCount}</span> : null}
      </Button>
      <Search address={address} />
      <Sorting address={address} />
      <Looks look={look} onLook={onLook} />
      <Button kind="quiet" icon="bookmark" onPress={onViews}>
        Views
      </Button>
    </div>
  )
}
