import type { HostOrder } from '@gleaner/shared/activity'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { type HostView, orderWords } from './host-view.ts'

interface HostFiltersProps {
  readonly view: HostView
  readonly onChange: (view: HostView) => void
}

const longestHost = 253
const orders = Object.keys(orderWords) as HostOrder[]

/** Narrows the hosts and puts them in order; any change leads back to the first page. */
export function HostFilters({ view, onChange }: HostFiltersProps) {
  const change = (part: Partial<HostView>) => onChange({ ...view, ...part, page: 0 })
  return (
    <search className="filters host-filters">
      <TextField
        label="Search"
        type="search"
        placeholder="Part of the name"
        value={view.text}
        onChange={text => change({ text })}
        maxLength={longestHost}
      />
      <Select
        label="Show"
        options={[
          { id: 'all', label: 'All hosts' },
          { id: 'held-back', label: 'Held back' },
        ]}
        value={view.isHeldBack ? 'held-back' : 'all'}
        onChange={id => change({ isHeldBack: id === 'held-back' })}
      />
      <Select
        label="Order"
        options={orders.map(id => ({ id, label: orderWords[id] }))}
        value={view.order}
        onChange={id => change({ order: orders.find(order => order === id) ?? 'busiest' })}
      />
    </search>
  )
}
