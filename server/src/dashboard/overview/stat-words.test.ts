import { expect, test } from 'vitest'
import { diskShares, pixelWords, ratioWords } from './stat-words.ts'

test('ratios are as exact as they are small', () => {
  expect([1, 1.333, 7.46, 24.4, 1800].map(ratioWords)).toEqual(['1', '1.3', '7.5', '24', '1,800'])
})

test('sides are drawn by their logarithm and read in pixels', () => {
  expect([8, 9.5, 12].map(pixelWords)).toEqual(['256 px', '724 px', '4,096 px'])
})

test('what takes most room comes first, what takes none not at all', () => {
  const disk = {
    ...{ imagesBytes: 10, originalsBytes: 40, trashBytes: 0 },
    ...{ indexBytes: 5, cacheBytes: 0, freeBytes: 1 },
  }
  expect(diskShares(disk).map(({ id }) => id)).toEqual(['originals', 'images', 'index'])
})
