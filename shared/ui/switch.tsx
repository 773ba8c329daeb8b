import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import './switch.css'

interface SwitchProps {
  readonly label: string
  readonly description?: string
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
}

/** On or off, with the words for what is on. */
export function Switch({ label, description, isSelected, onChange, isDisabled = false }: SwitchProps) {
  return (
    <AriaSwitch className="gl-switch" isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <span className="gl-switch-track">
        <span className="gl-switch-knob" />
      </span>
      <span className="gl-switch-words">
        <span className="gl-switch-label">{label}</span>
        {description ? <span className="gl-switch-more">{description}</span> : null}
      </span>
    </AriaSwitch>
  )
}
