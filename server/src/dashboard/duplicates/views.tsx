import type { DuplicateCounts } from '@gleaner/shared/dataset'
import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import type { GroupFilter } from '../api/duplicate-calls.ts'
import { Empty } from '../parts/empty.tsx'
import { DeedButton, type KeyDeed, KeyFrame } from '../parts/key-frame.tsx'
import { formatCount } from '../text/format.ts'

/** The parts of the page, by what there is to decide. */
export const views = ['copies', 'bursts', 'kept', 'conflicts'] as const
export type View = (typeof views)[number]

const viewWords: Readonly<Record<View, string>> = {
  copies: 'Copies',
  bursts: 'Separate shots',
  kept: 'Kept together',
  conflicts: 'Label conflicts',
}

/** What the list of a view is made of; conflicts have a list of their own. */
export const filters: Readonly<Record<Exclude<View, 'conflicts'>, GroupFilter>> = {
  copies: { kind: 'copies', state: 'open' },
  bursts: { kind: 'burst', state: 'open' },
  kept: { state: 'kept' },
}

export const countOf = (counts: DuplicateCounts, view: View): number =>
  ({ copies: counts.groups, bursts: counts.bursts, kept: counts.kept, conflicts: counts.conflicts })[view]

/** The view to begin with: the first in which something waits. */
export const firstWaiting = (counts: DuplicateCounts): View =>
  (['copies', 'bursts', 'conflicts'] as const).find(view => countOf(counts, view) > 0) ?? 'copies'

interface ViewsProps {
  readonly datasetId: string
  readonly shown: View
  readonly counts: DuplicateCounts | undefined
}

export function Views({ datasetId, shown, counts }: ViewsProps) {
  const here = useRef<HTMLAnchorElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: in a narrow window the views are a row that scrolls, and counts widen them
  useEffect(() => {
    here.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [shown, counts])
  return (
    <nav aria-label="Views of the duplicates" className="views">
      {views.map(view => (
        <Link
          key={view}
          href={`/datasets/${datasetId}/duplicates/${view}`}
          className="view-link"
          aria-current={view === shown ? 'page' : undefined}
          ref={view === shown ? here : undefined}
        >
          {viewWords[view]}{' '}
          {counts ? <span className="view-count">{formatCount(countOf(counts, view))}</span> : null}
        </Link>
      ))}
    </nav>
  )
}

const nothingWords: Readonly<Record<View, { readonly title: string; readonly why: string }>> = {
  copies: {
    title: 'No copies wait for you',
    why: 'Copies of a held picture are dropped as they arrive, and the better one is kept. Those that are less sure come here; in the settings you can have all of them come here.',
  },
  bursts: {
    title: 'No separate shots wait for you',
    why: 'Shots of almost the same scene, taken one after another, come here. They are kept, and stay together in splits.',
  },
  kept: {
    title: 'Nothing was kept together yet',
    why: 'Groups of which you keep all pictures are listed here, so that you can change your mind.',
  },
  conflicts: {
    title: 'No picture was found for two classes',
    why: 'When the same picture is collected for another class than the one it is in, you decide here where it belongs.',
  },
}

interface NothingLeftProps {
  readonly datasetId: string
  readonly view: View
  /** Decisions made on this page. */
  readonly made: number
  readonly onUndo: () => void
}

/** What stands where nothing waits: at once, or because all was decided. */
export function NothingLeft({ datasetId, view, made, onUndo }: NothingLeftProps) {
  const { title, why } = nothingWords[view]
  if (made > 0) {
    const undo: KeyDeed = { keys: ['u'], shown: 'U', does: 'Undo the last one', run: onUndo }
    return (
      <KeyFrame itemKey="none" label="All decided" deeds={[undo]}>
        <Empty icon="check" title="All decided" actions={<DeedButton deed={undo} />}>
          {why}
        </Empty>
      </KeyFrame>
    )
  }
  return (
    <Empty
      icon="copies"
      title={title}
      actions={<Link href={`/datasets/${datasetId}/settings`}>What becomes of near-duplicates</Link>}
    >
      {why}
    </Empty>
  )
}
