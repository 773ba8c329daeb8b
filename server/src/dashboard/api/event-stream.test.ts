import { expect, test } from 'vitest'
import { readEvents } from './event-stream.ts'

/** An answer whose body comes in these pieces, then ends or is cut. */
function streamed(pieces: readonly Uint8Array[], isCut = false) {
  const state = { isCancelled: false }
  const waiting = [...pieces]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = waiting.shift()
      if (piece) controller.enqueue(piece)
      else if (isCut) controller.error(new TypeError('network error'))
      else controller.close()
    },
    cancel() {
      state.isCancelled = true
    },
  })
  return { response: new Response(body), state }
}

function hearer() {
  const heard: string[] = []
  return { heard, onOpen: () => void heard.push('open'), onData: (text: string) => void heard.push(text) }
}

const bytes = new TextEncoder().encode(': still here\n\ndata: {"a":"é😀"}\n\nevent: x\ndata:{"b":2}\r\n\r\n')

test('events come out whole, wherever the stream is divided', async () => {
  for (let at = 0; at <= bytes.length; at++) {
    const hears = hearer()
    await readEvents(streamed([bytes.slice(0, at), bytes.slice(at)]).response, hears)
    expect([at, ...hears.heard]).toEqual([at, 'open', '{"a":"é😀"}', '{"b":2}'])
  }
})

test('an event that was cut is not passed on, and the cut is told', async () => {
  const hears = hearer()
  const { response } = streamed([new TextEncoder().encode('data: 1\n\ndata: 2')], true)
  await expect(readEvents(response, hears)).rejects.toThrow('network error')
  expect(hears.heard).toEqual(['open', '1'])
})

test('a hearer that fails leaves no connection behind', async () => {
  const { response, state } = streamed([bytes, bytes, bytes, bytes])
  const onData = () => {
    throw new Error('the hearer failed')
  }
  await expect(readEvents(response, { onOpen: () => undefined, onData })).rejects.toThrow('the hearer failed')
  expect(state.isCancelled).toBe(true)
})
