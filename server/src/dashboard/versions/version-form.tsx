import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { TextArea } from '@gleaner/shared/ui/text-area.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { keys } from '../api/keys.ts'
import { Problem } from '../parts/problem.tsx'

export interface VersionWords {
  readonly name: string
  readonly description: string
}

interface VersionFormProps {
  readonly datasetId: string
  readonly title: string
  /** Words of the button that does it. */
  readonly doLabel: string
  readonly usual: VersionWords
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onSubmit: (words: VersionWords) => Promise<unknown>
  /** Stands above the fields. */
  readonly about?: ReactNode
  /** Further fields. */
  readonly children?: ReactNode
}

/** Asks for the name of a version and for what is new in it; stays open while it runs and says when it did not work. */
export function VersionForm(props: VersionFormProps) {
  const { datasetId, title, doLabel, usual, isOpen, onClose, onSubmit, about, children } = props
  const cache = useQueryClient()
  const form = useId()
  const [typed, setTyped] = useState<Partial<VersionWords>>({})
  const { name, description } = { ...usual, ...typed }
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () => onSubmit({ name: name.trim(), description }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.versions(datasetId) })
      close()
    },
  })
  const close = () => {
    setTyped({})
    reset()
    onClose()
  }
  const isReady = name.trim() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady && !isPending) mutate()
  }
  const change = (patch: Partial<VersionWords>) => setTyped(now => ({ ...now, ...patch }))
  return (
    <Dialog
      {...{ title, isOpen }}
      onClose={close}
      actions={
        <Button kind="primary" type="submit" form={form} isDisabled={!isReady} isPending={isPending}>
          {doLabel}
        </Button>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        {about}
        <TextField
          label="Name"
          value={name}
          onChange={next => change({ name: next })}
          maxLength={80}
          autoFocus
        />
        <TextArea
          label="What is new in it"
          value={description}
          onChange={next => change({ description: next })}
          maxLength={2000}
        />
        {children}
        {error ? <Problem error={error} /> : null}
      </form>
    </Dialog>
  )
}
