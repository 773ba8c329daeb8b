import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'

interface ReloadOfferProps {
  readonly reload: () => void
}

/** For pages whose first results came in answers that nobody heard. What they hold is the person's: they decide. */
export function ReloadOffer({ reload }: ReloadOfferProps) {
  return (
    <Notice
      role="status"
      title="The first results came before Gleaner."
      actions={
        <Button size="small" icon="refresh" onPress={reload}>
          Reload the page
        </Button>
      }
    >
      Their originals are read once the page is loaded again.
    </Notice>
  )
}
