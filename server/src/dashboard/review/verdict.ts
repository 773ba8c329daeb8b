/** What a review says of pictures, and the acts that say it to the server. */
import type { Act } from '@gleaner/shared/acts'
import type { GalleryImage, ReviewMark } from '@gleaner/shared/gallery'

export type Verdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'move'; readonly label: string }

/** A picture and what was said of it. */
export interface Judged {
  readonly image: GalleryImage
  readonly verdict: Verdict
}

const markOf = { keep: 'kept', unsure: 'unsure' } as const satisfies Partial<
  Record<Verdict['kind'], ReviewMark>
>

/** What is the same for pictures that can go in one act. */
const nameOf = (verdict: Verdict): string =>
  verdict.kind === 'move' ? `move ${verdict.label}` : verdict.kind

function actOf(verdict: Verdict, imageIds: string[]): Act {
  const of = { imageIds }
  if (verdict.kind === 'move') return { kind: 'move', label: verdict.label, of }
  if (verdict.kind === 'remove') return { kind: 'trash', of }
  return { kind: 'mark', mark: markOf[verdict.kind], of }
}

/** One act for all pictures of the same verdict, and which pictures each is about. */
export function actsFor(judged: readonly Judged[]): readonly { act: Act; imageIds: readonly string[] }[] {
  const byName = Map.groupBy(judged, ({ verdict }) => nameOf(verdict))
  return [...byName.values()].flatMap(group => {
    const [first] = group
    const imageIds = group.map(({ image }) => image.id)
    return first ? [{ act: actOf(first.verdict, imageIds), imageIds }] : []
  })
}

/** Whether a list of pictures with `mark` still holds a picture after this was said of it. */
export const isListedAfter = (mark: ReviewMark, { kind }: Verdict): boolean =>
  (kind === 'keep' || kind === 'unsure') && markOf[kind] === mark

export type MarkCounts = Readonly<Record<ReviewMark, number>>

/** How a verdict changes the counts of a class. */
export function changeOf({ image, verdict }: Judged): MarkCounts {
  const change = { none: 0, kept: 0, unsure: 0 }
  change[image.mark] -= 1
  if (verdict.kind === 'keep' || verdict.kind === 'unsure') change[markOf[verdict.kind]] += 1
  return change
}
