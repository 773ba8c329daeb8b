import type { Act } from '@gleaner/shared/acts'
import type { ReviewMark, Selection } from '@gleaner/shared/gallery'
import { useActs } from '../api/use-app.ts'
import { useToast } from '../parts/toasts.tsx'

/** What can be done to pictures: at once on screen, told when it is saved, with the way back. */
export function useDeeds(datasetId: string) {
  const { perform } = useActs(datasetId)
  const toast = useToast()
  const run = async (act: Act) => {
    const summary = await perform({ kind: 'act', act })
    // One that goes on has its own line on the page; one that was refused was told.
    if (!summary || summary.state === 'running') return
    if (summary.done === 0) {
      toast('Nothing of it was left to be done.')
      return
    }
    const undo = () => void perform({ kind: 'undo', actId: summary.id })
    toast(summary.title, 'good', { label: 'Undo', run: undo })
  }
  return {
    mark: (of: Selection, mark: ReviewMark) => void run({ kind: 'mark', mark, of }),
    move: (of: Selection, label: string) => void run({ kind: 'move', label, of }),
    trash: (of: Selection) => void run({ kind: 'trash', of }),
    restore: (of: Selection) => void run({ kind: 'restore', of }),
  }
}
export type Deeds = ReturnType<typeof useDeeds>
