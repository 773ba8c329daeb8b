import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'

/** Says what is read and where it goes, before anything is read. */
export function Consent({ allow }: { readonly allow: () => void }) {
  return (
    <Notice
      title="Allow Gleaner to read results pages?"
      actions={
        <Button kind="primary" onPress={allow}>
          Allow
        </Button>
      }
    >
      It reads image addresses on the pages of the search engines it knows and of sites you allow, and sends
      those you collect to your own computer, nowhere else.
    </Notice>
  )
}
