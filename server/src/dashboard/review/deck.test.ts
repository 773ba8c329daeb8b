import type { Act, ActSummary } from '@gleaner/shared/acts'
import type { GalleryImage, ReviewMark } from '@gleaner/shared/gallery'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDeck } from './deck.ts'
import { isListedAfter, type Verdict } from './verdict.ts'

const settle = () => new Promise(resolve => setTimeout(resolve))
const keep: Verdict = { kind: 'keep' }
const remove: Verdict = { kind: 'remove' }

/** A server with one class: it answers when it is told to, in order, and lists pictures by their mark. */
function createServer(ids: readonly string[], { pageSize = 500, mark = 'none' as ReviewMark } = {}) {
  let marks = new Map<string, ReviewMark | 'gone'>(ids.map(id => [id, mark]))
  const log: { id: number; before: typeof marks; after: typeof marks }[] = []
  let nextId = 1
  const waiting: (() => void)[] = []
  const refusals = new Set<number>()
  let isDown = false
  const inTurn = <T>(work: () => T) => new Promise<T>(resolve => waiting.push(() => resolve(work())))
  const asSummary = (id: number) => ({ id }) as ActSummary

  const act = (what: Act) =>
    inTurn(() => {
      const id = nextId++
      if (refusals.has(id) || !('of' in what) || !('imageIds' in what.of)) return undefined
      const before = marks
      const now = what.kind === 'mark' ? what.mark : 'gone'
      marks = new Map([...marks, ...what.of.imageIds.map(imageId => [imageId, now] as const)])
      log.push({ id, before, after: marks })
      return asSummary(id)
    })
  const step = (of: Promise<ActSummary | undefined>, to: 'before' | 'after') =>
    inTurn(() => undefined).then(async () => {
      const summary = await of
      const entry = log.find(({ id }) => id === summary?.id)
      if (!entry || !summary) return undefined
      marks = entry[to]
      return summary
    })
  return {
    deeds: {
      act,
      undo: (of: Promise<ActSummary | undefined>) => step(of, 'before'),
      redo: (of: Promise<ActSummary | undefined>) => step(of, 'after'),
    },
    fetchPage: async (cursor: string | null) => {
      if (isDown) throw new Error('down')
      const after = ids.indexOf(cursor ?? '')
      const listed = ids.slice(after + 1).filter(id => marks.get(id) === mark)
      const page = listed.slice(0, pageSize)
      const images = page.map(id => ({ id, mark }) as GalleryImage)
      return { images, cursor: listed.length > pageSize ? (page.at(-1) ?? null) : null }
    },
    setDown: (is: boolean) => {
      isDown = is
    },
    refuse: (id: number) => refusals.add(id),
    /** Another window says so. */
    set: (id: string, to: ReviewMark | 'gone') => {
      marks = new Map([...marks, [id, to]])
    },
    marks: () => marks,
    async answer(count = 1) {
      for (let done = 0; done < count; done++) {
        waiting.shift()?.()
        await settle()
      }
    },
    async answerAll() {
      while (waiting.length > 0) await this.answer()
      await settle()
    },
  }
}

async function open(ids: readonly string[], options: Parameters<typeof createServer>[1] = {}) {
  const server = createServer(ids, options)
  const deck = createDeck({
    fetchPage: server.fetchPage,
    ...server.deeds,
    isListedAfter: verdict => isListedAfter(options.mark ?? 'none', verdict),
    onStep: () => undefined,
  })
  deck.refresh()
  await settle()
  const ahead = () => deck.state().ahead.map(({ id }) => id)
  const say = (verdict: Verdict) => {
    const [image] = deck.state().ahead
    if (image) deck.decide([{ image, verdict }])
  }
  return { server, deck, ahead, say }
}

test('the next picture is there at once, whatever the server does', async () => {
  const { server, ahead, say } = await open(['a', 'b', 'c'])
  say(keep)
  expect(ahead()).toEqual(['b', 'c'])
  say(remove)
  expect(ahead()).toEqual(['c'])
  await server.answerAll()
  expect([...server.marks().values()]).toEqual(['kept', 'gone', 'none'])
})

test('a list that was read before an act was saved does not bring its picture back', async () => {
  const { server, deck, ahead, say } = await open(['a', 'b', 'c'])
  say(keep)
  deck.refresh()
  await settle()
  expect(ahead()).toEqual(['b', 'c'])
  await server.answerAll()
  deck.refresh()
  await settle()
  expect(ahead()).toEqual(['b', 'c'])
})

