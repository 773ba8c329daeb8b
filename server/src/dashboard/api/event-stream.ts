/** Server-sent events read with `fetch`: unlike an EventSource it can carry the header that every request needs. */

export interface Hearer {
  /** The stream is there. */
  readonly onOpen: () => void
  /** One event: the text after `data:`. The server writes every event as a single line of JSON. */
  readonly onData: (text: string) => void
}

const linePattern = /^data: ?(.*?)\r?$/

/** @returns when the server ends the stream; rejects when the connection is cut */
export async function readEvents({ body }: Response, { onOpen, onData }: Hearer): Promise<void> {
  if (!body) return
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    onOpen()
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + decoder.decode(read.value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const text = linePattern.exec(line)?.[1]
        if (text !== undefined) onData(text)
      }
    }
  } finally {
    // A hearer that fails must not leave the connection behind; one that was cut has nothing to cancel.
    reader.cancel().catch(() => undefined)
  }
}
