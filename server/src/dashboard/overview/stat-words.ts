import type { LicenseFamily } from '@gleaner/shared/gallery'
import type { DiskUse } from '@gleaner/shared/stats'
import type { Share } from '../plots/share-list.tsx'
import { formatCount } from '../text/format.ts'

export const licenseWords: Readonly<Record<LicenseFamily, string>> = {
  'public-domain': 'Public domain',
  'cc-by': 'CC BY',
  'cc-by-sa': 'CC BY-SA',
  'cc-by-nc': 'CC BY-NC',
  'cc-by-nd': 'CC BY-ND',
  other: 'Another claim',
  none: 'No claim',
}

const origins: Readonly<Record<string, string>> = {
  original: 'As the original',
  upgraded: 'Replaced a smaller copy',
  thumbnail: 'As a thumbnail only',
}
export const originWords = (value: string, label: string): string => origins[value] ?? label

/** `7.5`, `24`: how many times one thing holds another. */
export const ratioWords = (ratio: number): string =>
  ratio >= 10 ? formatCount(Math.round(ratio)) : `${Math.round(ratio * 10) / 10}`

/** @param log - binary logarithm of pixels */
export const pixelWords = (log: number): string => `${formatCount(Math.round(2 ** log))} px`

/** What takes room on the disk, the greatest part first; parts that take none are left out. */
export function diskShares(disk: DiskUse): readonly Share[] {
  const parts: readonly (readonly [id: string, label: string, count: number])[] = [
    ['images', 'Class folders', disk.imagesBytes],
    ['originals', 'Originals', disk.originalsBytes],
    ['trash', 'Trash', disk.trashBytes],
    ['index', 'Index', disk.indexBytes],
    ['cache', 'Small copies', disk.cacheBytes],
  ]
  return parts
    .filter(([, , count]) => count > 0)
    .toSorted(([, , a], [, , b]) => b - a)
    .map(([id, label, count]) => ({ id, label, count }))
}
