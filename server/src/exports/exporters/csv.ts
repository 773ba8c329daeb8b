/** Pictures in class folders, and a table that says everything about each: for scripts and spreadsheets. */
import { Type } from 'typebox'
import { defineExporter, type ExportPicture, onlyClasses } from '../exporter.ts'
import { readCsvManifest } from '../readers/csv-manifest.ts'
import { csvLines } from '../writers/csv.ts'
import { pathInClassFolders, placeInClassFolders } from './picture-folders.ts'

const columns = [
  ...['filename', 'label', 'class', 'split', 'fold', 'trial', 'width', 'height', 'sha256', 'original_sha256'],
  ...['source_url', 'page_url', 'title', 'engine', 'query'],
  ...['license', 'license_url', 'creator', 'attribution', 'license_basis', 'is_thumbnail', 'stored_at'],
] as const

const options = Type.Object(
  {
    hasByteOrderMark: Type.Boolean({
      title: 'Begin with a byte order mark',
      description: 'Excel takes the file for another encoding without it; scripts may stumble over it.',
      default: false,
    }),
  },
  { additionalProperties: false },
)

export const csv = defineExporter({
  format: 'csv',
  title: 'CSV table',
  readBy: 'pandas, spreadsheets, scripts',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: onlyClasses,
  preflight: () => [],
  write: async (set, sink, { hasByteOrderMark }) => {
    await placeInClassFolders(set, sink)
    const lines = csvLines(columns, set.pictures(), rowOf)
    await sink.stream('manifest.csv', hasByteOrderMark ? marked(lines) : lines)
  },
  read: readCsvManifest,
})

async function* marked(lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield '\ufeff'
  yield* lines
}

function rowOf(picture: ExportPicture) {
  const { class: ofClass, split, fold, trial, width, height, digest, from } = picture
  const { license, original } = from
  return [
    ...[pathInClassFolders(picture), ofClass.label, ofClass.name, split, fold, trial, width, height],
    ...[digest, original.digest, from.sourceUrl, from.landingUrl, from.title, from.engine, from.query],
    ...[license?.name, license?.url, license?.creator, license?.attribution, license?.basis],
    ...[from.isThumbnail, new Date(from.storedAtMs).toISOString()],
  ]
}
