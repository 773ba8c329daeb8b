import { Button } from 'react-aria-components/Button'
import { ComboBox as AriaComboBox } from 'react-aria-components/ComboBox'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { Icon } from './icon.tsx'
import './button.css'
import './field.css'

export interface ComboBoxOption {
  /** Identity and text of the option. */
  readonly value: string
  /** Said at the end of the line, for example a count. */
  readonly detail?: string
}

interface ComboBoxProps {
  readonly label: string
  /** Offered in this order, narrowed by what is typed. */
  readonly options: readonly ComboBoxOption[]
  /** The text in the field: an option or something new. */
  readonly value: string
  readonly onChange: (value: string) => void
  /** Called when a value is settled: an option was picked, Enter was pressed or the field was left. */
  readonly onCommit?: (value: string) => void
  readonly placeholder?: string
  readonly description?: string
  readonly errorMessage?: string
  readonly isInvalid?: boolean
  readonly isDisabled?: boolean
  readonly isLabelHidden?: boolean
  readonly maxLength?: number
  /** Takes the focus when it appears: for what a dialog asks first. */
  readonly isFirst?: boolean
}

/** Type-ahead over options which also takes a new value: "create in place". */
export function ComboBox(props: ComboBoxProps) {
  const { label, options, value, onChange, onCommit, placeholder = '', description, errorMessage } = props
  const items = options.map(option => ({ ...option, id: option.value }))
  return (
    <AriaComboBox
      className="gl-field"
      allowsCustomValue
      menuTrigger="focus"
      defaultItems={items}
      inputValue={value}
      onInputChange={onChange}
      onChange={picked => onCommit?.(picked === null ? value : String(picked))}
      isInvalid={props.isInvalid ?? false}
      isDisabled={props.isDisabled ?? false}
      onBlur={() => onCommit?.(value)}
      autoFocus={props.isFirst ?? false}
    >
      <Label className={props.isLabelHidden ? 'gl-visually-hidden' : 'gl-label'}>{label}</Label>
      <span className="gl-control">
        <Input
          className="gl-input"
          placeholder={placeholder}
          autoComplete="off"
          spellCheck="false"
          {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
        />
        <Button className="gl-bare-button" aria-label={`Show the choices for ${label}`}>
          <Icon name="chevron-down" sizePx={16} />
        </Button>
      </span>
      {description ? (
        <Text slot="description" className="gl-description">
          {description}
        </Text>
      ) : null}
      <FieldError className="gl-field-error">{errorMessage}</FieldError>
      <Popover className="gl-popover" offset={4} maxHeight={288}>
        <ListBox<(typeof items)[number]> className="gl-list-box">
          {item => (
            <ListBoxItem id={item.id} textValue={item.value} className="gl-option">
              <bdi>{item.value}</bdi>
              {item.detail ? <span className="gl-option-detail">{item.detail}</span> : null}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  )
}
