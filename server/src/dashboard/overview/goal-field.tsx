import { Button } from '@gleaner/shared/ui/button.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { type FormEvent, useRef, useState } from 'react'
import { useAct } from '../classes/use-act.ts'
import { formatCount } from '../text/format.ts'
import { maxGoal, readGoal } from './goal.ts'
import './goal-field.css'

interface GoalFieldProps {
  readonly datasetId: string
  readonly classId: number
  readonly label: string
  readonly goal: number | null
  /** Where there is little room. */
  readonly isShort?: boolean
}

interface EditorProps {
  readonly label: string
  readonly goal: number | null
  readonly onSave: (goal: number | null) => void
  readonly onClose: () => void
}

function GoalEditor({ label, goal, onSave, onClose }: EditorProps) {
  const [text, setText] = useState(goal === null ? '' : String(goal))
  const wanted = readGoal(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted !== undefined) onSave(wanted)
  }
  return (
    <form
      className="goal-editor"
      onSubmit={submit}
      onBlur={event => !event.currentTarget.contains(event.relatedTarget) && onClose()}
      onKeyDown={event => event.key === 'Escape' && onClose()}
    >
      <TextField
        label={`Goal for ${label}, empty for none`}
        isLabelHidden
        inputMode="numeric"
        placeholder="No goal"
        value={text}
        onChange={setText}
        isInvalid={wanted === undefined}
        errorMessage={`1 to ${formatCount(maxGoal)}, or empty`}
        autoFocus
      />
      <Button type="submit" kind="primary" size="small" isDisabled={wanted === undefined}>
        Set
      </Button>
    </form>
  )
}

/** How many pictures of a class are wanted, changed where it stands. */
export function GoalField({ datasetId, classId, label, goal, isShort = false }: GoalFieldProps) {
  const button = useRef<HTMLSpanElement>(null)
  const [isEditing, setEditing] = useState(false)
  const close = () => {
    setEditing(false)
    requestAnimationFrame(() => button.current?.querySelector('button')?.focus())
  }
  const act = useAct(datasetId)
  if (isEditing) {
    const save = (wanted: number | null) => {
      if (wanted !== goal) void act({ kind: 'describe-class', classId, facts: { goal: wanted } })
      close()
    }
    return <GoalEditor label={label} goal={goal} onSave={save} onClose={() => setEditing(false)} />
  }
  return (
    <span ref={button}>
      <Button
        kind="quiet"
        size="small"
        icon={goal === null ? 'plus' : 'edit'}
        aria-label={`${goal === null ? 'Set a goal' : 'Change the goal'} for ${label}`}
        onPress={() => setEditing(true)}
      >
        {isShort ? 'Goal' : goal === null ? 'Set a goal' : 'Change the goal'}
      </Button>
    </span>
  )
}
