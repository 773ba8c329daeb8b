import type { DatasetSummary } from '@gleaner/shared/dataset'
import { candidateStates } from '@gleaner/shared/outcome'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { stateWords } from '@gleaner/shared/ui/state-pill.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useEffect, useRef, useState } from 'react'
import type { CandidateFilter } from '../api/client.ts'
import { formatCount } from '../text/format.ts'
import { isFiltered, maxTextChars } from './filter.ts'

const everything = 'all'
const typingPauseMs = 300

interface FiltersProps {
  readonly dataset: DatasetSummary
  readonly filter: CandidateFilter
  readonly onChange: (filter: CandidateFilter) => void
}

/** Text that is passed on once typing pauses. */
function SearchField({ filter, onChange }: Omit<FiltersProps, 'dataset'>) {
  const applied = filter.text ?? ''
  const [text, setText] = useState(applied)
  const [last, setLast] = useState(applied)
  // The filter can be cleared from elsewhere.
  if (applied !== last) {
    setLast(applied)
    if (applied !== text.trim()) setText(applied)
  }
  const latest = useRef({ filter, onChange })
  useEffect(() => {
    latest.current = { filter, onChange }
  })
  useEffect(() => {
    if (text.trim() === applied) return
    const timer = setTimeout(
      () => latest.current.onChange({ ...latest.current.filter, text: text.trim() || undefined }),
      typingPauseMs,
    )
    return () => clearTimeout(timer)
  }, [text, applied])
  return (
    <TextField
      label="Search"
      type="search"
      placeholder="Title, address or host"
      value={text}
      onChange={setText}
      maxLength={maxTextChars}
    />
  )
}

/** Narrows the list by state, class and text. */
export function Filters({ dataset, filter, onChange }: FiltersProps) {
  const states = candidateStates.filter(state => dataset.counts[state] > 0 || state === filter.state)
  return (
    <search className="filters">
      <SearchField filter={filter} onChange={onChange} />
      <Select
        label="State"
        options={[
          { id: everything, label: 'All states' },
          ...states.map(state => ({
            id: state,
            label: stateWords[state],
            detail: formatCount(dataset.counts[state]),
          })),
        ]}
        value={filter.state ?? everything}
        onChange={id => onChange({ ...filter, code: undefined, state: states.find(state => state === id) })}
      />
      <Select
        label="Class"
        options={[
          { id: everything, label: 'All classes' },
          ...dataset.classes.map(({ id, label }) => ({ id: `${id}`, label })),
        ]}
        value={filter.classId === undefined ? everything : `${filter.classId}`}
        onChange={id => onChange({ ...filter, classId: id === everything ? undefined : Number(id) })}
      />
      {isFiltered(filter) ? (
        <Button kind="quiet" icon="close" onPress={() => onChange({})}>
          Clear
        </Button>
      ) : null}
    </search>
  )
}
