import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components/TextField'
import './field.css'

interface TextFieldProps extends Omit<AriaTextFieldProps, 'children' | 'className' | 'style'> {
  readonly label: string
  /** Stands below the field while there is no error. */
  readonly description?: string
  /** What is wrong and what would be right; shown while `isInvalid`. */
  readonly errorMessage?: string
  readonly placeholder?: string
  /** Shown inside the field after the value, for example `px`. */
  readonly unit?: string
  /** Keeps the label for screen readers only. */
  readonly isLabelHidden?: boolean
}

/** One line of text with its label, description and error. */
export function TextField(props: TextFieldProps) {
  const { label, description, errorMessage, placeholder = '', unit, isLabelHidden, ...rest } = props
  return (
    <AriaTextField {...rest} className="gl-field">
      <Label className={isLabelHidden ? 'gl-visually-hidden' : 'gl-label'}>{label}</Label>
      <span className="gl-control">
        <Input className="gl-input" placeholder={placeholder} />
        {unit ? (
          <span className="gl-unit" aria-hidden="true">
            {unit}
          </span>
        ) : null}
      </span>
      {description && !rest.isInvalid ? (
        <Text slot="description" className="gl-description">
          {description}
        </Text>
      ) : null}
      <FieldError className="gl-field-error">{errorMessage}</FieldError>
    </AriaTextField>
  )
}
