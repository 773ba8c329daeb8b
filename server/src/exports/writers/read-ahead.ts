/** Reads several things at a time and gives them in their order: the disk and the decoder need not wait for each other. */

export interface ReadAhead<In, Out> {
  readonly read: (item: In) => Promise<Out>
  /** What is held in memory for an item, in bytes. */
  readonly sizeOf: (item: In) => number
}

const mostItems = 64
const mostBytes = 8 << 20

/** At most 64 are under way, or 8 MiB of them; one at least. @throws whatever a read does, when its turn comes */
export async function* readAhead<In, Out>(
  items: AsyncIterable<In>,
  { read, sizeOf }: ReadAhead<In, Out>,
): AsyncGenerator<{ readonly item: In; readonly content: Out }> {
  const under: { readonly item: In; readonly content: Promise<Out>; readonly sizeBytes: number }[] = []
  const source = items[Symbol.asyncIterator]()
  let bytes = 0
  let isOver = false
  try {
    while (true) {
      while (!isOver && under.length < mostItems && (bytes < mostBytes || under.length === 0)) {
        const next = await source.next()
        isOver = next.done === true
        if (next.done === true) break
        const content = read(next.value)
        // It is awaited later; until then nobody listens.
        content.catch(() => undefined)
        const sizeBytes = sizeOf(next.value)
        under.push({ item: next.value, content, sizeBytes })
        bytes += sizeBytes
      }
      const first = under.shift()
      if (!first) return
      bytes -= first.sizeBytes
      yield { item: first.item, content: await first.content }
    }
  } finally {
    await source.return?.()
  }
}
