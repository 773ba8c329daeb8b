import { expect, test } from 'vitest'
import { takeBack } from './take-back.ts'

/** A tab whose page answers or not; writes down who took something back. */
function setUp({ isPageThere = true } = {}) {
  const asked: string[] = []
  const ways = {
    inPage: async () => {
      if (!isPageThere) throw new Error('nobody')
      asked.push('page')
    },
    inBackground: async () => void asked.push('background'),
  }
  return { asked, ways }
}

test('a page takes back by itself, and ends its run', async () => {
  const { asked, ways } = setUp()
  await takeBack(ways)
  expect(asked).toEqual(['page'])
})

test('where no page answers the background does', async () => {
  const { asked, ways } = setUp({ isPageThere: false })
  await takeBack(ways)
  expect(asked).toEqual(['background'])
})

test('what the background cannot take back is told', async () => {
  const { ways } = setUp({ isPageThere: false })
  const inBackground = () => Promise.reject(new Error('nothing'))
  await expect(takeBack({ ...ways, inBackground })).rejects.toThrow('nothing')
})
