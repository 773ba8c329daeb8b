import type { Histogram } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { type FilterPatch, type ListingAddress, patched } from './use-listing.ts'

export interface Range {
  readonly min?: number
  readonly max?: number
}

/** `undefined` where neither end is set. */
export const rangeFrom = (min: number | undefined, max: number | undefined): Range | undefined =>
  min === undefined && max === undefined
    ? undefined
    : { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }

const steps = 20

interface BarsProps {
  readonly histogram: Histogram
}

/** How pictures are spread, as a drawing; the ends below it say where it begins and ends. */
function Bars({ histogram }: BarsProps) {
  const most = Math.max(1, ...histogram.counts)
  const width = 100 / histogram.counts.length
  return (
    <svg className="bars" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      {histogram.counts.map((count, step) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
          key={step}
          x={step * width + 0.4}
          width={width - 0.8}
          y={28 - (count === 0 ? 0 : Math.max(1, (count / most) * 28))}
          height={count === 0 ? 0 : Math.max(1, (count / most) * 28)}
        />
      ))}
    </svg>
  )
}

interface EndProps {
  readonly label: string
  readonly value: number | undefined
  readonly placeholder: string
  readonly lowest: number
  readonly highest: number
  readonly onSettle: (value: number | undefined) => void
}

/** A number that counts once it is settled: by Enter, an arrow, or leaving the field. */
function End({ label, value, placeholder, lowest, highest, onSettle }: EndProps) {
  const id = useId()
  const [draft, setDraft] = useState<string | null>(null)
  const settle = (text: string) => {
    setDraft(null)
    const number = text.trim() === '' ? undefined : Number(text)
    if (number !== undefined && !Number.isFinite(number)) return
    const next = number === undefined ? undefined : Math.max(lowest, Math.min(highest, number))
    if (next !== value) onSettle(next)
  }
  return (
    <label className="range-end" htmlFor={id}>
      <span>{label}</span>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        min={lowest}
        max={highest}
        step="any"
        placeholder={placeholder}
        value={draft ?? value ?? ''}
        onChange={event => setDraft(event.target.value)}
        onBlur={event => draft !== null && settle(event.target.value)}
        onKeyDown={event => event.key === 'Enter' && settle(event.currentTarget.value)}
      />
    </label>
  )
}

interface RangeFieldsProps {
  readonly datasetId: string
  readonly address: ListingAddress
  /** What the server counts by. */
  readonly measure: string
  readonly label: string
  readonly range: Range | undefined
  readonly lowest: number
  readonly highest: number
  /** The filter with another range. */
  readonly patchOf: (range: Range | undefined) => FilterPatch
  /** What an end of the drawing is called. */
  readonly say?: (value: number) => string
}

/** From and to, with how the pictures of the rest of the filter are spread. */
export function RangeFields(props: RangeFieldsProps) {
  const { datasetId, address, measure, label, range = {}, lowest, highest, patchOf, say = String } = props
  const api = useApi()
  const filter = patched(address.listing.filter, patchOf(undefined))
  const { data } = useQuery({
    queryKey: keys.gallery(datasetId, `histogram ${measure}`, filterToQuery(filter).toString()),
    queryFn: () => api.histogram(datasetId, measure, { filter, order: address.listing.order }, steps),
    placeholderData: keepPreviousData,
  })
  const set = (min: number | undefined, max: number | undefined) =>
    address.change(patchOf(rangeFrom(min, max)))
  return (
    <fieldset className="range">
      <legend className="gl-visually-hidden">{label}</legend>
      {data?.counts.some(count => count > 0) ? <Bars histogram={data} /> : null}
      <div className="range-ends">
        <End
          label="From"
          value={range.min}
          placeholder={data ? say(Math.max(lowest, data.min)) : ''}
          {...{ lowest, highest }}
          onSettle={min => set(min, range.max)}
        />
        <End
          label="To"
          value={range.max}
          placeholder={data ? say(Math.min(highest, data.max)) : ''}
          {...{ lowest, highest }}
          onSettle={max => set(range.min, max)}
        />
      </div>
    </fieldset>
  )
}
