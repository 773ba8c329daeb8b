/** Lines of a file of any size. */

/** Longer ones are no line of any format we read. */
const mostBytes = 4 * 1024 * 1024

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without its end; `null` where it is too long to be read. */
  readonly text: string | null
}

/** Lines that hold something, their ends be LF or CRLF, a byte order mark left out. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8')
  let rest: Uint8Array[] = []
  let restBytes = 0
  let number = 0
  const take = (last: Uint8Array): Line => {
    number += 1
    const isTooLong = restBytes + last.length > mostBytes
    const text = isTooLong ? null : decoder.decode(Buffer.concat([...rest, last])).replace(/\r$/, '')
    rest = []
    restBytes = 0
    return { number, text }
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      const line = take(chunk.subarray(from, end))
      if (line.text !== '') yield line
      from = end + 1
    }
    restBytes += chunk.length - from
    // Of a line that is too long nothing is kept.
    if (restBytes <= mostBytes) rest.push(chunk.subarray(from))
    else rest = []
  }
  if (restBytes === 0) return
  const line = take(new Uint8Array())
  if (line.text !== '') yield line
}
