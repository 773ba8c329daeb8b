/** What splits promise, whatever the pictures and whatever belongs together. */
import type { SplitSizes } from '@gleaner/shared/splits'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assign } from './assign.ts'
import { bridgesOf } from './bridges.ts'
import { leaksAcross, leaksSince } from './certificate.ts'
import { test as asked, codes, none, train, validation } from './codes.ts'
import { foldsOf } from './folds.ts'
import { fractionsOf } from './fractions.ts'
import { at, type Graph, graphOf } from './graph.ts'
import { membersOf, picturesOf } from './members.ts'
import { countSplits, groupsOf, type Places, settle } from './settle.ts'
import { targetOf } from './targets.ts'
import { trialsOf } from './trials.ts'

const most = 40
const shares: SplitSizes = { kind: 'shares', validation: 0.2, test: 0.2 }

/** Pictures by their ids, as they came: what belongs together with which, class and chance follow from the id. */
interface World {
  readonly ids: readonly string[]
  readonly pairs: readonly (readonly [number, number])[]
  readonly hubs: readonly (readonly number[])[]
}
const id = (n: number) => fractionsOf('ids', `${n}`).split.toString(16).slice(2)
const someWorld = fc.record({
  ids: fc.integer({ min: 1, max: most }).map(count => Array.from({ length: count }, (_, n) => id(n))),
  pairs: fc.array(fc.tuple(fc.nat(most - 1), fc.nat(most - 1)), { maxLength: 40, size: 'max' }),
  hubs: fc.array(fc.array(fc.nat(most - 1), { maxLength: 6 }), { maxLength: 5, size: 'max' }),
})
const classOfId = (picture: string) => Math.floor(fractionsOf('classes', picture).split * 3)

/** Columns of the first `count` pictures, in the order of ids. */
function columnsOf({ ids, pairs, hubs }: World, count = ids.length) {
  const held = ids.slice(0, count)
  const order = [...held].sort()
  const place = (n: number) => order.indexOf(held[n] ?? '')
  const edges = [
    ...pairs.map(([a, b]) => [place(a), place(b)]),
    ...hubs.flatMap((members, hub) => members.map(n => [place(n), held.length + hub])),
  ].filter(([a = -1, b = -1]) => a >= 0 && b >= 0)
  const graph = graphOf(held.length, hubs.length, {
    from: edges.map(([a = 0]) => a),
    to: edges.map(([, b = 0]) => b),
  })
  const classOf = order.map(classOfId)
  return { graph, order, edges, classOf, classes: 3, chance: order.map(each => fractionsOf('a', each).split) }
}
const nowhere = (count: number): Places => ({ split: new Uint8Array(count), isPinned: new Uint8Array(count) })
const split = (world: World, places?: Places, sizes: SplitSizes = shares, count?: number) => {
  const columns = columnsOf(world, count)
  return { ...columns, ...assign({ ...columns, places: places ?? nowhere(columns.order.length), sizes }) }
}

/** Neither a pair nor a hub has pictures in two splits. */
function expectTogether(graph: Graph, splits: Uint8Array) {
  const ofGroup = new Map<number, number>()
  for (let picture = 0; picture < graph.pictures; picture += 1) {
    for (let edge = at(graph.starts, picture); edge < at(graph.starts, picture + 1); edge += 1) {
      const other = at(graph.targets, edge)
      if (at(splits, picture) === none) continue
      if (other < graph.pictures) {
        if (at(splits, other) !== none) expect(at(splits, other)).toBe(at(splits, picture))
      } else {
        expect(ofGroup.get(other) ?? at(splits, picture)).toBe(at(splits, picture))
        ofGroup.set(other, at(splits, picture))
      }
    }
  }
}
const anyPlaces = fc.array(fc.record({ code: fc.nat(codes - 1), isPinned: fc.boolean() }), {
  minLength: most,
  maxLength: most,
})
const toPlaces = (
  all: readonly { readonly code: number; readonly isPinned: boolean }[],
  count: number,
): Places => ({
  split: Uint8Array.from(all.slice(0, count), ({ code }) => code),
  isPinned: Uint8Array.from(all.slice(0, count), ({ code, isPinned }) => (isPinned && code !== none ? 1 : 0)),
})

