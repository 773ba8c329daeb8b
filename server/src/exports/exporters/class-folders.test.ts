import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asFound, expectedOf, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { readClassFolders } from '../readers/class-folders.ts'
import { classFolders } from './class-folders.ts'

test.each([true, false])('a reader finds every picture under its class (split: %s)', async isSplit => {
  const set = await madeUpSet({ isSplit })
  const { read, steps } = await exported(classFolders, set)
  expect(asFound(read)).toEqual(await expectedOf(set))
  expect(steps).toBe(set.count)
})

test('the validation folder goes by the name that is asked for', async () => {
  const set = await madeUpSet()
  const { read } = await exported(classFolders, set, { validationFolder: 'validation' })
  expect(asFound(read)).toEqual(await expectedOf(set))
})

test('pictures Keras does not see are told of', async () => {
  const { planned } = await madeUpSet({ format: 'webp' })
  const found = await classFolders.preflight(planned, { validationFolder: 'val' })
  expect(found).toMatchObject([{ code: 'EXPORT_WEBP_UNSEEN', weight: 'lost', count: planned.count }])
})

test('the reader stumbles over an empty class, as torchvision does', async () => {
  const set = await madeUpSet({ classes: [{ label: 'cat', counts: [1, 0, 0] }] })
  const { folder } = await exported(classFolders, set)
  for await (const { id, extension } of set.pictures())
    rmSync(join(folder, 'train/cat', `${id}.${extension}`))
  await expect(all(readClassFolders(folder))).rejects.toThrow(/no valid file/)
})

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
