import type { ClassSummary } from '@gleaner/shared/dataset'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { TextArea } from '@gleaner/shared/ui/text-area.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { type FormEvent, useState } from 'react'
import { maxGoal, readGoal } from '../overview/goal.ts'
import { formatCount } from '../text/format.ts'
import { classColor } from './colors.ts'
import { type FactsDraft, possibleParents, readDraft, toDraft } from './facts.ts'
import { useAct } from './use-act.ts'

interface DialogProps {
  readonly datasetId: string
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
  readonly onClose: () => void
}

interface FieldsProps {
  readonly draft: FactsDraft
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
  readonly onChange: (patch: Partial<FactsDraft>) => void
}

function ColorField({ draft, summary, onChange }: FieldsProps) {
  const shown = draft.color === '' ? classColor(summary.id) : draft.color
  return (
    <div className="color-field">
      <label>
        <span className="gl-label">Colour</span>
        <input type="color" value={shown} onChange={event => onChange({ color: event.target.value })} />
      </label>
      {draft.color === '' ? (
        <span className="small soft">Chosen by the dashboard.</span>
      ) : (
        <Button kind="quiet" size="small" onPress={() => onChange({ color: '' })}>
          Let the dashboard choose
        </Button>
      )}
    </div>
  )
}

function ParentField({ draft, summary, classes, onChange }: FieldsProps) {
  const parents = possibleParents(classes, summary.id)
  if (parents.length === 0) {
    return (
      <p className="small soft">
        {classes.some(({ parentId }) => parentId === summary.id)
          ? 'This class stands above others, so none can stand above it.'
          : 'A superclass can be chosen once there is another class.'}
      </p>
    )
  }
  return (
    <Select
      label="Superclass"
      options={[
        { id: 'none', label: 'None' },
        ...parents.map(({ id, label }) => ({ id: String(id), label })),
      ]}
      value={draft.parentId === '' ? 'none' : draft.parentId}
      onChange={id => onChange({ parentId: id === 'none' ? '' : id })}
    />
  )
}

function Fields(props: FieldsProps) {
  const { draft, onChange } = props
  const isGoal = readGoal(draft.goal) !== undefined
  return (
    <>
      <TextField
        label="Goal"
        description="How many pictures you want; leave empty for no goal."
        inputMode="numeric"
        value={draft.goal}
        onChange={goal => onChange({ goal })}
        isInvalid={!isGoal}
        errorMessage={`A whole number from 1 to ${formatCount(maxGoal)}, or nothing.`}
      />
      <TextArea
        label="Description"
        description="What belongs in this class and what does not."
        value={draft.description}
        onChange={description => onChange({ description })}
        maxLength={2000}
      />
      <TextField
        label="Synonyms"
        description="Other names of it, set apart by commas."
        value={draft.synonyms}
        onChange={synonyms => onChange({ synonyms })}
        isInvalid={isGoal && readDraft(draft) === undefined}
        errorMessage="At most 50 names of at most 64 characters."
      />
      <ParentField {...props} />
      <ColorField {...props} />
    </>
  )
}

/** What is said about a class: goal, description, other names, what stands above it, colour. */
export function EditClass({ datasetId, summary, classes, onClose }: DialogProps) {
  const act = useAct(datasetId)
  const [draft, setDraft] = useState(() => toDraft(summary))
  const facts = readDraft(draft)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!facts) return
    void act({ kind: 'describe-class', classId: summary.id, facts })
    onClose()
  }
  return (
    <Dialog
      title={
        <>
          About <bdi>{summary.label}</bdi>
        </>
      }
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="edit-class" isDisabled={!facts}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-class" className="stack" onSubmit={submit} noValidate>
        <Fields
          draft={draft}
          summary={summary}
          classes={classes}
          onChange={patch => setDraft(current => ({ ...current, ...patch }))}
        />
      </form>
    </Dialog>
  )
}
