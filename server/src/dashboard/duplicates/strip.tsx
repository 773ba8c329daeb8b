import type { GroupMember } from '@gleaner/shared/duplicates'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useState } from 'react'
import { fileVersion } from '../api/client.ts'
import { Picture } from '../parts/picture.tsx'
import { formatNoun } from '../text/format.ts'
import { Fate, titleOf } from './member.tsx'
import type { GroupChoice } from './use-choice.ts'

/** Shown before somebody asks for all. */
const shownAtFirst = 60

interface StripProps {
  readonly datasetId: string
  readonly members: readonly GroupMember[]
  readonly choice: GroupChoice
}

/** All pictures of a group, small: pressing one compares it with the keeper. */
export function Strip({ datasetId, members, choice }: StripProps) {
  const [isWhole, setWhole] = useState(false)
  const { keeper, other, kept } = choice
  const shown = isWhole ? members : members.slice(0, shownAtFirst)
  const rest = members.length - shown.length
  return (
    <>
      <ol className="strip" aria-label="All pictures of the group">
        {shown.map((member, place) => (
          <li key={member.id}>
            <button
              type="button"
              className="strip-tile"
              aria-pressed={member.id === other?.id}
              disabled={member.id === keeper?.id}
              onClick={() => choice.compare(member.id)}
            >
              <span className="strip-number">{place + 1}</span>
              <Picture
                datasetId={datasetId}
                imageId={member.id}
                version={fileVersion(member)}
                alt={titleOf(member)}
              />
              <Fate stays={kept.has(member.id)} />
            </button>
          </li>
        ))}
      </ol>
      {rest > 0 ? (
        <Button size="small" kind="quiet" onPress={() => setWhole(true)}>
          Show {formatNoun(rest, 'more picture')}
        </Button>
      ) : null}
    </>
  )
}
