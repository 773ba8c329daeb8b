import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { TextArea } from '@gleaner/shared/ui/text-area.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import type { VersionSummary } from '@gleaner/shared/versions'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatNoun } from '../text/format.ts'

interface NewVersionProps {
  readonly datasetId: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** What is offered as its name. */
  readonly offered: string
}

/** Writes down what the dataset is now, under a name. */
export function NewVersion({ datasetId, isOpen, onClose, offered }: NewVersionProps) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const form = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const [description, setDescription] = useState('')
  const [onlyKept, setOnlyKept] = useState(false)
  const name = (typed ?? offered).trim()
  const close = () => {
    setTyped(null)
    setDescription('')
    reset()
    onClose()
  }
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () => api.createVersion(datasetId, { name, description, onlyKept }),
    onSuccess: async ({ images }: VersionSummary) => {
      await cache.invalidateQueries({ queryKey: keys.versions(datasetId) })
      toast(`Version “${name}” has ${formatNoun(images, 'picture')}.`)
      close()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name !== '' && !isPending) mutate()
  }
  return (
    <Dialog
      title="New version"
      isOpen={isOpen}
      onClose={close}
      actions={
        <Button kind="primary" type="submit" form={form} isDisabled={name === ''} isPending={isPending}>
          Create version
        </Button>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <p className="soft">
          A version never changes: these pictures, labels, boxes and splits. It takes next to no room, for
          pictures are not copied.
        </p>
        <TextField label="Name" value={typed ?? offered} onChange={setTyped} maxLength={80} autoFocus />
        <TextArea label="What is new in it" value={description} onChange={setDescription} maxLength={2000} />
        <Switch label="Only pictures that were kept in review" isSelected={onlyKept} onChange={setOnlyKept} />
        {error ? <Problem error={error} /> : null}
      </form>
    </Dialog>
  )
}
