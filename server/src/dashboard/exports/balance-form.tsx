import type { ExportBalance } from '@gleaner/shared/exports'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { NumberField } from './number-field.tsx'

interface BalanceFormProps {
  readonly balance: ExportBalance
  /** Labels of the classes, for the one that counts as background. */
  readonly labels: readonly string[]
  readonly onChange: (balance: ExportBalance) => void
}

const none = ''
const usualShare = 0.1

/** What is done about classes of unequal size. */
export function BalanceForm({ balance, labels, onChange }: BalanceFormProps) {
  const { cap, background, ...rest } = balance
  const withCap = (value: number | null) =>
    onChange({
      ...rest,
      ...(background && { background }),
      ...(value !== null && { cap: Math.round(value) }),
    })
  const withBackground = (next: ExportBalance['background']) =>
    onChange({ ...rest, ...(cap !== undefined && { cap }), ...(next && { background: next }) })
  return (
    <>
      <NumberField
        label="At most, of each class"
        unit="pictures"
        placeholder="All"
        description="Of train. A larger number later holds all of these."
        value={cap ?? null}
        min={1}
        max={10_000_000}
        isEmptyAllowed
        onChange={withCap}
      />
      <Select
        label="Background class"
        options={[{ id: none, label: 'None' }, ...labels.map(label => ({ id: label, label }))]}
        value={background?.label ?? none}
        onChange={label =>
          withBackground(label === none ? undefined : { label, share: background?.share ?? usualShare })
        }
      />
      {background ? (
        <NumberField
          label="Its share of train"
          unit="%"
          value={Number((background.share * 100).toFixed(3))}
          min={0.1}
          max={99}
          onChange={percent => withBackground({ ...background, share: (percent ?? 10) / 100 })}
        />
      ) : null}
      <div className="export-wide row-switches">
        <Switch
          label="Write class weights"
          isSelected={balance.classWeights ?? false}
          onChange={classWeights => onChange({ ...balance, classWeights })}
        />
        <Switch
          label="Write how often to draw each picture"
          isSelected={balance.oversampleList ?? false}
          onChange={oversampleList => onChange({ ...balance, oversampleList })}
        />
      </div>
    </>
  )
}
