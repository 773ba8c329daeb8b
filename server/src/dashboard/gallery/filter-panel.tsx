import type { GalleryFilter } from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import { useId } from 'react'
import { FacetPart } from './facet-part.tsx'
import { FilterPart } from './filter-part.tsx'
import { measureWords } from './filter-words.ts'
import { type Range, RangeFields, rangeFrom } from './range-part.tsx'
import type { FilterPatch, ListingAddress } from './use-listing.ts'
import './filters.css'

interface FilterPanelProps {
  readonly datasetId: string
  readonly address: ListingAddress
  readonly labelOf: (classId: number) => string
}

interface Choice {
  readonly label: string
  readonly isOn: boolean
  readonly patch: FilterPatch
}

/** One of a few, told apart by what they make of the filter. */
function Choices({
  name,
  choices,
  onChange,
}: {
  name: string
  choices: readonly Choice[]
  onChange: (patch: FilterPatch) => void
}) {
  const id = useId()
  return (
    <fieldset className="choices">
      <legend className="gl-visually-hidden">{name}</legend>
      {choices.map(({ label, isOn, patch }) => (
        <label key={label} className="facet-value">
          <input type="radio" name={id} checked={isOn} onChange={() => onChange(patch)} />
          <span className="facet-label">{label}</span>
        </label>
      ))}
    </fieldset>
  )
}

const placeChoices = ({ place = 'held' }: GalleryFilter): readonly Choice[] => [
  { label: 'In the dataset', isOn: place === 'held', patch: { place: undefined } },
  { label: 'In the trash', isOn: place === 'trash', patch: { place: 'trash' } },
]

const groupChoices = ({ group }: GalleryFilter): readonly Choice[] => [
  { label: 'All', isOn: group === undefined, patch: { group: undefined } },
  { label: 'In a group of copies or shots', isOn: group === 'any', patch: { group: 'any' } },
  { label: 'In none', isOn: group === 'none', patch: { group: 'none' } },
]

const shapes: readonly { readonly label: string; readonly range: Range | undefined }[] = [
  { label: 'Any shape', range: undefined },
  { label: 'Upright', range: { max: 0.9 } },
  { label: 'Square', range: { min: 0.9, max: 1.1 } },
  { label: 'Lying', range: { min: 1.1, max: 2 } },
  { label: 'Panorama', range: { min: 2 } },
]
const shapeChoices = ({ aspect }: GalleryFilter): readonly Choice[] =>
  shapes.map(({ label, range }) => ({
    label,
    isOn: aspect?.min === range?.min && aspect?.max === range?.max,
    patch: { aspect: range },
  }))

const dayMs = 86_400_000
/** `2026-11-22`, as a date field has it, in the zone of the browser. */
const dayOf = (ms: number | undefined) =>
  ms === undefined ? '' : new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
const startOf = (day: string) => (day === '' ? undefined : new Date(`${day}T00:00`).getTime())

function Dates({ address }: { readonly address: ListingAddress }) {
  const { min, max } = address.listing.filter.storedAtMs ?? {}
  const set = (from: number | undefined, to: number | undefined) =>
    address.change({ storedAtMs: rangeFrom(from, to) })
  const end = (day: string) => {
    const start = startOf(day)
    return start === undefined ? undefined : start + dayMs - 1
  }
  return (
    <div className="range-ends">
      <label className="range-end">
        <span>From</span>
        <input type="date" value={dayOf(min)} onChange={event => set(startOf(event.target.value), max)} />
      </label>
      <label className="range-end">
        <span>To</span>
        <input type="date" value={dayOf(max)} onChange={event => set(min, end(event.target.value))} />
      </label>
    </div>
  )
}

function Scores({ datasetId, address }: FilterPanelProps) {
  const { scores = {} } = address.listing.filter
  return (
    <>
      {qualityMeasures.map(measure => (
        <section key={measure} className="score" aria-label={measureWords[measure]}>
          <h4>{measureWords[measure]}</h4>
          <RangeFields
            {...{ datasetId, address, measure }}
            label={measureWords[measure]}
            range={scores[measure]}
            lowest={0}
            highest={100}
            patchOf={range => {
              const rest = Object.entries(scores).filter(([name]) => name !== measure)
              const next = range ? [...rest, [measure, range] as const] : rest
              return { scores: next.length === 0 ? undefined : Object.fromEntries(next) }
            }}
          />
        </section>
      ))}
    </>
  )
}

/** Everything that can narrow the listing; whatever is chosen stands in the address at once. */
export function FilterPanel(props: FilterPanelProps) {
  const { datasetId, address, labelOf } = props
  const { filter } = address.listing
  const facet = { datasetId, address, labelOf }
  return (
    <div className="filters">
      <FacetPart facet="class" isOpen {...facet} />
      <FacetPart facet="mark" isOpen {...facet} />
      <FacetPart facet="split" {...facet} />
      <FacetPart facet="origin" isOpen {...facet} />
      <FilterPart title="Size" count={filter.sidePx ? 1 : 0}>
        <p className="faint small">Shortest side of the original, in pixels</p>
        <RangeFields
          {...{ datasetId, address }}
          measure="side"
          label="Shortest side"
          range={filter.sidePx}
          lowest={1}
          highest={1_000_000}
          say={value => String(Math.round(value))}
          patchOf={sidePx => ({ sidePx })}
        />
      </FilterPart>
      <FilterPart title="Shape" count={filter.aspect ? 1 : 0}>
        <Choices name="Shape" choices={shapeChoices(filter)} onChange={address.change} />
      </FilterPart>
      <FacetPart facet="engine" {...facet} />
      <FacetPart facet="query" {...facet} />
      <FacetPart facet="host" {...facet} />
      <FacetPart facet="license" {...facet} />
      <FilterPart title="Quality" count={Object.keys(filter.scores ?? {}).length}>
        <Scores {...props} />
      </FilterPart>
      <FilterPart title="Date" count={filter.storedAtMs ? 1 : 0}>
        <Dates address={address} />
      </FilterPart>
      <FilterPart title="Copies" count={filter.group === undefined ? 0 : 1}>
        <Choices name="Copies" choices={groupChoices(filter)} onChange={address.change} />
      </FilterPart>
      <FilterPart title="Place" count={filter.place === 'trash' ? 1 : 0}>
        <Choices name="Place" choices={placeChoices(filter)} onChange={address.change} />
      </FilterPart>
    </div>
  )
}
