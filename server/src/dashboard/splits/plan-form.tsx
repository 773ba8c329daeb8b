import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import type { PlanDraft, PlanErrors, SizeKind } from './plan-draft.ts'

interface PlanFormProps {
  readonly draft: PlanDraft
  readonly errors: PlanErrors
  readonly onChange: (patch: Partial<PlanDraft>) => void
}

const kinds: readonly { id: SizeKind; label: string }[] = [
  { id: 'shares', label: 'By share of each class' },
  { id: 'counts', label: 'By number of pictures a class' },
]
/** What stands in the fields when a person goes from one way to the other. */
const usualOf: Readonly<Record<SizeKind, Pick<PlanDraft, 'kind' | 'validation' | 'test'>>> = {
  shares: { kind: 'shares', validation: '10', test: '10' },
  counts: { kind: 'counts', validation: '50', test: '50' },
}

interface FieldProps extends PlanFormProps {
  readonly field: 'validation' | 'test' | 'seed' | 'folds' | 'trials'
  readonly label: string
  readonly description?: string
  readonly unit?: string
}

function Field({ draft, errors, onChange, field, ...rest }: FieldProps) {
  return (
    <TextField
      {...rest}
      inputMode={field === 'seed' ? 'text' : 'decimal'}
      value={draft[field]}
      onChange={text => onChange({ [field]: text })}
      isInvalid={errors[field] !== undefined}
      errorMessage={errors[field] ?? ''}
    />
  )
}

/** How pictures are to be shared out. */
export function PlanForm(props: PlanFormProps) {
  const { draft, onChange } = props
  const unit = draft.kind === 'shares' ? '%' : 'pictures'
  return (
    <div className="plan-form">
      <Select
        label="Sizes"
        options={kinds}
        value={draft.kind}
        onChange={id => onChange(usualOf[id === 'counts' ? 'counts' : 'shares'])}
      />
      <Field {...props} field="validation" label="Validation" unit={unit} />
      <Field {...props} field="test" label="Test" unit={unit} />
      <Field
        {...props}
        field="seed"
        label="Seed"
        description="The same word shares the same pictures out in the same way."
      />
      <Field {...props} field="folds" label="Folds" description="For cross-validation; 0 for none." />
      <Field
        {...props}
        field="trials"
        label="Trial subsets"
        unit="%"
        description="Parts of train for quick trials, each inside the next larger one."
      />
      <div className="plan-wide">
        <Switch
          label="Keep pictures of one landing page together"
          description="Copies, shots of one scene and groups you chose always stay on one side."
          isSelected={draft.byLandingPage}
          onChange={byLandingPage => onChange({ byLandingPage })}
        />
      </div>
    </div>
  )
}
