import { type ReactNode, useState } from 'react'
import { DeedButton, type KeyDeed, KeyFrame } from '../parts/key-frame.tsx'
import { Aside } from './aside.tsx'
import { wayDeeds } from './deeds.ts'
import { LastLine } from './last-line.tsx'
import { MoveDialog } from './move-dialog.tsx'
import type { SessionProps } from './session.tsx'
import type { Verdict } from './verdict.ts'

interface FrameProps {
  readonly session: SessionProps
  /** Changes with what is looked at. */
  readonly itemKey: string
  readonly label: string
  readonly isGrid: boolean
  /** What is decided here, by keys. */
  readonly deeds: readonly KeyDeed[]
  /** Moves to the classes that have a digit. */
  readonly moves: readonly KeyDeed[]
  readonly give: (verdict: Verdict) => void
  /** Decisions that have a button. */
  readonly buttons: ReactNode
  /** The picture, or pictures. */
  readonly children: ReactNode
}

/** What one picture and a screenful have in common: the ways on and back, the classes, and how far one has come. */
export function Frame({
  session,
  itemKey,
  label,
  isGrid,
  deeds,
  moves,
  give,
  buttons,
  children,
}: FrameProps) {
  const [isMoving, setMoving] = useState(false)
  const ways = wayDeeds({ ...session, moveElsewhere: () => setMoving(true), isGrid })
  return (
    <KeyFrame itemKey={itemKey} label={label} deeds={[...deeds, ...moves, ...Object.values(ways)]}>
      <div className="review-parts">
        <div className="review-main">
          {children}
          <div className="review-foot">
            <div className="deed-bar">
              {buttons}
              <DeedButton deed={ways.undo} kind="quiet">
                Undo
              </DeedButton>
            </div>
            <span className="review-turn">
              <DeedButton deed={ways.turn} kind="quiet" />
            </span>
          </div>
          <LastLine review={session.review} />
        </div>
        <Aside {...session} moves={moves} move={ways.move} />
      </div>
      <MoveDialog
        classes={session.classes}
        hereId={session.summary.id}
        isOpen={isMoving}
        onClose={() => setMoving(false)}
        onPick={label => give({ kind: 'move', label })}
      />
    </KeyFrame>
  )
}
