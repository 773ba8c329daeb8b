import { type DoneAct, duplicateActs } from '@gleaner/shared/duplicates'
import { AppError } from '@gleaner/shared/errors'
import { beforeEach, expect, test } from 'vitest'
import { createDecisions, type Item, nameOf } from './decisions.ts'

const item = (id: number): Item => ({ view: 'copies', id })
const act = (id: number): DoneAct => ({ id, act: duplicateActs[0], removed: 1, atMs: 0 })

/** A server that answers when it is told to, in any way. */
function openAnswers() {
  const waiting: { what: string; give: (answer: DoneAct | Error) => void }[] = []
  return {
    ask: (what: string) =>
      new Promise<DoneAct>((resolve, reject) => {
        const give = (answer: DoneAct | Error) => (answer instanceof Error ? reject(answer) : resolve(answer))
        waiting.push({ what, give })
      }),
    asked: () => waiting.map(({ what }) => what),
    async answer(answer: DoneAct | Error) {
      waiting.shift()?.give(answer)
      await settle()
    },
  }
}
/** Lets everything that waits for nothing but its turn happen. */
const settle = () => new Promise(resolve => setTimeout(resolve))

let server: ReturnType<typeof openAnswers>
let back: Item[]
let troubles: unknown[]
let refreshed: number
let decisions: ReturnType<typeof createDecisions>
beforeEach(() => {
  server = openAnswers()
  back = []
  troubles = []
  refreshed = 0
  decisions = createDecisions({
    undoAct: id => server.ask(`undo ${id}`),
    refresh: async () => {
      refreshed += 1
    },
    onBack: one => back.push(one),
    onTrouble: error => troubles.push(error),
  })
})
const decide = (id: number) => decisions.decide(item(id), () => server.ask(`decide ${id}`))

test('what is decided is gone at once, and stands in the list’s own words once it was read anew', async () => {
  decide(1)
  expect(decisions.state()).toMatchObject({ gone: new Set([nameOf(item(1))]), made: 1, saving: 1 })
  await settle()
  await server.answer(act(7))
  expect(decisions.state()).toMatchObject({ gone: new Set(), made: 1, saving: 0 })
  expect(refreshed).toBe(1)
})

test('decisions are sent one after another, in order', async () => {
  decide(1)
  decide(2)
  await settle()
  expect(server.asked()).toEqual(['decide 1'])
  await server.answer(act(1))
  expect(server.asked()).toEqual(['decide 2'])
})

test('what the server refuses comes back and counts no more', async () => {
  decide(1)
  await settle()
  await server.answer(new AppError('DUPLICATES_CHANGED'))
  expect(decisions.state()).toMatchObject({ gone: new Set(), made: 0, saving: 0 })
  expect(back).toEqual([item(1)])
  expect(troubles).toHaveLength(1)
})

test('the last one is taken back first, also while it is still being saved', async () => {
  decide(1)
  decide(2)
  decisions.undo(undefined)
  decisions.undo(undefined)
  await settle()
  await server.answer(act(11))
  await server.answer(act(12))
  expect(server.asked()).toEqual(['undo 12'])
  await server.answer(act(12))
  expect(server.asked()).toEqual(['undo 11'])
  await server.answer(act(11))
  expect(back).toEqual([item(2), item(1)])
  expect(decisions.state()).toMatchObject({ gone: new Set(), made: 0, saving: 0, takenBack: act(11) })
})

test('where nothing was decided here, the last act of the dataset is taken back', async () => {
  decisions.undo(5)
  await settle()
  expect(server.asked()).toEqual(['undo 5'])
  await server.answer(act(5))
  expect(back).toEqual([])
  expect(decisions.state().takenBack).toEqual(act(5))
})

test('nothing to take back asks for nothing', async () => {
  decisions.undo(undefined)
  await settle()
  expect(server.asked()).toEqual([])
})

test('an undo that was not heard can be tried again; one that is too late cannot', async () => {
  decide(1)
  await settle()
  await server.answer(act(3))
  decisions.undo(undefined)
  await settle()
  await server.answer(new AppError('SERVER_NOT_RUNNING'))
  expect(decisions.state().made).toBe(1)
  decisions.undo(undefined)
  await settle()
  expect(server.asked()).toEqual(['undo 3'])
  await server.answer(new AppError('DUPLICATES_NOT_UNDONE'))
  expect(decisions.state().made).toBe(0)
  expect(back).toEqual([])
})

test('what was taken back is said until something else is decided', async () => {
  decisions.undo(5)
  await settle()
  await server.answer(act(5))
  decide(1)
  expect(decisions.state().takenBack).toBeUndefined()
})
