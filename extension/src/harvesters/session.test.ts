import { describe, expect, test } from 'vitest'
import { lumen, page, readings, readNew, tile, url } from '../../scripts/lumen.ts'
import { findAll } from './dom.ts'
import { createHarvestSession } from './harvest.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'

describe('a session', () => {
  test('reads only what is new', () => {
    const document = page(tile('https://a.example/1'), tile('https://a.example/2'))
    const session = createHarvestSession(document, url, lumen)
    readings.count = 0
    readNew(session)
    expect(readings.count).toBe(2)
    document.body.insertAdjacentHTML('beforeend', tile('https://a.example/3'))
    expect(readNew(session, document.body.lastElementChild).candidates).toHaveLength(3)
    expect(readings.count).toBe(3)
  })

  test('keeps ranks, and results the page has taken away', () => {
    const document = page(tile('https://a.example/1'), tile('https://a.example/2'))
    const session = createHarvestSession(document, url, lumen)
    const before = readNew(session)
    document.querySelector('li')?.remove()
    document.querySelector('ul')?.insertAdjacentHTML('afterbegin', tile('https://a.example/0'))
    const after = readNew(session, document.querySelector('li'))
    expect(after.candidates.slice(0, 2)).toEqual(before.candidates)
    expect(after.candidates[2]).toMatchObject({ imageUrl: 'https://a.example/0', rank: 3 })
    expect(before.candidates).toHaveLength(2)
  })

  test('completes a tile when its original turns up', () => {
    const document = page(tile(null, 'https://t.example/1'), tile(null))
    const session = createHarvestSession(document, url, lumen)
    expect(readNew(session).missed).toMatchObject({ imageUrl: 1, result: 1 })
    const [first, second] = findAll(document, 'li')
    first?.setAttribute('data-image', 'https://a.example/1')
    second?.setAttribute('data-image', 'https://a.example/2')
    const { candidates, missed } = readNew(session, ...findAll(document, 'li'))
    expect(candidates.map(({ imageUrl, rank }) => [imageUrl, rank])).toEqual([
      ['https://a.example/1', 1],
      ['https://a.example/2', 2],
    ])
    expect(missed).not.toHaveProperty('result')
  })
})

describe('a picture that is met again', () => {
  const original = 'https://a.example/1'
  const meet = (first: string, ...others: readonly string[]) => {
    const document = page(tile(original, null, first))
    const session = createHarvestSession(document, url, lumen)
    readNew(session)
    for (const other of others) {
      document.querySelector('ul')?.insertAdjacentHTML('beforeend', tile(original, null, other))
      readNew(session, findAll(document, 'li').at(-1) ?? null)
    }
    return session.harvest()
  }

  test('is given what it lacks, and keeps what it has', () => {
    const { candidates, missed } = meet(
      'title="One"',
      'title="Two" data-page="https://p.example/"',
      'data-w=9 data-h=8',
    )
    expect(missed).toEqual({ thumbnailUrl: 1 })
    expect(candidates).toMatchObject([
      { imageUrl: original, title: 'One', pageUrl: 'https://p.example/', width: 9, height: 8, rank: 1 },
    ])
    expect(
      meet(
        'data-page="https://p.example/1" data-w=9 data-h=8',
        'title="A" data-page="https://p.example/2" data-w=7 data-h=6',
      ),
    ).toMatchObject({
      candidates: [{ title: 'A', pageUrl: 'https://p.example/1', width: 9, height: 8 }],
    })
  })

  test('in the same list is a result of its own', () => {
    const document = page(tile(original), tile(original, null, 'title="One" data-w=9 data-h=8'))
    expect(readNew(createHarvestSession(document, url, lumen)).candidates).toMatchObject([
      { imageUrl: original, title: null, width: null, height: null },
    ])
  })

  test.each([
    ['data-w=9 data-h=8', [9, 8]],
    ['data-w=18 data-h=16', [9, null]],
    ['data-h=8', [9, null]],
  ])('has half a size completed by one that agrees with it only: %s', (other, expected) => {
    const [candidate] = meet('data-w=9', other).candidates
    expect([candidate?.width, candidate?.height]).toEqual(expected)
  })
})

describe('a session reads in slices', () => {
  const many = (count: number, from = 0) =>
    Array.from({ length: count }, (_, place) => tile(`https://a.example/${from + place}`))

  test('stops where it is told to and goes on from there', () => {
    const document = page(...many(30))
    const session = createHarvestSession(document, url, lumen)
    readings.count = 0
    let left = 10
    expect(session.advance(() => --left > 0)).toBe(false)
    expect(readings.count).toBe(10)
    expect(session.harvest().candidates).toHaveLength(10)
    expect(session.advance()).toBe(true)
    expect(readings.count).toBe(30)
    expect(session.harvest().candidates).toHaveLength(30)
  })

  test('a page that grows twenty times is read once', () => {
    const document = page()
    const session = createHarvestSession(document, url, lumen)
    readings.count = 0
    session.advance()
    for (let step = 0; step < 20; step++) {
      document.querySelector('ul')?.insertAdjacentHTML('beforeend', many(50, step * 50).join(''))
      session.touch(findAll(document, 'li').slice(-50))
      while (!session.advance(() => false)) session.harvest()
    }
    expect(session.harvest().candidates).toHaveLength(1000)
    expect(readings.count).toBe(1000)
  })

  test('many changed parts are not looked through in one go', () => {
    const document = page(...many(1000))
    let looks = 0
    const engine: Harvester = {
      ...lumen,
      layouts: [
        layout('none', {
          served: 'never',
          items: () => {
            looks++
            return []
          },
          fields: {},
        }),
      ],
    }
    const session = createHarvestSession(document, url, engine)
    session.advance()
    session.touch(findAll(document, 'li'))
    looks = 0
    session.advance(() => false)
    expect(looks).toBe(1)
    while (!session.advance(() => false));
    expect(looks).toBe(5)
  })
})
