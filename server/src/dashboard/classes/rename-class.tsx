import type { ClassSummary } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { type FormEvent, useState } from 'react'
import { useAct } from './use-act.ts'

interface RenameProps {
  readonly datasetId: string
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
  readonly onClose: () => void
}

/** Gives a class another name, and its folder with it. */
export function RenameClass({ datasetId, summary, classes, onClose }: RenameProps) {
  const act = useAct(datasetId)
  const [label, setLabel] = useState(summary.label)
  const wanted = label.trim()
  const isTaken = classes.some(one => one.id !== summary.id && one.label === wanted)
  const isReady = wanted !== '' && wanted !== summary.label && !isTaken
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    void act({ kind: 'rename-class', classId: summary.id, label: wanted })
    onClose()
  }
  return (
    <Dialog
      title={
        <>
          Rename <bdi>{summary.label}</bdi>
        </>
      }
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="rename-class" isDisabled={!isReady}>
            Rename
          </Button>
        </>
      }
    >
      <form id="rename-class" onSubmit={submit} noValidate>
        <TextField
          label="Label"
          description="The folder of its pictures is renamed with it."
          value={label}
          onChange={setLabel}
          maxLength={limits.classChars}
          isInvalid={isTaken}
          errorMessage="There is a class of this name. Merge the two instead."
          autoFocus
        />
      </form>
    </Dialog>
  )
}
