import { expect, test } from 'vitest'
import { createLive } from './live.ts'

function stage() {
  const handlers = new Map<string, (event: Event) => void>()
  const stream = {
    readyState: 1,
    close: () => undefined,
    addEventListener: (name: string, handler: unknown) =>
      void handlers.set(name, handler as (event: Event) => void),
  }
  const waiting: (() => void)[] = []
  const changed: string[] = []
  const seen = { opened: 0, returns: 0, overviews: 0 }
  const live = createLive({
    open: () => {
      seen.opened++
      return stream
    },
    later: callBack => void waiting.push(callBack),
    onOverview: () => void seen.overviews++,
    onReturn: () => void seen.returns++,
    onChanged: id => void changed.push(id),
  })
  live.start()
  const say = (name: string, data?: unknown) =>
    handlers.get(name)?.({ data: JSON.stringify(data) } as unknown as Event)
  return { live, say, stream, waiting, changed, seen }
}

test('many changes of one dataset are passed on as a first and a last', () => {
  const { say, waiting, changed } = stage()
  for (let n = 0; n < 5; n++) say('message', { type: 'changed', datasetId: 'cats' })
  say('changed', { type: 'changed', datasetId: 'dogs' })
  expect(changed).toEqual(['cats', 'dogs'])
  waiting[0]?.()
  expect(changed).toEqual(['cats', 'dogs', 'cats'])
  waiting[1]?.()
  waiting[2]?.()
  expect(changed).toEqual(['cats', 'dogs', 'cats'])
})

test('coming back after a loss is told once, the first opening is not', () => {
  const { live, say, seen } = stage()
  say('open')
  expect([live.status(), seen.returns]).toEqual(['live', 0])
  say('error')
  expect(live.status()).toBe('lost')
  say('open')
  expect([live.status(), seen.returns]).toEqual(['live', 1])
})

test('a stream that was refused is opened anew', () => {
  const { say, stream, waiting, seen } = stage()
  say('error')
  expect(waiting).toHaveLength(0)
  stream.readyState = 2
  say('error')
  waiting[0]?.()
  expect(seen.opened).toBe(2)
})

test('what is not an event of ours is left alone', () => {
  const { live, say, seen } = stage()
  say('message', 'nonsense')
  say('message', { type: 'later-version' })
  say('message', { type: 'overview', overview: {} })
  expect([live.status(), seen.overviews]).toEqual(['connecting', 1])
})
