import { limits } from '@gleaner/shared/limits'
import { ComboBox } from '@gleaner/shared/ui/combo-box.tsx'
import type { Choice, Destination } from '../platform/message-table.ts'

interface DestinationFieldsProps {
  readonly destination: Destination
  readonly classes: readonly Choice[]
  readonly datasets: readonly Choice[]
  readonly edit: (patch: Partial<Destination>) => void
  /** Called when a value is settled. */
  readonly settle?: (patch: Partial<Destination>) => void
}

const toOption = ({ name, images }: Choice) =>
  images === null ? { value: name } : { value: name, detail: images.toLocaleString('en') }

/** Names as they are sent. */
export const trimmed = ({ dataset, class: label }: Destination): Destination => ({
  dataset: dataset.trim(),
  class: label.trim(),
})

export const isComplete = (destination: Destination) =>
  destination.dataset.trim() !== '' && destination.class.trim() !== ''

/** Picks where pictures go. */
export function DestinationFields(props: DestinationFieldsProps) {
  const { destination, classes, datasets, edit, settle } = props
  return (
    <>
      <ComboBox
        label="Class"
        options={classes.map(toOption)}
        value={destination.class}
        onChange={value => edit({ class: value })}
        onCommit={value => settle?.({ class: value })}
        maxLength={limits.classChars}
      />
      <ComboBox
        label="Dataset"
        options={datasets.map(toOption)}
        value={destination.dataset}
        onChange={value => edit({ dataset: value })}
        onCommit={value => settle?.({ dataset: value })}
        maxLength={limits.datasetChars}
      />
    </>
  )
}
