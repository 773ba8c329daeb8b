import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select'
import { Icon } from './icon.tsx'
import './field.css'
import './select.css'

export interface SelectOption {
  readonly id: string
  readonly label: string
  /** Said at the end of the line, for example a count. */
  readonly detail?: string
}

interface SelectProps {
  readonly label: string
  readonly options: readonly SelectOption[]
  readonly value: string | null
  readonly onChange: (id: string) => void
  readonly placeholder?: string
  readonly isLabelHidden?: boolean
  readonly isDisabled?: boolean
}

/** Picks one of a few known things. */
export function Select({ label, options, value, onChange, placeholder = 'Choose…', ...rest }: SelectProps) {
  return (
    <AriaSelect
      className="gl-field"
      value={value}
      onChange={key => key !== null && onChange(String(key))}
      placeholder={placeholder}
      isDisabled={rest.isDisabled ?? false}
    >
      <Label className={rest.isLabelHidden ? 'gl-visually-hidden' : 'gl-label'}>{label}</Label>
      <Button className="gl-control gl-select-button">
        <SelectValue className="gl-select-value" />
        <Icon name="chevron-down" sizePx={16} />
      </Button>
      <Popover className="gl-popover" offset={4} maxHeight={320}>
        <ListBox className="gl-list-box" items={options}>
          {option => (
            <ListBoxItem id={option.id} textValue={option.label} className="gl-option">
              <bdi>{option.label}</bdi>
              {option.detail ? <span className="gl-option-detail">{option.detail}</span> : null}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
