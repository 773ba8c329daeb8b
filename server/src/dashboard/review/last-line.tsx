import { formatNoun } from '../text/format.ts'
import type { Review } from './use-review.ts'
import { lastWords } from './words.ts'

/** What was done last, and whether it is saved. */
export function LastLine({ review }: { readonly review: Pick<Review, 'last' | 'saving' | 'isHeldUp'> }) {
  const { saving, isHeldUp } = review
  return (
    <p className="last-line small soft" role="status">
      <bdi>{lastWords(review.last)}</bdi>
      {isHeldUp ? (
        <b className="last-held"> · {formatNoun(saving, 'act')} wait until the server answers; go on.</b>
      ) : null}
    </p>
  )
}
