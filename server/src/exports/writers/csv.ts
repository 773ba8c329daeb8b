/** Tables for spreadsheets and scripts: UTF-8, RFC 4180, LF. */
import { stringify } from 'csv-stringify/sync'

type Cell = string | number | boolean | null | undefined

/**
 * What a spreadsheet would take for a formula, also behind quotes and spaces. Such cells get an apostrophe in front, and
 * whoever reads them takes one away again: what begins with an apostrophe before such a thing gets another one.
 */
const formula = /^[\s"']*[=+\-@\t\r]/

const guarded = (cell: Cell): string => {
  if (typeof cell === 'number') return String(cell)
  const text = cell === null || cell === undefined ? '' : String(cell)
  return formula.test(text) ? `'${text}` : text
}

/** @returns one line with its end */
export const csvLine = (cells: readonly Cell[]): string => stringify([cells.map(guarded)])

export async function* csvLines<Row>(
  head: readonly string[],
  rows: AsyncIterable<Row>,
  cells: (row: Row) => readonly Cell[],
): AsyncGenerator<string> {
  yield csvLine(head)
  for await (const row of rows) yield csvLine(cells(row))
}
