import { limits } from '@gleaner/shared/limits'
import type { CandidateState } from '@gleaner/shared/outcome'
import { expect, test } from 'vitest'
import { createLookup, portions } from './lookup.ts'

const url = (number: number) => `https://pictures.example/${number}.jpg`

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
  const asked: [string, number][] = []
  const states: Record<string, CandidateState> = {
    [url(1)]: 'stored',
    [url(2)]: 'queued',
    [url(3)]: 'failed',
  }
  const lookup = createLookup(async (dataset, urls) => {
    asked.push([dataset, urls.length])
    return urls.map(one => states[one] ?? null)
  })
  const page = [1, 2, 3, 4].map(url)
  expect(lookup.count('Animals', page)).toBeUndefined()
  await lookup.learn('Animals', page)
  expect(lookup.count('Animals', page)).toEqual({ held: 2, tried: 1 })
  await lookup.learn('Animals', [...page, url(5)])
  await lookup.learn('Plants', page)
  expect(asked).toEqual([
    ['Animals', 4],
    ['Animals', 1],
    ['Plants', 4],
  ])
})

test('counts what it knows until it has asked for all again', async () => {
  let state: CandidateState | null = null
  let answered = () => {}
  const lookup = createLookup(async (_, urls) => {
    const states = urls.map(() => state)
    await new Promise<void>(resolve => {
      answered = resolve
    })
    return states
  })
  const page = [1, 2].map(url)
  const learn = () => {
    const learning = lookup.learn('Animals', page)
    const end = () => {
      answered()
      return learning
    }
    return { end }
  }
  await learn().end()
  state = 'queued'
  lookup.forget()
  expect(lookup.count('Animals', page)).toEqual({ held: 0, tried: 0 })
  const asked = learn()
  state = 'failed'
  lookup.forget()
  await asked.end()
  expect(lookup.count('Animals', page)).toEqual({ held: 2, tried: 0 })
  await learn().end()
  expect(lookup.count('Animals', page)).toEqual({ held: 0, tried: 2 })
  expect(lookup.count('Animals', [url(3)])).toBeUndefined()
})

test('what fails half-way is not taken for knowledge', async () => {
  const lookup = createLookup(async () => {
    throw new Error('gone')
  })
  await expect(lookup.learn('Animals', [url(1)])).rejects.toThrow('gone')
  expect(lookup.count('Animals', [url(1)])).toBeUndefined()
})
