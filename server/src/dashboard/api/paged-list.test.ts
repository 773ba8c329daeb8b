import { expect, test } from 'vitest'
import { createPagedList, mergeHead } from './paged-list.ts'

const idOf = (id: number) => id

/** A server's list, highest number first, in pages of `size`. */
function source(all: number[], size = 3) {
  const asked: (string | null)[] = []
  const fetchPage = async (cursor: string | null) => {
    asked.push(cursor)
    const rest = all.filter(id => cursor === null || id < Number(cursor)).sort((a, b) => b - a)
    const items = rest.slice(0, size)
    return { items, cursor: rest.length > size ? String(items.at(-1)) : null }
  }
  return { all, asked, fetchPage }
}

test('reads on until enough is held, then to the end', async () => {
  const { asked, fetchPage } = source([1, 2, 3, 4, 5, 6, 7, 8])
  const list = createPagedList(fetchPage, idOf)
  await list.ensure(4)
  expect(list.snapshot().items).toEqual([8, 7, 6, 5, 4, 3])
  expect(asked).toEqual([null, '6'])
  await list.ensure(100)
  expect(list.snapshot()).toMatchObject({ items: [8, 7, 6, 5, 4, 3, 2, 1], isComplete: true })
})

test('news are put in front and what was read before stays', async () => {
  const server = source([1, 2, 3, 4, 5, 6])
  const list = createPagedList(server.fetchPage, idOf)
  await list.ensure(6)
  server.all.push(7, 8)
  list.noteNews()
  expect(list.snapshot().hasNews).toBe(true)
  await list.refreshHead()
  expect(list.snapshot()).toMatchObject({ items: [8, 7, 6, 5, 4, 3, 2, 1], hasNews: false })
})

test('what vanished near the head is dropped', () => {
  expect(mergeHead([6, 5, 4, 3], [7, 6, 4], idOf)).toEqual({ items: [7, 6, 4, 3], doesMeet: true })
  expect(mergeHead([3, 2], [9, 8], idOf)).toEqual({ items: [9, 8], doesMeet: false })
})

test('a flood of news starts the list over and reads on from there', async () => {
  const server = source([1, 2, 3, 4])
  const list = createPagedList(server.fetchPage, idOf)
  await list.ensure(3)
  for (let id = 100; id < 130; id++) server.all.push(id)
  await list.refreshHead()
  expect(list.snapshot().items).toHaveLength(15)
  await list.ensure(100)
  expect(list.snapshot().items).toEqual([...server.all].sort((a, b) => b - a))
})

test('an error is kept until the next try', async () => {
  let isBroken = true
  const { fetchPage } = source([1, 2])
  const list = createPagedList(async cursor => {
    if (isBroken) throw new Error('away')
    return fetchPage(cursor)
  }, idOf)
  await list.ensure(1)
  expect(list.snapshot().error).toBeInstanceOf(Error)
  isBroken = false
  await list.ensure(1)
  expect(list.snapshot()).toMatchObject({ items: [2, 1], error: null, isComplete: true })
})

test('a removed item leaves at once', async () => {
  const list = createPagedList(source([1, 2, 3]).fetchPage, idOf)
  await list.ensure(3)
  list.remove(2)
  expect(list.snapshot().items).toEqual([3, 1])
})
