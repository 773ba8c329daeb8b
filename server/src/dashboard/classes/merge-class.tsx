import type { ClassSummary } from '@gleaner/shared/dataset'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { useState } from 'react'
import { formatNoun } from '../text/format.ts'
import { useAct } from './use-act.ts'

interface MergeProps {
  readonly datasetId: string
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
  readonly onClose: () => void
}

/** Moves all pictures of a class into another one, and takes the class away. */
export function MergeClass({ datasetId, summary, classes, onClose }: MergeProps) {
  const act = useAct(datasetId)
  const [into, setInto] = useState<string | null>(null)
  const merge = () => {
    if (into === null) return
    void act({ kind: 'merge-class', classId: summary.id, intoClassId: Number(into) })
    onClose()
  }
  return (
    <Dialog
      title={
        <>
          Merge <bdi>{summary.label}</bdi> into another class
        </>
      }
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" isDisabled={into === null} onPress={merge}>
            Move {formatNoun(summary.images, 'picture')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <Select
          label="Into"
          options={classes
            .filter(({ id }) => id !== summary.id)
            .map(({ id, label, images }) => ({
              id: String(id),
              label,
              detail: formatNoun(images, 'picture'),
            }))}
          value={into}
          onChange={setInto}
        />
        <p className="soft">
          Its pictures move there, and <bdi>{summary.label}</bdi> goes. One undo brings both back.
        </p>
      </div>
    </Dialog>
  )
}
