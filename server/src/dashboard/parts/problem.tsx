import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { reasonOfError } from '../text/reasons.ts'

interface ProblemProps {
  readonly error: unknown
  readonly onRetry?: () => void
}

/** Something that could not be read: what, why, and again. */
export function Problem({ error, onRetry }: ProblemProps) {
  const { say, hint } = reasonOfError(error)
  return (
    <Notice
      tone="danger"
      title={say}
      role="alert"
      actions={
        onRetry ? (
          <Button size="small" icon="refresh" onPress={onRetry}>
            Try again
          </Button>
        ) : null
      }
    >
      {hint}
    </Notice>
  )
}
