import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useState } from 'react'
import { formatCount } from '../text/format.ts'

interface NumberFieldProps {
  readonly label: string
  readonly value: number | null
  /** Told only of numbers that are within bounds; `null` where nothing is typed and that is allowed. */
  readonly onChange: (value: number | null) => void
  readonly min: number
  readonly max: number
  readonly unit?: string
  readonly description?: string
  readonly placeholder?: string
  readonly isEmptyAllowed?: boolean
  readonly isDisabled?: boolean
}

/** A number that is typed: what is no number stays in the field, with what would be one below it. */
export function NumberField(props: NumberFieldProps) {
  const { value, onChange, min, max, isEmptyAllowed = false, ...rest } = props
  const [typed, setTyped] = useState<string | null>(null)
  const read = (text: string): number | null | undefined => {
    const trimmed = text.trim().replace(',', '.')
    if (trimmed === '') return isEmptyAllowed ? null : undefined
    const number = Number(trimmed)
    return Number.isFinite(number) && number >= min && number <= max ? number : undefined
  }
  const text = typed ?? (value === null ? '' : `${value}`)
  const change = (next: string) => {
    const number = read(next)
    setTyped(number === undefined ? next : null)
    if (number !== undefined) onChange(number)
  }
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      value={text}
      onChange={change}
      isInvalid={typed !== null}
      errorMessage={`A number from ${formatCount(min)} to ${formatCount(max)}.`}
    />
  )
}
