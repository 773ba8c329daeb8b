import type { ClassSummary } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ComboBox } from '@gleaner/shared/ui/combo-box.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { type FormEvent, useState } from 'react'
import { formatNoun } from '../text/format.ts'

interface MoveDialogProps {
  readonly classes: readonly ClassSummary[]
  /** The class the picture is in. */
  readonly hereId: number
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onPick: (label: string) => void
}

/** Asks for a class by its name, or for the name of a new one. */
export function MoveDialog({ classes, hereId, isOpen, onClose, onPick }: MoveDialogProps) {
  const [label, setLabel] = useState('')
  const wanted = label.trim()
  const here = classes.find(({ id }) => id === hereId)
  const isReady = wanted !== '' && wanted !== here?.label
  const isNew = isReady && !classes.some(one => one.label === wanted)
  const close = () => {
    setLabel('')
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    onPick(wanted)
    close()
  }
  return (
    <Dialog
      title="Move to another class"
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button kind="primary" type="submit" form="move-elsewhere" isDisabled={!isReady}>
            {isNew ? 'Move to a new class' : 'Move'}
          </Button>
        </>
      }
    >
      <form id="move-elsewhere" onSubmit={submit}>
        <ComboBox
          label="Class"
          description="One there is, or the name of a new one."
          options={classes
            .filter(({ id }) => id !== hereId)
            .map(one => ({ value: one.label, detail: formatNoun(one.images, 'picture') }))}
          value={label}
          onChange={setLabel}
          maxLength={limits.classChars}
        />
      </form>
    </Dialog>
  )
}
