import type { ClassSummary } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { type FormEvent, useState } from 'react'
import { useAct } from '../classes/use-act.ts'
import { formatCount } from '../text/format.ts'
import { maxGoal, readGoal } from './goal.ts'

interface NewClassProps {
  readonly datasetId: string
  readonly classes: readonly ClassSummary[]
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Makes a class before anything of it was collected. */
export function NewClass({ datasetId, classes, isOpen, onClose }: NewClassProps) {
  const act = useAct(datasetId)
  const [label, setLabel] = useState('')
  const [goalText, setGoalText] = useState('')
  const goal = readGoal(goalText)
  const wanted = label.trim()
  const isTaken = classes.some(one => one.label === wanted)
  const close = () => {
    setLabel('')
    setGoalText('')
    onClose()
  }
  const isReady = wanted !== '' && !isTaken && goal !== undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    void act({ kind: 'create-class', label: wanted, ...(goal !== null && { facts: { goal } }) })
    close()
  }
  return (
    <Dialog
      title="Add class"
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-class" isDisabled={!isReady}>
            Add
          </Button>
        </>
      }
    >
      <form id="new-class" className="stack" onSubmit={submit}>
        <TextField
          label="Label"
          description="What the pictures show, in any language."
          placeholder="Blue tit"
          value={label}
          onChange={setLabel}
          maxLength={limits.classChars}
          isInvalid={isTaken}
          errorMessage="There is a class of this name."
          autoFocus
        />
        <TextField
          label="Goal"
          description="How many pictures you want; leave empty for no goal."
          inputMode="numeric"
          placeholder="200"
          value={goalText}
          onChange={setGoalText}
          isInvalid={goal === undefined}
          errorMessage={`A whole number from 1 to ${formatCount(maxGoal)}, or nothing.`}
        />
      </form>
    </Dialog>
  )
}
