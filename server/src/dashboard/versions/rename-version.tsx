import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { TextArea } from '@gleaner/shared/ui/text-area.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import type { VersionSummary } from '@gleaner/shared/versions'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'

interface RenameVersionProps {
  readonly datasetId: string
  readonly version: VersionSummary
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Name and description are all of a version that may change. */
export function RenameVersion({ datasetId, version, isOpen, onClose }: RenameVersionProps) {
  const api = useApi()
  const cache = useQueryClient()
  const form = useId()
  const [name, setName] = useState(version.name)
  const [description, setDescription] = useState(version.description)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.changeVersion(datasetId, version.id, { name: name.trim(), description }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.versions(datasetId) })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '' && !isPending) mutate()
  }
  return (
    <Dialog
      title="Describe the version"
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button
          kind="primary"
          type="submit"
          form={form}
          isDisabled={name.trim() === ''}
          isPending={isPending}
        >
          Save
        </Button>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <TextField label="Name" value={name} onChange={setName} maxLength={80} autoFocus />
        <TextArea label="What is new in it" value={description} onChange={setDescription} maxLength={2000} />
        {error ? <Problem error={error} /> : null}
      </form>
    </Dialog>
  )
}
