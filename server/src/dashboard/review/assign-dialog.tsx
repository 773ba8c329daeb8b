import type { ClassSummary } from '@gleaner/shared/dataset'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { type Assigned, assign, classDigits } from './class-keys.ts'

interface AssignDialogProps {
  readonly classes: readonly ClassSummary[]
  readonly assigned: Assigned
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onAssign: (assigned: Assigned) => void
}

/** Which class each number key stands for. */
export function AssignDialog({ classes, assigned, isOpen, onClose, onAssign }: AssignDialogProps) {
  const options = [
    { id: 'none', label: 'Nothing' },
    ...classes.map(({ id, label }) => ({ id: `${id}`, label })),
  ]
  const choose = (place: number, id: string) =>
    onAssign(assign(assigned, place, id === 'none' ? null : Number(id)))
  return (
    <Dialog
      title="Keys for classes"
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button kind="primary" onPress={onClose}>
          Done
        </Button>
      }
    >
      <p className="soft assign-about">They stay as you set them, in this browser.</p>
      <div className="assign">
        {classDigits.map((digit, place) => (
          <Select
            key={digit}
            label={`Key ${digit}`}
            options={options}
            value={`${assigned[place] ?? 'none'}`}
            onChange={id => choose(place, id)}
          />
        ))}
      </div>
    </Dialog>
  )
}
