/** What versions and their certificates say, in words. */
import type { LeakCertificate } from '@gleaner/shared/splits'
import type { VersionChange } from '@gleaner/shared/versions'
import { formatNoun } from '../text/format.ts'

export const changeWords: Readonly<Record<VersionChange, string>> = {
  added: 'Added',
  removed: 'Removed',
  relabelled: 'In another class',
  resplit: 'In another split',
  rerendered: 'Made anew',
  reboxed: 'Other boxes',
}

export interface CertificateWords {
  readonly tone: 'good' | 'warning'
  readonly say: string
  readonly more: string
}

/** Whether test pictures are unseen ones, as far as looks tell. */
export function certificateWords({ pairs, distanceBits, withEarlier }: LeakCertificate): CertificateWords {
  const across = `Compared up to ${distanceBits} of 256 bits, confirmed by their pixels.`
  const leaks = withEarlier.filter(({ trainInTest, testInTrain }) => trainInTest + testInTrain > 0)
  const earlier = leaks
    .map(({ name, trainInTest, testInTrain }) => {
      const parts = [
        trainInTest > 0 ? `${formatNoun(trainInTest, 'picture')} of its train are in test now` : '',
        testInTrain > 0 ? `${formatNoun(testInTrain, 'picture')} of its test are in train now` : '',
      ]
      return `Against “${name}”: ${parts.filter(part => part !== '').join(', ')}.`
    })
    .join(' ')
  const more = earlier === '' ? across : `${across} ${earlier}`
  return pairs === 0
    ? { tone: leaks.length === 0 ? 'good' : 'warning', say: 'No copies across splits', more }
    : { tone: 'warning', say: `${formatNoun(pairs, 'pair')} of copies across splits`, more }
}
