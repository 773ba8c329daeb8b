import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea as AriaTextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField } from 'react-aria-components/TextField'
import './field.css'

interface TextAreaProps {
  readonly label: string
  readonly description?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly maxLength?: number
}

/** Several lines of text with their label and description. */
export function TextArea({ label, description, value, onChange, maxLength }: TextAreaProps) {
  return (
    <AriaTextField
      className="gl-field"
      value={value}
      onChange={onChange}
      {...(maxLength === undefined ? {} : { maxLength })}
    >
      <Label className="gl-label">{label}</Label>
      <span className="gl-control">
        <AriaTextArea className="gl-input gl-text-area" rows={3} />
      </span>
      {description ? (
        <Text slot="description" className="gl-description">
          {description}
        </Text>
      ) : null}
    </AriaTextField>
  )
}
