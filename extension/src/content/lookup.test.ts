import type { Known } from '@gleaner/shared/collect'
import { limits } from '@gleaner/shared/limits'
import type { CandidateState } from '@gleaner/shared/outcome'
import { expect, test } from 'vitest'
import { createLookup, portions } from './lookup.ts'

const url = (number: number) => `https://pictures.example/${number}.jpg`
const known = (state: CandidateState): Known => ({ state, code: null, class: 'cat', isThumbnail: false })

/** A dataset that knows what it is told, and whose answers can be held back. */
function setUp(states: Record<string, CandidateState> = {}) {
  const asked: [string, readonly string[]][] = []
  let held: Promise<void> | undefined
  const lookup = createLookup(async (dataset, urls) => {
    asked.push([dataset, urls])
    const answers = urls.map(one => (states[one] ? known(states[one]) : null))
    await held
    return answers
  })
  const hold = () => {
    let release = () => {}
    held = new Promise(resolve => {
      release = resolve
    })
    return () => {
      held = undefined
      release()
    }
  }
  return { asked, states, lookup, hold }
}

test('portions hold everything in order and stay within the limits', () => {
  const urls = Array.from({ length: 1201 }, (_, number) => url(number) + 'x'.repeat((number % 40) * 100))
  const cut = portions(urls)
  expect(cut.flat()).toEqual(urls)
  for (const portion of cut) {
    expect(portion.length).toBeLessThanOrEqual(limits.candidatesPerBatch)
    expect(portion.join('').length).toBeLessThanOrEqual(limits.requestBodyBytes / 2)
  }
  expect(portions([])).toEqual([])
})

test('asks about new addresses only, and about all again for another dataset', async () => {
  const { lookup, asked } = setUp({ [url(1)]: 'stored', [url(2)]: 'queued', [url(3)]: 'failed' })
  const page = [1, 2, 3, 4].map(url)
  expect(lookup.count('Animals', page)).toBeUndefined()
  await lookup.learn('Animals', page)
  expect(lookup.count('Animals', page)).toEqual({ held: 2, tried: 1 })
  expect([lookup.of('Animals', url(3))?.state, lookup.of('Animals', url(4))]).toEqual(['failed', null])
  await lookup.learn('Animals', [...page, url(5)])
  await lookup.learn('Plants', page)
  expect(asked.map(([dataset, urls]) => [dataset, urls.length])).toEqual([
    ['Animals', 4],
    ['Animals', 1],
    ['Plants', 4],
  ])
  expect(lookup.of('Animals', url(3))).toBeUndefined()
})

test('asks again only about what was waiting when the server has moved on', async () => {
  const { lookup, asked, states } = setUp({ [url(1)]: 'queued', [url(2)]: 'stored', [url(3)]: 'leased' })
  const page = [1, 2, 3, 4].map(url)
  await lookup.learn('Animals', page)
  states[url(1)] = 'stored'
  lookup.ripen()
  await lookup.learn('Animals', page)
  expect(asked.at(-1)?.[1]).toEqual([url(1), url(3)])
  expect(lookup.of('Animals', url(1))?.state).toBe('stored')
})

test('asks about what was handed over until it has arrived', async () => {
  const { lookup, asked, states } = setUp()
  const page = [1, 2, 3].map(url)
  await lookup.learn('Animals', page)
  lookup.expect([url(1), url(2)])
  await lookup.learn('Animals', page)
  expect(asked.at(-1)?.[1]).toEqual([url(1), url(2)])
  states[url(1)] = 'stored'
  lookup.ripen()
  await lookup.learn('Animals', page)
  lookup.ripen()
  await lookup.learn('Animals', page)
  expect(asked.at(-1)?.[1]).toEqual([url(2)])
})

test('what was cancelled counts as new', async () => {
  const { lookup } = setUp({ [url(1)]: 'cancelled', [url(2)]: 'blocked' })
  await lookup.learn('Animals', [url(1), url(2)])
  expect(lookup.count('Animals', [url(1), url(2)])).toEqual({ held: 0, tried: 1 })
})

test('counts what it knows until it has asked again, also about what changed while it asked', async () => {
  const { lookup, states, hold } = setUp()
  const page = [1, 2].map(url)
  await lookup.learn('Animals', page)
  for (const one of page) states[one] = 'queued'
  lookup.forget()
  expect(lookup.count('Animals', page)).toEqual({ held: 0, tried: 0 })
  const release = hold()
  const learning = lookup.learn('Animals', page)
  for (const one of page) states[one] = 'failed'
  lookup.forget()
  release()
  await learning
  expect(lookup.count('Animals', page)).toEqual({ held: 2, tried: 0 })
  await lookup.learn('Animals', page)
  expect(lookup.count('Animals', page)).toEqual({ held: 0, tried: 2 })
  expect(lookup.count('Animals', [url(3)])).toBeUndefined()
})

test('two at once lose nothing of each other', async () => {
  const { lookup, hold } = setUp({ [url(1)]: 'stored', [url(2)]: 'stored' })
  const release = hold()
  const both = [lookup.learn('Animals', [url(1)]), lookup.learn('Animals', [url(2)])]
  release()
  await Promise.all(both)
  expect(lookup.count('Animals', [url(1), url(2)])).toEqual({ held: 2, tried: 0 })
})

test('what fails half-way is not taken for knowledge, and asked again', async () => {
  let isUp = false
  const lookup = createLookup(async (_, urls) => {
    if (!isUp) throw new Error('gone')
    return urls.map(() => known('stored'))
  })
  await expect(lookup.learn('Animals', [url(1)])).rejects.toThrow('gone')
  expect(lookup.count('Animals', [url(1)])).toBeUndefined()
  isUp = true
  await lookup.learn('Animals', [url(1)])
  expect(lookup.count('Animals', [url(1)])).toEqual({ held: 1, tried: 0 })
})
