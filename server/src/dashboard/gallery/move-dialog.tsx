import type { ClassSummary } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ComboBox } from '@gleaner/shared/ui/combo-box.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { useState } from 'react'
import { formatCount, formatNoun } from '../text/format.ts'

interface MoveDialogProps {
  readonly classes: readonly ClassSummary[]
  readonly count: number
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onMove: (label: string) => void
}

/** Asks into which class pictures go: one that is there, or a new one. */
export function MoveDialog({ classes, count, isOpen, onClose, onMove }: MoveDialogProps) {
  return (
    <Dialog title={`Move ${formatNoun(count, 'picture')}`} isOpen={isOpen} onClose={onClose}>
      {isOpen ? <Question {...{ classes, onClose, onMove }} /> : null}
    </Dialog>
  )
}

function Question({ classes, onClose, onMove }: Pick<MoveDialogProps, 'classes' | 'onClose' | 'onMove'>) {
  const [label, setLabel] = useState('')
  const wanted = label.trim()
  const isNew = !classes.some(each => each.label === wanted)
  const isValid = wanted !== ''
  const move = () => {
    if (!isValid) return
    onMove(wanted)
    onClose()
  }
  return (
    <form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        move()
      }}
    >
      <ComboBox
        label="Class"
        isFirst
        options={classes.map(each => ({ value: each.label, detail: formatCount(each.images) }))}
        value={label}
        onChange={setLabel}
        placeholder="Type a class, also a new one"
        maxLength={limits.classChars}
      />
      <div className="row move-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" isDisabled={!isValid}>
          {isValid && isNew ? 'Make the class and move' : 'Move'}
        </Button>
      </div>
    </form>
  )
}
