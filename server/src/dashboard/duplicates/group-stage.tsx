import type { GroupDetail } from '@gleaner/shared/duplicates'
import { Layers, type Mode, Modes } from './compare.tsx'
import { BigPicture, Member } from './member.tsx'
import { Strip } from './strip.tsx'
import type { GroupChoice } from './use-choice.ts'
import './compare.css'

interface GroupStageProps {
  readonly datasetId: string
  readonly group: GroupDetail
  readonly choice: GroupChoice
  readonly mode: Mode
  readonly onMode: (mode: Mode) => void
}

/** The keeper and one other picture, compared; below them all of the group where there are more. */
export function GroupStage({ datasetId, group, choice, mode, onMode }: GroupStageProps) {
  const { keeper, other, kept } = choice
  const { members, pairs, isAcrossClasses } = group
  if (!keeper || !other) return null
  const isOf = (id: string) => (pair: { a: string; b: string }) => pair.a === id || pair.b === id
  const pair = pairs.filter(isOf(keeper.id)).find(isOf(other.id))
  const isSide = mode === 'side'
  const shared = { isClassTold: isAcrossClasses }
  return (
    <div className="stage">
      <Modes mode={mode} onChange={onMode} />
      {isSide ? null : <Layers datasetId={datasetId} keeper={keeper} other={other} pair={pair} mode={mode} />}
      <div className="sides">
        <Member
          {...shared}
          member={keeper}
          pair={null}
          stays
          isProposed={keeper.id === group.keeperId}
          onKeepOnly={undefined}
          onToggle={undefined}
        >
          {isSide ? <BigPicture datasetId={datasetId} member={keeper} /> : null}
        </Member>
        <Member
          {...shared}
          member={other}
          pair={pair}
          stays={kept.has(other.id)}
          isProposed={other.id === group.keeperId}
          onKeepOnly={() => choice.keepOnly(other.id)}
          onToggle={() => choice.toggle(other.id)}
        >
          {isSide ? <BigPicture datasetId={datasetId} member={other} /> : null}
        </Member>
      </div>
      {members.length > 2 ? <Strip datasetId={datasetId} members={members} choice={choice} /> : null}
    </div>
  )
}
