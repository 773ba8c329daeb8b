import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { reasonOfError } from '../text/reasons.ts'

interface NewDatasetProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Asks for a name and makes a dataset of it. */
export function NewDataset({ isOpen, onClose }: NewDatasetProps) {
  const api = useApi()
  const cache = useQueryClient()
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () => api.createDataset({ name: name.trim() }),
    onSuccess: async ({ id }) => {
      await cache.refetchQueries({ queryKey: keys.overview })
      close()
      navigate(`/datasets/${id}/settings`)
    },
  })
  const close = () => {
    reset()
    setName('')
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) mutate()
  }
  return (
    <Dialog
      title="New dataset"
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            form="new-dataset"
            isDisabled={!name.trim()}
            isPending={isPending}
          >
            Create
          </Button>
        </>
      }
    >
      <form id="new-dataset" onSubmit={submit}>
        <TextField
          label="Name"
          description="A folder of this name is made for its pictures. Classes come by themselves as you collect."
          placeholder="Garden birds"
          value={name}
          onChange={setName}
          maxLength={limits.datasetChars}
          isInvalid={error !== null}
          errorMessage={error ? `${reasonOfError(error).say} ${reasonOfError(error).hint}` : ''}
          autoFocus
        />
      </form>
    </Dialog>
  )
}
