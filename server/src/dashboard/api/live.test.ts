import { expect, test } from 'vitest'
import type { Hearer } from './event-stream.ts'
import { createLive } from './live.ts'

function stage() {
  const streams: { readonly hearer: Hearer; readonly end: () => void; readonly fail: () => void }[] = []
  const waiting: (() => void)[] = []
  const changed: string[] = []
  const acts: [string, number][] = []
  const exported: [string, number][] = []
  const seen = { returns: 0, overviews: 0 }
  const live = createLive({
    follow: hearer =>
      new Promise((resolve, reject) => {
        streams.push({ hearer, end: resolve, fail: () => reject(new TypeError('network error')) })
      }),
    later: callBack => void waiting.push(callBack),
    onOverview: () => void seen.overviews++,
    onReturn: () => void seen.returns++,
    onChanged: id => void changed.push(id),
    onAct: (datasetId, act) => void acts.push([datasetId, act.id]),
    onExport: (datasetId, { id }) => void exported.push([datasetId, id]),
  })
  live.start()
  const say = (data: unknown) => streams.at(-1)?.hearer.onData(JSON.stringify(data))
  const open = () => streams.at(-1)?.hearer.onOpen()
  /** Until the page has noticed that the stream is over. */
  const settled = () => new Promise<void>(resolve => void live.subscribe(resolve))
  return { live, say, open, settled, streams, waiting, changed, acts, exported, seen }
}

test('many changes of one dataset are passed on as a first and a last', () => {
  const { say, waiting, changed } = stage()
  for (let n = 0; n < 5; n++) say({ type: 'changed', datasetId: 'cats' })
  say({ type: 'changed', datasetId: 'dogs' })
  expect(changed).toEqual(['cats', 'dogs'])
  waiting[0]?.()
  expect(changed).toEqual(['cats', 'dogs', 'cats'])
  waiting[1]?.()
  waiting[2]?.()
  expect(changed).toEqual(['cats', 'dogs', 'cats'])
})

test.each(['end', 'fail'] as const)('a stream that is over (%s) is opened anew, after a pause', async how => {
  const { live, open, settled, streams, waiting, seen } = stage()
  open()
  expect([live.status(), seen.returns]).toEqual(['live', 0])
  const noticed = settled()
  streams[0]?.[how]()
  await noticed
  expect([live.status(), streams.length, waiting.length]).toEqual(['lost', 1, 1])
  waiting[0]?.()
  expect([live.status(), streams.length]).toEqual(['lost', 2])
  open()
  expect([live.status(), seen.returns]).toEqual(['live', 1])
})

test('a stream that never opened is tried again too', async () => {
  const { live, settled, streams, waiting } = stage()
  const noticed = settled()
  streams[0]?.fail()
  await noticed
  waiting[0]?.()
  expect([live.status(), streams.length]).toEqual(['lost', 2])
})

test('what is not an event of ours is left alone', () => {
  const { live, say, streams, seen } = stage()
  streams[0]?.hearer.onData('{ nonsense')
  say('nonsense')
  say({ type: 'later-version' })
  say({ type: 'overview', overview: {} })
  expect([live.status(), seen.overviews]).toEqual(['connecting', 1])
})

test('news of an act are passed on as they come', () => {
  const { say, acts } = stage()
  for (const id of [4, 4, 5]) say({ type: 'act', datasetId: 'cats', act: { id } })
  expect(acts).toEqual([
    ['cats', 4],
    ['cats', 4],
    ['cats', 5],
  ])
})

test('every step of an export is passed on', () => {
  const { say, exported } = stage()
  for (const id of [1, 2]) say({ type: 'export', datasetId: 'cats', export: { id } })
  expect(exported).toEqual([
    ['cats', 1],
    ['cats', 2],
  ])
})
