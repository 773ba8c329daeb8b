import { Button } from '@gleaner/shared/ui/button.tsx'
import { useRef, useState } from 'react'
import { useApp } from '../api/use-app.ts'
import { isUnderWay } from '../history/under-way.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatNoun } from '../text/format.ts'

interface EmptyTrashProps {
  readonly datasetId: string
  readonly total: number
  readonly onEmptied: () => void
}

/** The one thing nobody can take back: it names the count before it is done. */
export function EmptyTrash({ datasetId, total, onEmptied }: EmptyTrashProps) {
  const { api, actsOf } = useApp()
  const toast = useToast()
  const [isAsking, setAsking] = useState(false)
  // Asked again after a lost answer, it is the same wish.
  const key = useRef('')
  const ask = () => {
    key.current = crypto.randomUUID().replaceAll('-', '')
    setAsking(true)
  }
  const empty = async () => {
    const act = await api.emptyTrash(datasetId, { key: key.current })
    actsOf(datasetId).follow(act)
    if (!isUnderWay(act)) toast(act.title)
    onEmptied()
  }
  return (
    <>
      <Button kind="danger" icon="trash" onPress={ask}>
        Empty the trash…
      </Button>
      <Confirm
        title={`Delete ${formatNoun(total, 'picture')} for good?`}
        doLabel={`Delete ${formatNoun(total, 'picture')}`}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={empty}
      >
        <p>
          Their files are deleted, and no undo brings them back. The same pictures are not collected again.
        </p>
      </Confirm>
    </>
  )
}
