import type { ClassSummary } from '@gleaner/shared/dataset'
import { Menu, type MenuChoice } from '@gleaner/shared/ui/menu.tsx'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Confirm } from '../parts/confirm.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatNoun } from '../text/format.ts'
import { EditClass } from './edit-class.tsx'
import { MergeClass } from './merge-class.tsx'
import { RenameClass } from './rename-class.tsx'
import { useAct } from './use-act.ts'
import './classes.css'

interface ClassMenuProps {
  readonly datasetId: string
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
}

type Asked = 'edit' | 'rename' | 'merge' | 'delete'

function DeleteClass({
  datasetId,
  summary,
  onClose,
}: Omit<ClassMenuProps, 'classes'> & { onClose: () => void }) {
  const act = useAct(datasetId)
  const { id, label, images } = summary
  return (
    <Confirm
      title={
        <>
          Delete the class <bdi>{label}</bdi>?
        </>
      }
      doLabel={images === 0 ? 'Delete the class' : `Delete it with ${formatNoun(images, 'picture')}`}
      isOpen
      onClose={onClose}
      onConfirm={async () => {
        // What happens is told when it is done; nothing here has to wait for it.
        void act({ kind: 'delete-class', classId: id })
      }}
    >
      <p>
        {images === 0 ? 'It holds no pictures.' : `Its ${formatNoun(images, 'picture')} go to the trash.`}{' '}
        Undo brings all of it back, until the trash is emptied.
      </p>
    </Confirm>
  )
}

/** Everything that can be done to a class as a whole. */
export function ClassMenu(props: ClassMenuProps) {
  const { datasetId, summary, classes } = props
  const [asked, setAsked] = useState<Asked | null>(null)
  const [, navigate] = useLocation()
  const toast = useToast()
  const close = () => setAsked(null)
  const ask = (what: Asked) => () => setAsked(what)
  const choices: readonly MenuChoice[] = [
    {
      ...{ id: 'review', label: 'Review', icon: 'review' as const },
      run: () => navigate(`/datasets/${datasetId}/review/${summary.id}`),
    },
    { id: 'edit', label: 'Goal, colour, description…', icon: 'edit', run: ask('edit') },
    { id: 'rename', label: 'Rename…', run: ask('rename') },
    ...(classes.length > 1 ? [{ id: 'merge', label: 'Merge into another class…', run: ask('merge') }] : []),
    {
      ...{ id: 'split', label: 'Split off a selection…' },
      run: () => {
        navigate(`/datasets/${datasetId}/gallery/${summary.id}`)
        toast('Select the pictures, then press New class…')
      },
    },
    { id: 'delete', label: 'Delete…', icon: 'trash', isDanger: true, run: ask('delete') },
  ]
  return (
    <>
      <Menu label={`What can be done with ${summary.label}`} choices={choices} />
      {asked === 'edit' ? <EditClass {...props} onClose={close} /> : null}
      {asked === 'rename' ? <RenameClass {...props} onClose={close} /> : null}
      {asked === 'merge' ? <MergeClass {...props} onClose={close} /> : null}
      {asked === 'delete' ? <DeleteClass {...props} onClose={close} /> : null}
    </>
  )
}