test('what was said last is taken back first, done again in order, and never flickers away', async () => {
  const { server, deck, ahead, say } = await open(['a', 'b', 'c'])
  say(keep)
  say(remove)
  await server.answerAll()
  expect(deck.undo()).toBe(true)
  deck.refresh()
  await settle()
  expect(ahead()).toEqual(['b', 'c'])
  deck.undo()
  expect(ahead()).toEqual(['a', 'b', 'c'])
  await server.answerAll()
  expect([...server.marks().values()]).toEqual(['none', 'none', 'none'])
  expect(deck.undo()).toBe(false)
  deck.redo()
  deck.redo()
  expect(ahead()).toEqual(['c'])
  expect(deck.redo()).toBe(false)
  await server.answerAll()
  expect([...server.marks().values()]).toEqual(['kept', 'gone', 'none'])
})

test('something new that is said leaves nothing to do again', async () => {
  const { deck, say } = await open(['a', 'b', 'c'])
  say(keep)
  deck.undo()
  say(remove)
  expect(deck.redo()).toBe(false)
})

test('what the server refuses has to be decided anew', async () => {
  const { server, deck, ahead, say } = await open(['a', 'b', 'c'])
  server.refuse(1)
  say(keep)
  say(keep)
  await server.answerAll()
  expect(ahead()).toEqual(['c', 'a'])
  expect(deck.state().made).toHaveLength(1)
})

test('another window takes back and decides: the picture that is looked at stays', async () => {
  const { server, deck, ahead, say } = await open(['a', 'b', 'c', 'd'])
  say(keep)
  await server.answerAll()
  server.set('a', 'none')
  server.set('c', 'kept')
  deck.refresh()
  await settle()
  expect(ahead()).toEqual(['b', 'a', 'd'])
  expect(deck.state().made).toEqual([])
})

test('among unsure pictures, unsure is an answer too', async () => {
  const { server, deck, ahead, say } = await open(['a', 'b'], { mark: 'unsure' })
  say({ kind: 'unsure' })
  await server.answerAll()
  deck.refresh()
  await settle()
  expect(ahead()).toEqual(['b'])
  expect(deck.state().made).toHaveLength(1)
})

test('pages are read ahead, and none of them twice', async () => {
  const ids = Array.from({ length: 300 }, (_, place) => `p${String(place).padStart(3, '0')}`)
  const { deck, ahead, say } = await open(ids, { pageSize: 100 })
  expect(ahead()).toEqual(ids.slice(0, 200))
  for (let said = 0; said < 299; said++) {
    say(keep)
    await settle()
  }
  expect(ahead()).toEqual(ids.slice(299))
  expect(deck.state().isComplete).toBe(true)
})

test('a server that is away leaves the pictures on the screen', async () => {
  const { server, deck, ahead, say } = await open(['a', 'b'])
  server.setDown(true)
  deck.refresh()
  await settle()
  expect(deck.state().error).toBeInstanceOf(Error)
  say(keep)
  expect(ahead()).toEqual(['b'])
  server.setDown(false)
  await server.answerAll()
  deck.refresh()
  await settle()
  expect(deck.state().error).toBeNull()
  expect(ahead()).toEqual(['b'])
})

const command = fc.constantFrom('keep', 'remove', 'unsure', 'undo', 'redo', 'refresh', 'answer', 'settle')

test('whatever is pressed, screen and server agree in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async commands => {
      const ids = ['a', 'b', 'c', 'd', 'e', 'f']
      const { server, deck, ahead, say } = await open(ids, { pageSize: 2 })
      const done: [string, Verdict][] = []
      const undone: [string, Verdict][] = []
      for (const what of commands) {
        const [first] = ahead()
        if (what === 'settle') await settle()
        else if (what === 'answer') await server.answer()
        else if (what === 'refresh') deck.refresh()
        else if (what === 'undo') {
          const last = done.pop()
          if (last) undone.push(last)
          expect(deck.undo()).toBe(last !== undefined)
        } else if (what === 'redo') {
          const last = undone.pop()
          if (last) done.push(last)
          expect(deck.redo()).toBe(last !== undefined)
        } else if (first !== undefined) {
          say({ kind: what })
          done.push([first, { kind: what }])
          undone.length = 0
        }
      }
      await server.answerAll()
      deck.refresh()
      await settle()
      await settle()
      const said = { keep: 'kept', unsure: 'unsure', remove: 'gone', move: 'gone' } as const
      const expected = new Map<string, string>(ids.map(id => [id, 'none']))
      for (const [id, { kind }] of done) expected.set(id, said[kind])
      expect(server.marks()).toEqual(expected)
      expect(ahead().toSorted()).toEqual(ids.filter(id => expected.get(id) === 'none'))
    }),
    { numRuns: 60 },
  )
})
