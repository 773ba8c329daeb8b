import { expect, test } from 'vitest'
import { currentDataset, pageOf } from './current-dataset.ts'

const datasets = [{ id: 'birds' }, { id: 'cats' }]

test('the path names dataset and page', () => {
  expect(currentDataset('/datasets/cats/gallery/3', datasets)).toBe('cats')
  expect(pageOf('/datasets/cats/gallery/3')).toBe('gallery')
})

test('elsewhere, and where the named one is gone, it is the first', () => {
  expect(currentDataset('/', datasets)).toBe('birds')
  expect(currentDataset('/datasets/gone/gallery', datasets)).toBe('birds')
  expect(currentDataset('/', [])).toBeUndefined()
  expect(pageOf('/connections')).toBeUndefined()
})
