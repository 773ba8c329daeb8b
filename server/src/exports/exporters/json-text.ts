/** JSON that is written piece by piece, so that a set of any size takes no room. */

const enoughChars = 64 * 1024

/** Joins small pieces, so that a file is written in few calls. */
export async function* inChunks(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let gathered = ''
  for await (const piece of pieces) {
    gathered += piece
    if (gathered.length < enoughChars) continue
    yield gathered
    gathered = ''
  }
  if (gathered !== '') yield gathered
}

/** A JSON list with a line for each item, without its brackets. */
export async function* listItems(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let lead = '\n'
  for await (const value of values) {
    yield lead + JSON.stringify(value)
    lead = ',\n'
  }
}

/** To a thousandth of a pixel: finer than any box is drawn, and the same on every machine. */
export const thousandth = (value: number): number => Math.round(value * 1000) / 1000
