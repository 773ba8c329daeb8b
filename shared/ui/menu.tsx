import { Button as AriaButton } from 'react-aria-components/Button'
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Icon, type IconName } from './icon.tsx'
import './button.css'
import './field.css'
import './menu.css'

export interface MenuChoice {
  readonly id: string
  readonly label: string
  readonly icon?: IconName
  /** Destroys something. */
  readonly isDanger?: boolean
  readonly run: () => void
}

interface MenuProps {
  /** What the choices are about, for those who cannot see what they stand at. */
  readonly label: string
  readonly choices: readonly MenuChoice[]
}

/** A button with three dots that opens a short list of things to do. */
export function Menu({ label, choices }: MenuProps) {
  return (
    <MenuTrigger>
      <AriaButton className="gl-button gl-button-quiet gl-icon-button" aria-label={label}>
        <Icon name="menu" />
      </AriaButton>
      <Popover className="gl-popover gl-menu" offset={4} placement="bottom end">
        <AriaMenu
          className="gl-list-box"
          aria-label={label}
          onAction={id => choices.find(choice => choice.id === id)?.run()}
        >
          {choices.map(choice => (
            <MenuItem
              key={choice.id}
              id={choice.id}
              textValue={choice.label}
              className={choice.isDanger ? 'gl-option gl-menu-danger' : 'gl-option'}
            >
              {choice.icon ? <Icon name={choice.icon} sizePx={16} /> : null}
              {choice.label}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
