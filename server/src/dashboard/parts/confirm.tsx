import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { reasonOfError } from '../text/reasons.ts'

interface ConfirmProps {
  /** The question. */
  readonly title: ReactNode
  /** What will happen, with counts. */
  readonly children: ReactNode
  /** Words of the button that does it. */
  readonly doLabel: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onConfirm: () => Promise<unknown>
}

/** Asks before something is destroyed; stays open while it runs and says when it did not work. */
export function Confirm({ title, children, doLabel, isOpen, onClose, onConfirm }: ConfirmProps) {
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: onConfirm, onSuccess: onClose })
  const close = () => {
    reset()
    onClose()
  }
  return (
    <Dialog
      role="alertdialog"
      title={title}
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button autoFocus onPress={close}>
            Keep
          </Button>
          <Button kind="danger" isPending={isPending} onPress={() => mutate()}>
            {doLabel}
          </Button>
        </>
      }
    >
      <div className="stack">
        {children}
        {error ? (
          <Notice tone="danger" title={reasonOfError(error).say} role="alert">
            {reasonOfError(error).hint}
          </Notice>
        ) : null}
      </div>
    </Dialog>
  )
}