describe('whatever belongs together', () => {
  test('no group ever straddles, whatever places there are; groups are told so', () => {
    fc.assert(
      fc.property(someWorld, anyPlaces, (world, some) => {
        const done = split(world, toPlaces(some, world.ids.length))
        expectTogether(done.graph, done.split)
        expectTogether(done.graph, settle(done.graph, toPlaces(some, world.ids.length)).split)
        const groups = membersOf(groupsOf(done.graph, done), () => true)
        for (const group of groups.keys.keys()) {
          const found = new Set([...picturesOf(groups, group)].map(picture => at(done.split, picture)))
          found.delete(none)
          expect(found.size).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('whoever has no place gets one, unless it is between two splits; that one is named with both', () => {
    fc.assert(
      fc.property(someWorld, anyPlaces, (world, some) => {
        const done = split(world, toPlaces(some, world.ids.length))
        for (let picture = 0; picture < done.split.length; picture += 1) {
          expect(at(done.split, picture) === none).toBe(at(done.isOut, picture) === 1)
        }
        const bridges = bridgesOf(done.graph, done, most)
        expect(bridges.map(({ picture }) => picture)).toEqual(
          [...done.isOut.keys()].filter(picture => at(done.isOut, picture) === 1),
        )
        expect(bridges.every(({ near }) => near.length > 0)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('where nothing has a place yet, nothing is between two splits', () => {
    fc.assert(
      fc.property(someWorld, world => {
        expect([...split(world).isOut].every(out => out === 0)).toBe(true)
      }),
    )
  })
})

describe('adding pictures', () => {
  test('moves none that were assigned, and none of them is left out', () => {
    fc.assert(
      fc.property(someWorld, fc.array(fc.nat(most), { maxLength: 4 }), (world, arrivals) => {
        const places = new Map<string, number>()
        for (const count of [...arrivals, most]
          .map(n => Math.min(n, world.ids.length))
          .sort((a, b) => a - b)) {
          const { order } = columnsOf(world, count)
          const held: Places = {
            split: Uint8Array.from(order, each => places.get(each) ?? none),
            isPinned: new Uint8Array(order.length),
          }
          const done = split(world, held, shares, count)
          for (const [place, each] of order.entries()) {
            const before = places.get(each)
            if (before !== undefined) expect(at(done.split, place)).toBe(before)
            if (at(done.split, place) !== none) places.set(each, at(done.split, place))
          }
          expectTogether(done.graph, done.split)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a re-balance, and a fresh start, do not depend on the order in which they came', () => {
    const shuffled = someWorld.chain(world =>
      fc.tuple(
        fc.constant(world),
        fc.shuffledSubarray([...world.ids.keys()], { minLength: world.ids.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([world, order]) => {
        const to = new Map(order.map((from, now) => [from, now]))
        const other: World = {
          ids: order.map(n => world.ids[n] ?? ''),
          pairs: world.pairs.flatMap(([a, b]) => {
            const [one, two] = [to.get(a), to.get(b)]
            return one === undefined || two === undefined ? [] : [[two, one] as const]
          }),
          hubs: world.hubs.map(members => members.flatMap(n => to.get(n) ?? [])).reverse(),
        }
        expect(split(other).split).toEqual(split(world).split)
      }),
      { numRuns: 300 },
    )
  })
})

describe('sizes', () => {
  const alone = (count: number): World => ({
    ids: Array.from({ length: count }, (_, n) => id(n)),
    pairs: [],
    hubs: [],
  })
  const countsOf = (done: ReturnType<typeof split>, index: number) => {
    const counts = countSplits(done.split, done.classOf, done.classes)
    return [train, validation, asked].map(code => at(counts, index * codes + code))
  }

  test('every class has its shares, to the picture, and each split something of every class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), count => {
        const done = split(alone(count))
        for (const index of [0, 1, 2]) {
          const [trained = 0, validated, tested] = countsOf(done, index)
          const all = done.classOf.filter(each => each === index).length
          const target = targetOf(shares, all, all)
          expect([validated, tested]).toEqual([target.validation, target.test])
          if (all > 0) expect(trained).toBeGreaterThan(0)
          if (all > 2) expect(Math.min(validated ?? 0, tested ?? 0)).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('numbers of pictures are numbers, as far as a class has them', () => {
    const done = split(alone(120), undefined, { kind: 'counts', validation: 5, test: 10 })
    for (const index of [0, 1, 2]) expect(countsOf(done, index).slice(1)).toEqual([5, 10])
    const greedy = split(alone(30), undefined, { kind: 'counts', validation: 1000, test: 1000 })
    for (const index of [0, 1, 2]) expect(countsOf(greedy, index)[0], 'one is left to learn from').toBe(1)
  })

  test('whatever the groups, train has something of every class that is not left out', () => {
    fc.assert(
      fc.property(someWorld, world => {
        const done = split({
          ...world,
          pairs: world.pairs.filter(([a, b]) => classOfId(id(a)) === classOfId(id(b))),
          hubs: [],
        })
        for (const index of [0, 1, 2]) {
          if (done.classOf.includes(index)) expect(countsOf(done, index)[0]).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a few pictures more move few in a re-balance', () => {
    const [before, after] = [split(alone(1000)), split(alone(1010))]
    const splitOf = (done: typeof before) =>
      new Map(done.order.map((each, place) => [each, at(done.split, place)]))
    const [were, are] = [splitOf(before), splitOf(after)]
    expect([...were].filter(([each, code]) => are.get(each) !== code).length).toBeLessThan(10)
  })
})

test('a pin outweighs whatever else is there, and what is asked about what is learned from', () => {
  const graph = graphOf(2, 0, { from: [0], to: [1] })
  const settled = (one: number, other: number, pinned: readonly number[] = [0, 0]) => [
    ...settle(graph, { split: Uint8Array.of(one, other), isPinned: Uint8Array.from(pinned) }).split,
  ]
  expect(settled(train, asked)).toEqual([none, asked])
  expect(settled(train, validation)).toEqual([none, validation])
  expect(settled(validation, asked)).toEqual([none, asked])
  expect(settled(train, asked, [1, 0])).toEqual([train, none])
  expect(settled(none, asked)).toEqual([none, asked])
})

test('only the picture between two splits is left out, and what hangs on it alone goes somewhere', () => {
  const graph = graphOf(4, 0, { from: [0, 1, 3], to: [1, 2, 1] })
  const places = { split: Uint8Array.of(train, none, asked, none), isPinned: new Uint8Array(4) }
  const { isOut, joins } = settle(graph, places)
  expect([...isOut]).toEqual([0, 1, 0, 0])
  expect([...joins]).toEqual([none, none, none, none])
  // Of a chain between two splits nobody knows where it would have to be cut.
  const chain = graphOf(4, 0, { from: [0, 1, 2], to: [1, 2, 3] })
  const ends = { split: Uint8Array.of(train, none, none, asked), isPinned: new Uint8Array(4) }
  expect([...settle(chain, ends).isOut]).toEqual([0, 1, 1, 0])
})

test('folds keep groups whole, and differ by no more than a group in any class', () => {
  fc.assert(
    fc.property(someWorld, fc.integer({ min: 2, max: 5 }), (world, folds) => {
      const columns = columnsOf(world)
      const groupOf = groupsOf(columns.graph, { isOut: new Uint8Array(columns.order.length) })
      const groups = membersOf(groupOf, () => true)
      const foldOf = foldsOf(groups, folds, { ...columns, pictures: columns.order.length })
      for (const group of groups.keys.keys()) {
        expect(new Set([...picturesOf(groups, group)].map(picture => at(foldOf, picture))).size).toBe(1)
      }
      const isAlone = groups.keys.length === columns.order.length
      if (!isAlone) return
      for (const index of [0, 1, 2]) {
        const sizes = new Array<number>(folds).fill(0)
        for (const [place, fold] of foldOf.entries())
          if (columns.classOf[place] === index) sizes[fold] = (sizes[fold] ?? 0) + 1
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 300 },
  )
})

test('a trial is its share of every class, and part of every larger trial', () => {
  const { classOf, chance, order } = columnsOf({
    ids: Array.from({ length: 200 }, (_, n) => id(n)),
    pairs: [],
    hubs: [],
  })
  const ranks = trialsOf(picture => picture % 4 !== 0, { classOf, chance })
  const inTrial = (share: number, index: number) =>
    [...order.keys()].filter(
      place => classOf[place] === index && at(ranks, place) >= 0 && at(ranks, place) < share,
    )
  for (const index of [0, 1, 2]) {
    const all = inTrial(1, index)
    expect(inTrial(0.1, index)).toHaveLength(Math.ceil(all.length * 0.1))
    expect(inTrial(0.2, index)).toEqual(expect.arrayContaining(inTrial(0.1, index)))
  }
  expect([...order.keys()].every(place => at(ranks, place) < 0 === (place % 4 === 0))).toBe(true)
})

test('chance is the same everywhere, and spread evenly', () => {
  expect(fractionsOf('gleaner', '0123456789abcdef0123')).toEqual({
    split: 0.3284734806674585,
    fold: 0.11791302759714739,
    trial: 0.18356783343587324,
  })
  const all = Array.from({ length: 4000 }, (_, n) => fractionsOf('seed', `${n}`).split)
  for (const tenth of Array.from({ length: 10 }, (_, n) => n / 10)) {
    const count = all.filter(value => value >= tenth && value < tenth + 0.1).length
    expect(Math.abs(count - 400)).toBeLessThan(100)
  }
})

test('the certificate counts pairs across splits at the distance or below, by class, with examples', () => {
  const near = { a: [0, 0, 1, 2], b: [1, 2, 2, 3], distanceBits: [10, 80, 81, 5] }
  const of = { classOf: [0, 0, 1, 1], classes: 2, distanceBits: 80 }
  const leaks = leaksAcross(near, Uint8Array.of(train, asked, asked, none), of)
  expect({ ...leaks, byClass: [...leaks.byClass] }).toEqual({ pairs: 2, byClass: [2, 1], examples: [0, 1] })
  const since = leaksSince(
    near,
    Uint8Array.of(asked, asked, train, train),
    Uint8Array.of(train, none, none, asked),
    80,
  )
  expect(since, 'a copy counts as much as the picture itself').toEqual({ trainInTest: 2, testInTrain: 2 })
})
