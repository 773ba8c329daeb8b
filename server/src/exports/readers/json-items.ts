/**
 * Reads a JSON file of any size item by item: each member of the object at its top, and of members that are lists each of
 * their items. Only the items are held in memory.
 */

export interface JsonItem {
  /** Of the member it is, or is in; empty where a list is at the top. */
  readonly key: string
  readonly value: unknown
}

const mostItemBytes = 16 * 1024 * 1024

const quote = 0x22
const backslash = 0x5c
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]
const [comma, colon] = [0x2c, 0x3a]
const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
/** Of a byte order mark. */
const isMark = (byte: number) => byte === 0xef || byte === 0xbb || byte === 0xbf

/** @throws SyntaxError when it is no JSON, is cut short, or an item is larger than 16 MiB */
export async function* jsonItems(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JsonItem> {
  const splitter = createSplitter()
  for await (const chunk of chunks) yield* splitter.push(chunk)
  splitter.end()
}

function createSplitter() {
  /** Brackets that are open around where we are. */
  let depth = 0
  /** Brackets around items: those of the top, and of a list in a member. */
  let base = 1
  let isInString = false
  let isEscaped = false
  let isTopList = false
  let isKeyNext = false
  let isDone = false
  let key = ''
  /** Where the item that is being read begins in this chunk; less than 0 when none is. */
  let start = -1
  let parts: Uint8Array[] = []
  let partBytes = 0

  function close(chunk: Uint8Array, end: number): JsonItem | undefined {
    const text = Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8')
    start = -1
    parts = []
    partBytes = 0
    const value: unknown = JSON.parse(text)
    if (!isKeyNext) return { key, value }
    if (typeof value !== 'string') throw new SyntaxError('a name was expected')
    key = value
    isKeyNext = false
    return undefined
  }

  function open(byte: number, at: number): void {
    if (depth === 0) {
      if (isDone) throw new SyntaxError('there is more after the end')
      isTopList = byte === openList
      isKeyNext = byte === openObject
    } else if (start < 0 && depth === 1 && !isTopList && byte === openList) base = 2
    else if (start < 0) start = at
    depth += 1
  }

  function shut(chunk: Uint8Array, at: number): JsonItem | undefined {
    // A number or word ends where what it is in ends.
    let item = start >= 0 && depth === base ? close(chunk, at) : undefined
    depth -= 1
    if (depth < 0) throw new SyntaxError('a bracket too many')
    if (start >= 0 && depth === base) item = close(chunk, at + 1)
    else if (base === 2 && depth === 1) base = 1
    if (depth === 0) isDone = true
    return item
  }

  function read(chunk: Uint8Array, at: number): JsonItem | undefined {
    const byte = chunk[at] ?? 0
    if (byte === openObject || byte === openList) open(byte, at)
    else if (byte === closeObject || byte === closeList) return shut(chunk, at)
    else if (byte === comma || byte === colon) {
      const item = start >= 0 && depth === base ? close(chunk, at) : undefined
      if (byte === comma && depth === 1 && !isTopList) isKeyNext = true
      return item
    } else if (!isSpace(byte) && !(depth === 0 && !isDone && isMark(byte))) {
      if (depth === 0) throw new SyntaxError('no object and no list')
      if (start < 0) start = at
      isInString = byte === quote
    }
    return undefined
  }

  return {
    push: function* (chunk: Uint8Array): Generator<JsonItem> {
      if (start >= 0) start = 0
      for (let at = 0; at < chunk.length; at++) {
        if (isInString) {
          const byte = chunk[at]
          if (isEscaped) isEscaped = false
          else if (byte === backslash) isEscaped = true
          else if (byte === quote) isInString = false
          continue
        }
        const item = read(chunk, at)
        if (item) yield item
      }
      if (start < 0) return
      parts.push(chunk.subarray(start))
      partBytes += chunk.length - start
      if (partBytes > mostItemBytes) throw new SyntaxError('an item is too large')
    },
    end: () => {
      if (!isDone || isInString) throw new SyntaxError('the file is cut short')
    },
  }
}
