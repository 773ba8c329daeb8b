import type { Selection } from '@gleaner/shared/gallery'
import { type SplitName, splitNames } from '@gleaner/shared/splits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useNoteAct } from '../shell/undo.tsx'
import { splitWords } from '../splits/split-words.ts'
import { formatNoun } from '../text/format.ts'

interface SideDialogProps {
  readonly datasetId: string
  readonly selection: Selection
  readonly count: number
  readonly isOpen: boolean
  readonly onClose: () => void
}

type Side = SplitName | 'together' | 'free'
const sideWords: Readonly<Record<Side, string>> = {
  ...splitWords,
  together: 'Together, on either side',
  free: 'Wherever the plan puts them',
}
const sides = [...splitNames, 'together', 'free'] as const

/** Asks on which side of the split pictures, and their copies with them, are to be. */
export function SideDialog({ datasetId, selection, count, isOpen, onClose }: SideDialogProps) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const note = useNoteAct()
  const form = useId()
  const [side, setSide] = useState<Side>('train')
  const [name, setName] = useState('')
  const ids = 'imageIds' in selection ? selection.imageIds : null
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: async (imageIds: readonly string[]): Promise<unknown> => {
      const asked = { imageIds: [...imageIds] }
      if (side === 'together') return api.keepTogether(datasetId, { ...asked, name: name.trim() })
      return api.pinSplit(datasetId, { ...asked, split: side === 'free' ? null : side })
    },
    onSuccess: () => {
      note(datasetId)
      toast(`${formatNoun(count, 'picture')}: ${sideWords[side].toLowerCase()}.`)
      void cache.invalidateQueries({ queryKey: keys.dataset(datasetId) })
      close()
    },
  })
  const close = () => {
    setName('')
    reset()
    onClose()
  }
  const isReady = ids !== null && (side !== 'together' || (name.trim() !== '' && count > 1))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady && !isPending) mutate(ids)
  }
  return (
    <Dialog
      title={`Where ${formatNoun(count, 'picture')} ${count === 1 ? 'is' : 'are'} to be in splits`}
      isOpen={isOpen}
      onClose={close}
      actions={
        <Button kind="primary" type="submit" form={form} isDisabled={!isReady} isPending={isPending}>
          {side === 'together' ? 'Keep together' : side === 'free' ? 'Let go' : 'Pin'}
        </Button>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        {ids === null ? (
          <p>
            Select pictures one by one, or with a rectangle: all that a filter takes cannot be pinned at once.
          </p>
        ) : null}
        <Select
          label="Side"
          options={sides.map(id => ({ id, label: sideWords[id] }))}
          value={side}
          onChange={id => setSide(sides.find(one => one === id) ?? 'train')}
        />
        {side === 'together' ? (
          <TextField
            label="Name of the group"
            description="One series, one person, one place: whatever makes them alike beyond their looks."
            value={name}
            onChange={setName}
            maxLength={80}
          />
        ) : (
          <p className="soft small">
            Copies and other pictures of their groups go with them. It can be undone.
          </p>
        )}
        {error ? <Problem error={error} /> : null}
      </form>
    </Dialog>
  )
}
