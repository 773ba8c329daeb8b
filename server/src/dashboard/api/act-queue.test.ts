import type { Act, ActSummary } from '@gleaner/shared/acts'
import { AppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { createActQueue, type Deed } from './act-queue.ts'

const trash = (imageId: string): Act => ({ kind: 'trash', of: { imageIds: [imageId] } })
const act = (imageId: string): Deed => ({ kind: 'act', act: trash(imageId) })
const summary = (id: number, state: ActSummary['state'] = 'done'): ActSummary => ({
  ...{ id, kind: 'trash', state, title: '', by: 'dashboard', atMs: 0, total: 1, done: 1, skipped: 0 },
  code: null,
})

/** A server whose answers are given by hand. */
function rig() {
  const asked: { deed: Deed; key: string; answer: (how: ActSummary | Error) => void }[] = []
  const refreshes: (() => void)[] = []
  const later: (() => void)[] = []
  const refused: unknown[] = []
  const ended: [id: number, state: string][] = []
  const listed: ActSummary[] = []
  let keys = 0
  const queue = createActQueue({
    send: (deed, key) =>
      new Promise((resolve, reject) => {
        const answer = (how: ActSummary | Error) => (how instanceof Error ? reject(how) : resolve(how))
        asked.push({ deed, key, answer })
      }),
    list: async () => listed,
    newKey: () => `key ${++keys}`,
    later: callBack => void later.push(callBack),
    refresh: () => new Promise<void>(resolve => void refreshes.push(resolve)),
    onRefused: error => void refused.push(error),
    onEnded: act => void ended.push([act.id, act.state]),
  })
  const calm = () => new Promise(resolve => setTimeout(resolve))
  const pending = () => queue.state().pending.map(({ key }) => key)
  return { queue, listed, asked, refreshes, later, refused, ended, calm, pending }
}

test('acts are on screen at once, and sent one after another', async () => {
  const { queue, asked, calm, pending } = rig()
  void queue.perform(act('a'))
  void queue.perform(act('b'))
  expect(pending()).toEqual(['key 1', 'key 2'])
  expect(queue.state().saving).toBe(2)
  await calm()
  expect(asked.map(({ key }) => key)).toEqual(['key 1'])
  asked[0]?.answer(summary(1))
  await calm()
  expect(asked.map(({ key }) => key)).toEqual(['key 1', 'key 2'])
  expect(queue.state().saving).toBe(1)
})

test('an act is laid over lists until they have been read after its answer', async () => {
  const { queue, asked, refreshes, calm, pending } = rig()
  const done = queue.perform(act('a'))
  await calm()
  asked[0]?.answer(summary(1))
  expect(await done).toMatchObject({ id: 1 })
  await calm()
  expect(pending()).toEqual(['key 1'])
  refreshes[0]?.()
  await calm()
  expect(pending()).toEqual([])
})

test('acts that are answered while lists are read wait for the next reading, all for the same', async () => {
  const { queue, asked, refreshes, calm, pending } = rig()
  for (const name of ['a', 'b', 'c']) void queue.perform(act(name))
  for (const place of [0, 1, 2]) {
    await calm()
    asked[place]?.answer(summary(place + 1))
  }
  await calm()
  expect(refreshes).toHaveLength(1)
  refreshes[0]?.()
  await calm()
  expect(pending()).toEqual(['key 2', 'key 3'])
  expect(refreshes).toHaveLength(2)
  refreshes[1]?.()
  await calm()
  expect(pending()).toEqual([])
  expect(refreshes).toHaveLength(2)
})

test('while the server is away the same key is tried again, and nothing overtakes it', async () => {
  const { queue, asked, later, refused, calm } = rig()
  void queue.perform(act('a'))
  void queue.perform(act('b'))
  await calm()
  asked[0]?.answer(new AppError('SERVER_NOT_RUNNING'))
  await calm()
  expect(queue.state()).toMatchObject({ isHeldUp: true, saving: 2 })
  later[0]?.()
  await calm()
  expect(asked.map(({ key }) => key)).toEqual(['key 1', 'key 1'])
  asked[1]?.answer(summary(1))
  await calm()
  expect(queue.state()).toMatchObject({ isHeldUp: false, saving: 1 })
  expect(asked.at(-1)?.key).toBe('key 2')
  expect(refused).toEqual([])
})

test('what is refused leaves the screen, is told, and does not stop what follows', async () => {
  const { queue, asked, refused, refreshes, calm, pending } = rig()
  const first = queue.perform(act('a'))
  void queue.perform(act('b'))
  await calm()
  asked[0]?.answer(new AppError('PROTOCOL_NOT_FOUND'))
  expect(await first).toBeUndefined()
  expect(refused).toHaveLength(1)
  expect(pending()).toEqual(['key 2'])
  await calm()
  expect(refreshes).toHaveLength(1)
  expect(asked.at(-1)?.key).toBe('key 2')
})

test('an act that goes on stays on screen until news say that it ended', async () => {
  const { queue, asked, refreshes, calm, pending } = rig()
  void queue.perform(act('a'))
  await calm()
  asked[0]?.answer({ ...summary(7, 'running'), total: 900, done: 0 })
  await calm()
  expect(queue.state().running).toMatchObject([{ id: 7, done: 0 }])
  queue.hear({ ...summary(7, 'running'), total: 900, done: 400 })
  expect(queue.state().running).toMatchObject([{ done: 400 }])
  expect(refreshes).toEqual([])
  queue.hear(summary(7))
  expect(queue.state().running).toEqual([])
  expect(pending()).toEqual(['key 1'])
  refreshes[0]?.()
  await calm()
  expect(pending()).toEqual([])
})

test('news that overtake the answer are the later word', async () => {
  const { queue, asked, calm } = rig()
  void queue.perform(act('a'))
  await calm()
  queue.hear(summary(7))
  asked[0]?.answer(summary(7, 'running'))
  await calm()
  expect(queue.state().running).toEqual([])
})

test('an act taken back at once leaves the screen before the server knows of either', async () => {
  const { queue, asked, calm, pending } = rig()
  void queue.perform(act('a'))
  void queue.perform(act('b'))
  void queue.perform({ kind: 'undo' })
  expect(pending()).toEqual(['key 1', 'key 3'])
  for (const place of [0, 1, 2]) {
    await calm()
    asked[place]?.answer(summary(place + 1))
  }
  await calm()
  expect(asked.map(({ deed }) => deed.kind)).toEqual(['act', 'act', 'undo'])
})

test('what began elsewhere or ended unheard is learnt when the page catches up', async () => {
  const { queue, listed } = rig()
  listed.push(summary(9, 'running'), summary(8))
  await queue.catchUp()
  expect(queue.state().running.map(({ id }) => id)).toEqual([9])
  listed[0] = summary(9)
  await queue.catchUp()
  expect(queue.state().running).toEqual([])
})

test('an act can be taken back before it was answered, and then that one and no other is', async () => {
  const { queue, asked, calm, pending } = rig()
  const first = queue.perform(act('a'))
  void queue.perform(act('b'))
  void queue.perform({ kind: 'undo', of: first })
  expect(pending()).toEqual(['key 2', 'key 3'])
  for (const place of [0, 1]) {
    await calm()
    asked[place]?.answer(summary(place + 5))
  }
  await calm()
  expect(asked[2]?.deed).toEqual({ kind: 'undo', actId: 5 })
})

test('nothing is sent to take back what was refused', async () => {
  const { queue, asked, calm } = rig()
  const first = queue.perform(act('a'))
  const back = queue.perform({ kind: 'undo', of: first })
  await calm()
  asked[0]?.answer(new AppError('PROTOCOL_NOT_FOUND'))
  expect(await back).toBeUndefined()
  await calm()
  expect(asked).toHaveLength(1)
  expect(queue.state()).toMatchObject({ saving: 0, pending: [] })
})

test('whoever asked for an act that goes on is told of its end, once, also when news overtake the answer', async () => {
  const { queue, asked, ended, calm } = rig()
  for (const name of ['a', 'b', 'c']) void queue.perform(act(name))
  await calm()
  asked[0]?.answer(summary(1))
  await calm()
  expect(ended, 'one that is done when it is answered').toEqual([])
  asked[1]?.answer(summary(2, 'running'))
  await calm()
  queue.hear(summary(3))
  asked[2]?.answer(summary(3, 'running'))
  await calm()
  expect(ended).toEqual([[3, 'done']])
  queue.hear(summary(2, 'running'))
  queue.hear(summary(2, 'cancelled'))
  queue.hear(summary(2, 'cancelled'))
  expect(ended).toEqual([
    [3, 'done'],
    [2, 'cancelled'],
  ])
})

test('of what another window does nothing is told, of what was found under way its end', async () => {
  const { queue, listed, ended, calm } = rig()
  queue.hear(summary(1, 'running'))
  queue.hear(summary(1))
  listed.push(summary(2, 'running'))
  await queue.catchUp()
  await calm()
  queue.hear(summary(2))
  queue.follow(summary(3, 'running'))
  queue.hear(summary(3))
  expect(ended).toEqual([
    [2, 'done'],
    [3, 'done'],
  ])
})
