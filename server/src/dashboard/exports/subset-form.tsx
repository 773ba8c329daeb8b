import type { ExportRequest } from '@gleaner/shared/exports'
import { splitNames } from '@gleaner/shared/splits'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { BalanceForm } from './balance-form.tsx'
import { NumberField } from './number-field.tsx'

interface SubsetFormProps {
  readonly request: ExportRequest
  /** Labels of the classes. */
  readonly labels: readonly string[]
  readonly onChange: (request: ExportRequest) => void
}

const everything = 'all'

/** Which pictures of a version are written. */
export function SubsetForm({ request, labels, onChange }: SubsetFormProps) {
  const { splits, trial, balance = {}, ...rest } = request
  const change = (patch: Pick<ExportRequest, 'splits' | 'trial' | 'balance'>) =>
    onChange({ ...rest, ...patch })
  const [split] = splits ?? []
  return (
    <>
      <Select
        label="Splits"
        options={[{ id: everything, label: 'All' }, ...splitNames.map(id => ({ id, label: `Only ${id}` }))]}
        value={split ?? everything}
        onChange={id => {
          const only = splitNames.find(name => name === id)
          change({ balance, ...(trial !== undefined && { trial }), ...(only && { splits: [only] }) })
        }}
      />
      <NumberField
        label="Trial: part of train"
        unit="%"
        placeholder="All"
        value={trial === undefined ? null : Number((trial * 100).toFixed(3))}
        min={0.01}
        max={99.99}
        isEmptyAllowed
        onChange={percent =>
          change({
            ...{ balance, ...(splits && { splits }) },
            ...(percent !== null && { trial: Number((percent / 100).toFixed(6)) }),
          })
        }
      />
      <BalanceForm
        {...{ labels, balance }}
        onChange={next =>
          change({ balance: next, ...(splits && { splits }), ...(trial !== undefined && { trial }) })
        }
      />
    </>
  )
}
