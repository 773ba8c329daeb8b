/** Figures and names as a person reads them in a terminal or on a page. */
import type { LikenessKind } from '../../look/likeness.ts'
import type { ReportMatch, ReportMember } from './report.ts'

/** Names of files come from strangers: what would move the cursor, hide or reorder text is shown as its number. */
export const printable = (text: string) =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    character => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )

export const count = (value: number, one: string, many = `${one}s`) =>
  `${value.toLocaleString('en')} ${value === 1 ? one : many}`

export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  const [value, unit] =
    bytes < 1_000_000 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

export const facts = ({ widthPx, heightPx, format, sizeBytes }: Omit<ReportMember, 'path'>) =>
  `${widthPx} × ${heightPx} ${format.toUpperCase()}, ${size(sizeBytes)}`

export const kindWords: Readonly<Record<LikenessKind, string>> = {
  same: 'same picture',
  edited: 'edited',
  crop: 'one is cropped',
  border: 'one has a border',
  caption: 'one has a caption',
  mirror: 'mirrored',
  turn: 'turned',
  burst: 'another shot',
}

export function matchWords({ level, kind, distanceBits, difference }: ReportMatch): string {
  if (level === 'bytes') return 'same bytes'
  if (level === 'pixels') return 'same pixels'
  return `${kindWords[kind]}, ${distanceBits} bits, ${(difference * 100).toFixed(1)} % apart`
}
