import { IconButton } from '@gleaner/shared/ui/button.tsx'
import { useToast } from './toasts.tsx'
import './copy-text.css'

interface CopyTextProps {
  readonly text: string
  /** What is copied, for the button: `the folder`. */
  readonly what: string
  /** Cuts the text at the end instead of wrapping it. */
  readonly isShort?: boolean
}

/** Text to be taken elsewhere, with a button that does so. */
export function CopyText({ text, what, isShort = false }: CopyTextProps) {
  const toast = useToast()
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast(`Copied ${what}.`),
      () => toast('The browser did not allow copying. Select the text instead.', 'warning'),
    )
  return (
    <span className={isShort ? 'copy-text copy-text-short' : 'copy-text'}>
      <bdi className="gl-mono">{text}</bdi>
      <IconButton icon="copy" aria-label={`Copy ${what}`} onPress={() => void copy()} />
    </span>
  )
}
