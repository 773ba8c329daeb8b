import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { picture } from '../../test/support/pictures.ts'
import { temporaryFolder } from '../../test/support/samples.ts'
import type { ImportSlice } from '../store/types.ts'
import type { Planned } from './plan.ts'
import { slicesOf } from './taking.ts'

const box = (x: number) => ({ x, y: 1, width: 5, height: 5, label: 'wing', unit: 'px' as const })

test('the same picture twice in a part is counted, and nothing that is said of it is lost', async () => {
  using folder = temporaryFolder()
  const bytes = await picture(1)
  const planned = (name: string, patch: Partial<Planned>): Planned => {
    const place = join(folder.path, name)
    writeFileSync(place, bytes)
    return { place, url: null, label: 'robin', split: null, boxes: [], size: null, about: {}, ...patch }
  }
  const plan = [
    planned('a.jpg', { boxes: [box(1)] }),
    planned('b.jpg', { boxes: [box(1), box(9)], split: 'train' }),
    planned('c.jpg', { split: 'test' }),
    planned('d.jpg', { label: 'wren' }),
  ]
  async function* lines() {
    for (const [at, each] of plan.entries()) yield { planned: each, end: at + 1 }
  }
  const slices = slicesOf(lines(), 0, { maxBytes: 1e6, author: 'test' })
  const slice = (await slices.next()).value as ImportSlice | undefined
  expect(slice).toMatchObject({ items: 4, again: 2 })
  expect(slice?.groups.map(({ label, items }) => [label, items.length])).toEqual([
    ['robin', 1],
    ['wren', 1],
  ])
  const [first] = slice?.groups[0]?.items ?? []
  expect(first?.boxes.map(({ x }) => x)).toEqual([1, 9])
  expect(first?.split).toBe('train')
})
