import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { formatCount } from '../text/format.ts'
import { reasonOfError } from '../text/reasons.ts'
import { maxGoal, readGoal } from './goal.ts'

interface NewClassProps {
  readonly datasetId: string
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Makes a class before anything of it was collected. */
export function NewClass({ datasetId, isOpen, onClose }: NewClassProps) {
  const api = useApi()
  const cache = useQueryClient()
  const [label, setLabel] = useState('')
  const [goalText, setGoalText] = useState('')
  const goal = readGoal(goalText)
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () => api.createClass(datasetId, { label: label.trim(), goal: goal ?? null }),
    onSuccess: async () => {
      await cache.refetchQueries({ queryKey: keys.overview })
      close()
    },
  })
  const close = () => {
    reset()
    setLabel('')
    setGoalText('')
    onClose()
  }
  const isReady = label.trim() !== '' && goal !== undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) mutate()
  }
  return (
    <Dialog
      title="Add class"
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-class" isDisabled={!isReady} isPending={isPending}>
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
          isInvalid={error !== null}
          errorMessage={error ? `${reasonOfError(error).say} ${reasonOfError(error).hint}` : ''}
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
