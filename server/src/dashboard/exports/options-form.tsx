import type { ExportRequest } from '@gleaner/shared/exports'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { NumberField } from './number-field.tsx'
import { type OptionField, optionFields } from './request.ts'

interface OptionsFormProps {
  readonly schema: unknown
  readonly options: NonNullable<ExportRequest['options']>
  readonly onChange: (options: NonNullable<ExportRequest['options']>) => void
}

interface FieldProps {
  readonly field: OptionField
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

function Field({ field, value, onChange }: FieldProps) {
  const { title: label, description, kind, choices, min, max } = field
  const words = description === undefined ? {} : { description }
  if (kind === 'switch') {
    return (
      <div className="export-wide">
        <Switch label={label} {...words} isSelected={value === true} onChange={onChange} />
      </div>
    )
  }
  if (kind === 'choice') {
    return (
      <div className="export-field">
        <Select
          label={label}
          options={choices.map(id => ({ id, label: id }))}
          value={String(value)}
          onChange={onChange}
        />
        {description ? <p className="gl-description">{description}</p> : null}
      </div>
    )
  }
  if (kind === 'number') {
    return (
      <NumberField
        {...{ label, ...words }}
        value={typeof value === 'number' ? value : null}
        min={min ?? 0}
        max={max ?? 1_000_000_000}
        onChange={onChange}
      />
    )
  }
  return (
    <TextField {...{ label, ...words }} value={typeof value === 'string' ? value : ''} onChange={onChange} />
  )
}

/** What a format alone asks for, by its own schema. */
export function OptionsForm({ schema, options, onChange }: OptionsFormProps) {
  return (
    <>
      {optionFields(schema).map(field => (
        <Field
          key={field.name}
          field={field}
          value={options[field.name] ?? field.usual}
          onChange={value => onChange({ ...options, [field.name]: value })}
        />
      ))}
    </>
  )
}
