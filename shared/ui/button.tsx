import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { Icon, type IconName } from './icon.tsx'
import './button.css'

interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  /** `primary` once per view, `quiet` has no frame until hovered, `danger` destroys something. */
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly size?: 'small' | 'medium' | 'large'
  readonly icon?: IconName
  readonly children?: ReactNode
}

/** A button with words. While `isPending` it keeps the focus and its place, and does nothing. */
export function Button(props: ButtonProps) {
  const { kind = 'plain', size = 'medium', icon, isPending = false, children, onPress, type, ...rest } = props
  const deed = isPending ? {} : { ...(onPress ? { onPress } : {}), ...(type ? { type } : {}) }
  const pending = isPending ? ' gl-button-pending' : ''
  return (
    <AriaButton {...rest} {...deed} className={`gl-button gl-button-${kind} gl-button-${size}${pending}`}>
      {icon ? <Icon name={icon} sizePx={size === 'small' ? 15 : 17} /> : null}
      {children}
    </AriaButton>
  )
}

interface IconButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  readonly icon: IconName
  /** What pressing does, for those who cannot see the icon. */
  readonly 'aria-label': string
}

/** A square button that shows only an icon. */
export function IconButton({ icon, ...rest }: IconButtonProps) {
  return (
    <AriaButton {...rest} className="gl-button gl-button-quiet gl-icon-button">
      <Icon name={icon} />
    </AriaButton>
  )
}
