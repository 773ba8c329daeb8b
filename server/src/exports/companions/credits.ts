/** `CREDITS.csv`: where each picture comes from and what was claimed about its terms. */
import type { ExportPicture, ExportSet } from '../exporter.ts'
import { csvLines } from '../writers/csv.ts'
import { dayOf, hostOf } from './words.ts'

export const creditColumns = [
  ...['id', 'label', 'class', 'split', 'width', 'height', 'sha256'],
  ...['page_url', 'source_url', 'host', 'title', 'creator', 'attribution'],
  ...['license', 'license_url', 'license_seen', 'rights_in_file', 'stored_on'],
] as const

export const creditLines = (set: ExportSet): AsyncIterable<string> =>
  csvLines(creditColumns, set.pictures(), creditsOf)

function creditsOf({ id, class: ofClass, split, width, height, digest, from }: ExportPicture) {
  const { license, rights, landingUrl, sourceUrl, title, storedAtMs } = from
  const said = Object.entries(rights).map(([name, value]) => `${name}: ${value}`)
  return [
    ...[id, ofClass.label, ofClass.name, split, width, height, digest],
    ...[
      landingUrl,
      sourceUrl,
      hostOf(sourceUrl ?? landingUrl),
      title,
      license?.creator,
      license?.attribution,
    ],
    ...[license?.name, license?.url, license?.basis, said.join('; '), dayOf(storedAtMs)],
  ]
}
