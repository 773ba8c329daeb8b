import type { ClassSummary } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { type FormEvent, useState } from 'react'
import { formatNoun } from '../text/format.ts'

interface SplitDialogProps {
  readonly classes: readonly ClassSummary[]
  readonly count: number
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onSplit: (label: string) => void
}

/** Asks what the class is to be called that pictures are split off into. */
export function SplitDialog({ classes, count, isOpen, onClose, onSplit }: SplitDialogProps) {
  const [label, setLabel] = useState('')
  const wanted = label.trim()
  const isTaken = classes.some(each => each.label === wanted)
  const isReady = wanted !== '' && !isTaken
  const close = () => {
    setLabel('')
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    onSplit(wanted)
    close()
  }
  return (
    <Dialog
      title={`Split ${formatNoun(count, 'picture')} off into a new class`}
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button kind="primary" type="submit" form="split-off" isDisabled={!isReady}>
            Make the class and move
          </Button>
        </>
      }
    >
      <form id="split-off" onSubmit={submit} noValidate>
        <TextField
          label="Label of the new class"
          description="One undo brings the pictures back and takes the class away."
          value={label}
          onChange={setLabel}
          maxLength={limits.classChars}
          isInvalid={isTaken}
          errorMessage="There is a class of this name. Press Move… to put them there."
          autoFocus
        />
      </form>
    </Dialog>
  )
}
