/** Keys that work while the focus is inside, one for each deed; they are listed below it and on the sheet of keys. */
import { Button } from '@gleaner/shared/ui/button.tsx'
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { isTyping, keyOf, pressesItself } from './key-names.ts'
import { KeyList, type KeyWords, useKeys } from './key-sheet.tsx'
import { areSingleKeysOn } from './single-keys.ts'
import './key-frame.css'

/** A deed and the key that does it. */
export interface KeyDeed extends KeyWords {
  /** As {@link keyOf} names them. */
  readonly keys: readonly string[]
  /** Does nothing more while the key is held down: for what is decided one at a time. */
  readonly isOnce?: boolean
  readonly run: () => void
}

/** Where the focus was left when this came: on nothing, on the page as a whole, or on the link that led here. */
const isLeft = (held: Element | null) =>
  held === null || held === document.body || held.matches('#main, .view-link')

/** The focus comes here with every new thing to decide about, unless somebody took it elsewhere. */
function useKeptFocus(itemKey: string | number) {
  const section = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for everything that is looked at
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (isLeft(document.activeElement)) section.current?.focus({ preventScroll: true })
    })
    return () => cancelAnimationFrame(frame)
  }, [itemKey])
  return section
}

interface KeyFrameProps {
  /** Changes with what is looked at. */
  readonly itemKey: string | number
  readonly label: string
  readonly deeds: readonly KeyDeed[]
  readonly children: ReactNode
}

export function KeyFrame({ itemKey, label, deeds, children }: KeyFrameProps) {
  useKeys(label, deeds)
  const section = useKeptFocus(itemKey)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || !areSingleKeysOn()) return
    if (isTyping(event.target) || pressesItself(event.target, event.key)) return
    const name = keyOf(event)
    const deed = deeds.find(({ keys }) => keys.includes(name))
    if (!deed) return
    event.preventDefault()
    if (!(event.repeat && deed.isOnce)) deed.run()
  }
  return (
    // Keys work only while the focus is inside (WCAG 2.1.4).
    <section className="key-frame" ref={section} tabIndex={-1} aria-label={label} onKeyDown={onKeyDown}>
      {children}
      <details className="keys">
        <summary>Keys</summary>
        <KeyList keys={deeds} />
      </details>
    </section>
  )
}

interface DeedButtonProps {
  readonly deed: KeyDeed | undefined
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly isDisabled?: boolean
  readonly children?: ReactNode
}

/** A deed as a button that shows its key. */
export function DeedButton({ deed, kind = 'plain', isDisabled = false, children }: DeedButtonProps) {
  if (!deed) return null
  return (
    <Button kind={kind} isDisabled={isDisabled} onPress={deed.run}>
      {children ?? deed.does}
      <span className="key-hint" aria-hidden="true">
        {deed.shown}
      </span>
    </Button>
  )
}
