import { expect, test } from 'vitest'
import { createSparseList, type SparsePage } from './sparse-list.ts'

/** A list of names on a server that can change it. */
function rig(names: readonly string[]) {
  const server = { names: [...names], revision: 1, asked: [] as number[], isBroken: false }
  const list = createSparseList<string, number>({
    fetchWhole: async () => server.names.length,
    fetchPage: async (offset, limit): Promise<SparsePage<string>> => {
      server.asked.push(offset)
      if (server.isBroken) throw new Error('away')
      const { names, revision } = server
      return { items: names.slice(offset, offset + limit), total: names.length, revision: `${revision}` }
    },
    placeOf: async id => {
      const place = server.names.indexOf(id)
      return place === -1 ? undefined : place
    },
    idOf: name => name,
    pageSize: 10,
    maxPages: 3,
  })
  const change = (names: readonly string[]) => {
    server.names = [...names]
    server.revision++
  }
  const calm = () => new Promise(resolve => setTimeout(resolve))
  return { list, server, change, calm }
}
const named = (count: number, prefix = 'n') => Array.from({ length: count }, (_, at) => `${prefix}${at}`)

test('only pages in sight are read, wherever that is', async () => {
  const { list, server, calm } = rig(named(1000))
  list.want(0, 9)
  await calm()
  expect(list.state()).toMatchObject({ total: 1000, whole: 1000, isLoading: false })
  list.want(705, 712)
  await calm()
  expect(server.asked).toEqual([0, 700, 710])
  expect([list.at(705), list.at(712), list.at(300)]).toEqual(['n705', 'n712', undefined])
  list.want(0, 9)
  await calm()
  expect(server.asked).toHaveLength(3)
})

test('what was in sight long ago is let go', async () => {
  const { list, calm } = rig(named(1000))
  for (const first of [0, 100, 200, 300, 400, 500]) {
    list.want(first, first)
    await calm()
  }
  expect(list.held()).toHaveLength(40)
  expect([list.at(0), list.at(100), list.at(200)]).toEqual([undefined, undefined, 'n200'])
})

test('where it is dragged through quickly, only the last place is read', async () => {
  const { list, server, calm } = rig(named(1000))
  list.want(0, 9)
  await calm()
  for (const first of [100, 200, 300, 400, 500]) list.want(first, first)
  await calm()
  await calm()
  expect(server.asked).toEqual([0, 100, 200, 500])
})

test('after a change what is in sight is read anew at once, the rest when it comes into sight', async () => {
  const { list, server, change, calm } = rig(named(100))
  list.want(0, 19)
  await calm()
  list.want(20, 29)
  await calm()
  change(named(100, 'm'))
  server.asked.length = 0
  await list.refresh()
  expect(server.asked).toEqual([20])
  expect([list.at(20), list.at(0)]).toEqual(['m20', 'n0'])
  list.want(0, 9)
  await calm()
  expect(list.at(0)).toBe('m0')
})

test('what is looked at is followed to its new place', async () => {
  const { list, change, calm } = rig(named(100))
  list.want(50, 55)
  await calm()
  change([...named(23, 'new'), ...named(100)])
  await list.refresh({ id: 'n52', place: 52 })
  expect(list.state()).toMatchObject({ total: 123, whole: 123, shifted: 23 })
  expect(list.at(75)).toBe('n52')
})

test('what is looked at and has gone moves nothing', async () => {
  const { list, change, calm } = rig(named(100))
  list.want(50, 55)
  await calm()
  change(named(100).filter(name => name !== 'n52'))
  await list.refresh({ id: 'n52', place: 52 })
  expect(list.state()).toMatchObject({ total: 99, shifted: 0 })
  expect(list.at(52)).toBe('n53')
})

test('a list that became shorter than what was in sight is read at its end', async () => {
  const { list, change, calm } = rig(named(100))
  list.want(90, 99)
  await calm()
  change(named(5))
  await list.refresh()
  expect(list.state().total).toBe(5)
  list.want(0, 4)
  await calm()
  expect(list.at(4)).toBe('n4')
})

test('an error stops the reading until it is tried again', async () => {
  const { list, server, calm } = rig(named(100))
  server.isBroken = true
  list.want(0, 9)
  await calm()
  list.want(0, 19)
  await calm()
  expect(list.state().error).toBeInstanceOf(Error)
  expect(server.asked).toEqual([0])
  server.isBroken = false
  list.retry()
  await calm()
  expect(list.state()).toMatchObject({ error: null, total: 100 })
  expect(list.at(15)).toBe('n15')
})

test('an answer from before a refresh is not believed', async () => {
  const { list, change, calm } = rig(named(100))
  list.want(0, 9)
  change(named(3))
  await list.refresh()
  await calm()
  expect(list.state()).toMatchObject({ total: 3, revision: '2' })
})
