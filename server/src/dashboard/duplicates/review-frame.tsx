/** What every review here has: its place in the queue, keys that work while the focus is inside, and undo. */
import { Button, IconButton } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { formatCount } from '../text/format.ts'

/** A deed and the key that does it. */
export interface KeyDeed {
  /** As `KeyboardEvent.key` has it, letters small; with `Shift+` before it where that counts. */
  readonly keys: readonly string[]
  /** What a person presses, for the list of keys. */
  readonly shown: string
  readonly does: string
  readonly run: () => void
}

const isTyping = (target: EventTarget) =>
  target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]')
const pressesItself = (target: EventTarget, key: string) =>
  (key === 'Enter' || key === ' ') && target instanceof HTMLElement && target.closest('button, a, summary')

function keyOf({ key, shiftKey }: KeyboardEvent): string {
  const name = key.length === 1 ? key.toLowerCase() : key
  return shiftKey && /^[a-z]$/.test(name) ? `Shift+${name}` : name
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

interface ReviewFrameProps {
  /** Changes with what is looked at. */
  readonly itemKey: string | number
  readonly label: string
  readonly deeds: readonly KeyDeed[]
  readonly children: ReactNode
}

export function ReviewFrame({ itemKey, label, deeds, children }: ReviewFrameProps) {
  const section = useKeptFocus(itemKey)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return
    if (isTyping(event.target) || pressesItself(event.target, event.key)) return
    const name = keyOf(event)
    const deed = deeds.find(({ keys }) => keys.includes(name))
    if (!deed) return
    event.preventDefault()
    deed.run()
  }
  return (
    // Keys work only while the focus is inside (WCAG 2.1.4).
    <section className="review" ref={section} tabIndex={-1} aria-label={label} onKeyDown={onKeyDown}>
      {children}
      <details className="keys">
        <summary>Keys</summary>
        <dl>
          {deeds.map(({ shown, does }) => (
            <div key={shown}>
              <dt>
                <kbd>{shown}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  )
}

interface PlaceProps {
  readonly what: string
  readonly place: number
  readonly known: number
  readonly left: number
  readonly made: number
  readonly onGo: (by: number) => void
}

/** How far the review has come, and the way to its neighbours. */
export function Place({ what, place, known, left, made, onGo }: PlaceProps) {
  return (
    <div className="place">
      <ProgressBar
        label="Progress"
        isLabelled
        value={made}
        max={Math.max(1, made + left)}
        valueLabel={`${formatCount(made)} decided now, ${formatCount(left)} left`}
      />
      <div className="place-steps">
        <IconButton
          icon="chevron-left"
          aria-label={`Previous ${what}`}
          isDisabled={place === 0}
          onPress={() => onGo(-1)}
        />
        <IconButton
          icon="chevron-right"
          aria-label={`Next ${what}`}
          isDisabled={place >= known - 1}
          onPress={() => onGo(1)}
        />
      </div>
    </div>
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
