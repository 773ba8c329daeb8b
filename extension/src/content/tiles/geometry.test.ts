import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Box,
  between,
  type Direction,
  holds,
  isEmpty,
  meets,
  middle,
  neighbour,
  shared,
} from './geometry.ts'

const box = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
})

const anyBox = fc
  .tuple(fc.nat(2000), fc.nat(2000), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }))
  .map(([left, top, width, height]) => box(left, top, width, height))
const anyPoint = fc.record({ x: fc.nat(2500), y: fc.nat(2500) })

describe('boxes', () => {
  test('a point lies in what two boxes share when it lies in both', () => {
    fc.assert(
      fc.property(anyBox, anyBox, anyPoint, (one, other, point) => {
        expect(holds(shared(one, other), point)).toBe(holds(one, point) && holds(other, point))
      }),
    )
  })

  test('boxes that only touch do not meet', () => {
    expect(meets(box(0, 0, 10, 10), box(10, 0, 10, 10))).toBe(false)
    expect(meets(box(0, 0, 10, 10), box(9, 9, 10, 10))).toBe(true)
    expect(isEmpty(shared(box(0, 0, 5, 5), box(50, 50, 5, 5)))).toBe(true)
  })

  test('a rectangle may be drawn from any corner', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, (one, other) => {
        expect(between(one, other)).toEqual(between(other, one))
        expect(between(one, other)).toEqual(between({ x: one.x, y: other.y }, { x: other.x, y: one.y }))
      }),
    )
  })
})

/** Names the box an arrow leads to: `letters` are drawn on paper, each in its own box. */
function walk(paper: readonly string[], from: string, direction: Direction): string {
  const boxes = new Map<string, Box>()
  for (const [y, line] of paper.entries()) {
    for (const [x, letter] of [...line].entries()) {
      if (letter === ' ') continue
      const before = boxes.get(letter) ?? box(x * 10, y * 10, 8, 8)
      boxes.set(letter, {
        left: Math.min(before.left, x * 10),
        top: Math.min(before.top, y * 10),
        right: Math.max(before.right, x * 10 + 8),
        bottom: Math.max(before.bottom, y * 10 + 8),
      })
    }
  }
  const letters = [...boxes.keys()]
  const start = boxes.get(from)
  if (!start) throw new Error(`There is no ${from}.`)
  return letters[neighbour([...boxes.values()], start, direction)] ?? ''
}

describe('arrows', () => {
  const grid = ['ab cd', 'ef gh', 'ij']
  test.each([
    ['a', 'right', 'b'],
    ['b', 'right', 'c'],
    ['d', 'right', ''],
    ['a', 'left', ''],
    ['a', 'down', 'e'],
    ['e', 'up', 'a'],
    ['i', 'down', ''],
    ['a', 'up', ''],
    ['g', 'down', 'j'],
    ['j', 'right', 'g'],
  ] as const)('in a grid %s %s leads to %s', (from, direction, to) => {
    expect(walk(grid, from, direction)).toBe(to)
  })

  // Rows of one height with pictures of unequal width, as most engines lay them out.
  const rows = ['aaabbcccc', 'ddeeeefff']
  test.each([
    ['a', 'down', 'd'],
    ['b', 'down', 'e'],
    ['c', 'down', 'f'],
    ['e', 'up', 'b'],
    ['e', 'left', 'd'],
    ['e', 'right', 'f'],
  ] as const)('in rows %s %s leads to %s', (from, direction, to) => {
    expect(walk(rows, from, direction)).toBe(to)
  })

  // Columns of one width with pictures of unequal height.
  const columns = ['abc', 'abf', 'dbf', 'def', 'deg', 'heg']
  test.each([
    ['a', 'down', 'd'],
    ['b', 'down', 'e'],
    ['c', 'down', 'f'],
    ['d', 'right', 'e'],
    ['f', 'left', 'b'],
    ['g', 'left', 'e'],
    ['h', 'up', 'd'],
  ] as const)('in columns %s %s leads to %s', (from, direction, to) => {
    expect(walk(columns, from, direction)).toBe(to)
  })

  test('a box without size is no place to go', () => {
    expect(neighbour([box(0, 20, 0, 0), box(0, 40, 10, 10)], box(0, 0, 10, 10), 'down')).toBe(1)
  })

  test('never lead back or nowhere in circles', () => {
    const along = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] } as const
    fc.assert(
      fc.property(
        fc.array(anyBox, { minLength: 1, maxLength: 30 }),
        anyBox,
        fc.constantFrom<Direction>('left', 'right', 'up', 'down'),
        (boxes, from, direction) => {
          const found = boxes[neighbour(boxes, from, direction)]
          if (!found) return
          const [x, y] = along[direction]
          const moved = (middle(found).x - middle(from).x) * x + (middle(found).y - middle(from).y) * y
          expect(moved).toBeGreaterThan(0)
        },
      ),
    )
  })
})
