import { expect, test } from 'vitest'
import { imbalanceOf } from './dataset-stats.ts'

const classes = (...images: readonly number[]) =>
  images.map((count, index) => ({
    classId: index + 1,
    label: `class ${index}`,
    images: count,
    unreviewed: 0,
    unsure: 0,
    goal: null,
    missing: 0,
  }))

test.each([
  ['no class has pictures', classes(0, 0), null],
  ['one class has pictures', classes(0, 500), null],
  ['classes are alike', classes(100, 299), null],
  [
    'one is three times another',
    classes(300, 0, 100, 200),
    { largestClassId: 1, smallestClassId: 3, ratio: 3 },
  ],
])('imbalance where %s', (_, given, expected) => {
  expect(imbalanceOf(given)).toEqual(expected)
})
