import type { GroupDecision, GroupDetail, GroupSummary } from '@gleaner/shared/duplicates'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { fileVersion, imageFileUrl } from '../api/client.ts'
import type { GroupFilter } from '../api/duplicate-calls.ts'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { KeyFrame } from '../parts/key-frame.tsx'
import { Problem } from '../parts/problem.tsx'
import { groupWords } from '../text/duplicate-words.ts'
import type { Mode } from './compare.tsx'
import { GroupActions, groupDeeds } from './group-deeds.tsx'
import { GroupStage } from './group-stage.tsx'
import { Place } from './place.tsx'
import { useChoice } from './use-choice.ts'
import type { Decisions } from './use-decisions.ts'
import { useQueue, type Wanted } from './use-queue.ts'
import { NothingLeft, type View } from './views.tsx'

const pageSize = 50

/** Reads the next group and its pictures ahead, so that it is there when this one is decided. */
function useReadAhead(datasetId: string, next: GroupSummary | undefined): void {
  const api = useApi()
  const cache = useQueryClient()
  const nextId = next?.id
  useEffect(() => {
    if (nextId === undefined) return
    const load = cache.fetchQuery({
      queryKey: keys.group(datasetId, nextId),
      queryFn: () => api.group(datasetId, nextId),
    })
    load.then(
      ({ members }) => {
        for (const member of members.slice(0, 8)) {
          new Image().src = imageFileUrl(datasetId, member.id, fileVersion(member))
        }
      },
      () => undefined, // it is read again, and its failure told, when it is looked at
    )
  }, [api, cache, datasetId, nextId])
}

interface GroupReviewProps {
  readonly datasetId: string
  readonly view: View
  readonly filter: GroupFilter
  readonly decisions: Decisions
  /** What the server says is left. */
  readonly left: number
  readonly wanted: Wanted
  readonly onGo: (id: number) => void
  /** Does not wait any longer for what was taken back. */
  readonly onGoOn: () => void
  readonly onUndo: () => void
}

/** Groups one after another, each with one key to decide. */
export function GroupReview(props: GroupReviewProps) {
  const { datasetId, view, filter, decisions, wanted, onGo, onGoOn } = props
  const api = useApi()
  const fetchPage = useCallback(
    async (cursor: string | null) => {
      const page = await api.groups(datasetId, filter, cursor, pageSize)
      return { items: page.groups, cursor: page.cursor }
    },
    [api, datasetId, filter],
  )
  const queue = useQueue<GroupSummary>({ datasetId, view, fetchPage, decisions, wanted, onGo })
  const { current } = queue
  useReadAhead(datasetId, queue.next)
  const { data, error, refetch } = useQuery({
    queryKey: keys.group(datasetId, current?.id ?? 0),
    queryFn: () => api.group(datasetId, current?.id ?? 0),
    enabled: current !== undefined,
  })
  if (queue.error) return <Problem error={queue.error} onRetry={queue.retry} />
  if (queue.isLoading) return <p className="page-wait">Loading…</p>
  if (queue.isAwaited) return <Awaited onGoOn={onGoOn} />
  if (!current)
    return <NothingLeft datasetId={datasetId} view={view} made={decisions.made} onUndo={props.onUndo} />
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data || data.id !== current.id) return <p className="page-wait">Loading…</p>
  const left = queue.isComplete ? queue.known : Math.max(queue.known, props.left - decisions.saving)
  return <Group {...props} group={data} queue={queue} left={left} />
}

/** Groups that were taken apart are made anew; until then no key shall meet another group. */
function Awaited({ onGoOn }: { readonly onGoOn: () => void }) {
  return (
    <div className="page-wait" role="status">
      <p>The group is coming back…</p>
      <Button kind="quiet" onPress={onGoOn}>
        Go on without it
      </Button>
    </div>
  )
}

interface GroupProps extends GroupReviewProps {
  readonly group: GroupDetail
  readonly queue: Pick<ReturnType<typeof useQueue>, 'place' | 'known' | 'go'>
}

function Group({ datasetId, view, group, queue, left, decisions, onUndo }: GroupProps) {
  const api = useApi()
  const choice = useChoice(group)
  const [mode, setMode] = useState<Mode>('side')
  const decide = (decision: GroupDecision) =>
    decisions.decide({ view, id: group.id, imageIds: decision.memberIds }, () =>
      api.decideGroup(datasetId, group.id, decision),
    )
  const deeds = groupDeeds({ group, choice, mode, setMode, decide, go: queue.go, undo: onUndo })
  return (
    <KeyFrame itemKey={group.id} label="Group under review" deeds={deeds}>
      <Place what="group" {...queue} left={left} made={decisions.made} onGo={queue.go} />
      <h2 className="group-title">{groupWords(group)}</h2>
      {group.isAcrossClasses ? (
        <Notice tone="warning" title="They lie in more than one class">
          Only what stays keeps its class: look which one is right.
        </Notice>
      ) : null}
      <GroupStage datasetId={datasetId} group={group} choice={choice} mode={mode} onMode={setMode} />
      <GroupActions group={group} deeds={deeds} />
    </KeyFrame>
  )
}
