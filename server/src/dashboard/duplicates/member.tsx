import type { ComparedImage, DuplicatePair, GroupMember } from '@gleaner/shared/duplicates'
import { Button } from '@gleaner/shared/ui/button.tsx'
import type { ReactNode } from 'react'
import { fileVersion } from '../api/client.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { Picture } from '../parts/picture.tsx'
import { differenceWords, pairWords } from '../text/duplicate-words.ts'
import { formatBytes, formatPixels } from '../text/format.ts'
import { hostName } from '../text/host-name.ts'

/** Words of a picture where it has no title. */
export const titleOf = ({ title }: Pick<ComparedImage, 'title'>) => title ?? 'Picture without a title'

/** What a decision would do with a picture. */
export function Fate({ stays }: { readonly stays: boolean }) {
  return <span className={`fate fate-${stays ? 'stays' : 'goes'}`}>{stays ? 'Stays' : 'Goes'}</span>
}

interface MemberFactsProps {
  readonly member: GroupMember
  /** Whether its class has to be told, because there are several. */
  readonly isClassTold: boolean
  /** How it relates to the keeper; `null` for the keeper itself. */
  readonly pair: DuplicatePair | undefined | null
}

function MemberFacts({ member, isClassTold, pair }: MemberFactsProps) {
  const { original, host, classLabel, isThumbnail } = member
  const difference = pair ? differenceWords(pair) : undefined
  return (
    <Facts>
      {pair === null ? null : (
        <Fact name="Relation">
          {pairWords(pair)}
          {difference ? <span className="faint">; {difference}</span> : null}
        </Fact>
      )}
      <Fact name="Original">
        {formatPixels(original.width, original.height)}, {formatBytes(original.sizeBytes)},{' '}
        <bdi>{original.format.toUpperCase()}</bdi>
        {isThumbnail ? ', only a thumbnail' : ''}
      </Fact>
      {isClassTold ? (
        <Fact name="Class">
          <bdi>{classLabel}</bdi>
        </Fact>
      ) : null}
      {host === null ? null : (
        <Fact name="From">
          <bdi>{hostName(host)}</bdi>
        </Fact>
      )}
    </Facts>
  )
}

interface MemberProps extends MemberFactsProps {
  readonly isProposed: boolean
  readonly stays: boolean
  readonly onKeepOnly: (() => void) | undefined
  readonly onToggle: (() => void) | undefined
  /** The picture, where it stands here and not in a frame of its own. */
  readonly children?: ReactNode
}

/** One of the two pictures that are compared: what is known about it, and what becomes of it. */
export function Member(props: MemberProps) {
  const { member, isProposed, stays, onKeepOnly, onToggle, children, isClassTold, pair } = props
  return (
    <article className={`member member-${stays ? 'stays' : 'goes'}`} aria-label={titleOf(member)}>
      {children}
      <div className="member-head">
        <Fate stays={stays} />
        {isProposed ? <span className="proposed">Proposed keeper</span> : null}
        <h3 className="member-title">
          <bdi>{titleOf(member)}</bdi>
        </h3>
      </div>
      {member.reasons.length > 0 ? (
        <ul className="reasons-why">
          {member.reasons.map(reason => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      ) : null}
      <MemberFacts member={member} isClassTold={isClassTold} pair={pair} />
      <div className="row">
        {onKeepOnly ? (
          <Button size="small" onPress={onKeepOnly}>
            Keep this one instead
          </Button>
        ) : null}
        {onToggle ? (
          <Button size="small" kind="quiet" onPress={onToggle}>
            {stays ? 'Let it go' : 'Keep it as well'}
          </Button>
        ) : null}
      </div>
    </article>
  )
}

interface BigPictureProps {
  readonly datasetId: string
  readonly member: ComparedImage
}

export function BigPicture({ datasetId, member }: BigPictureProps) {
  return (
    <div className="member-picture">
      <Picture
        datasetId={datasetId}
        imageId={member.id}
        version={fileVersion(member)}
        alt={titleOf(member)}
        fit="contain"
      />
    </div>
  )
}
