import type { ClassSummary } from '@gleaner/shared/dataset'
import type { ReviewMark, Selection } from '@gleaner/shared/gallery'
import { Button, IconButton } from '@gleaner/shared/ui/button.tsx'
import { formatCount } from '../text/format.ts'
import { MoveDialog } from './move-dialog.tsx'
import { SideDialog } from './side-dialog.tsx'
import { SplitDialog } from './split-dialog.tsx'
import type { Deeds } from './use-deeds.ts'

export type Asked = 'move' | 'split' | 'side'

interface BulkBarProps {
  readonly datasetId: string
  readonly count: number
  readonly total: number
  readonly isEverything: boolean
  readonly isTrash: boolean
  readonly selection: Selection
  readonly classes: readonly ClassSummary[]
  readonly deeds: Deeds
  /** Whether it is asked into which class they go, what a new one is to be called, or which side of a split they are on. */
  readonly asked: Asked | null
  readonly onAsk: (asked: Asked | null) => void
  readonly onAll: () => void
  /** Called when what was selected has been dealt with, or let go of. */
  readonly onClear: () => void
}

/** What can be done with the selected pictures. */
export function BulkBar(props: BulkBarProps) {
  const { count, total, isEverything, isTrash, selection, classes, deeds, onAll, onClear } = props
  const { asked, onAsk, datasetId } = props
  const mark = (next: ReviewMark) => deeds.mark(selection, next)
  const leave = (run: (of: Selection) => void) => {
    run(selection)
    onClear()
  }
  return (
    <section className="bulk-bar" aria-label="Selected pictures">
      <div className="bulk-count">
        <IconButton icon="close" aria-label="Select nothing" onPress={onClear} />
        <span role="status">
          <b>{formatCount(count)}</b> selected
        </span>
        {isEverything || total <= count ? null : (
          <Button kind="quiet" size="small" onPress={onAll}>
            Select all {formatCount(total)}
          </Button>
        )}
      </div>
      <div className="bulk-deeds">
        {isTrash ? (
          <Button kind="primary" icon="undo" onPress={() => leave(deeds.restore)}>
            Put back
          </Button>
        ) : (
          <>
            <Button size="small" icon="check" onPress={() => mark('kept')}>
              Keep
            </Button>
            <Button size="small" icon="flag" onPress={() => mark('unsure')}>
              Unsure
            </Button>
            <Button size="small" onPress={() => mark('none')}>
              Unmark
            </Button>
            <Button size="small" icon="folder" onPress={() => onAsk('move')}>
              Move…
            </Button>
            <Button size="small" icon="plus" onPress={() => onAsk('split')}>
              New class…
            </Button>
            <Button size="small" icon="pin" onPress={() => onAsk('side')}>
              Split…
            </Button>
            <Button size="small" icon="trash" onPress={() => leave(deeds.trash)}>
              Trash
            </Button>
          </>
        )}
      </div>
      <MoveDialog
        classes={classes}
        count={count}
        isOpen={asked === 'move'}
        onClose={() => onAsk(null)}
        onMove={label => leave(of => deeds.move(of, label))}
      />
      <SplitDialog
        classes={classes}
        count={count}
        isOpen={asked === 'split'}
        onClose={() => onAsk(null)}
        onSplit={label => leave(of => deeds.move(of, label))}
      />
      <SideDialog
        {...{ datasetId, selection, count }}
        isOpen={asked === 'side'}
        onClose={() => onAsk(null)}
      />
    </section>
  )
}
