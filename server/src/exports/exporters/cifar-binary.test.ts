import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asFound, expectedPixels, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { cifarBinary } from './cifar-binary.ts'

const squares = { width: 32, height: 32, format: 'png' } as const
const ten = { layout: 'cifar-10', sidePx: 32, fit: 'cover' } as const
const hundred = { ...ten, layout: 'cifar-100' } as const

describe('cifar-binary', () => {
  test.each([ten, hundred])(
    '$layout gives the pixels, label and split of every picture back, the same bytes twice',
    async options => {
      const set = await madeUpSet(squares)
      const first = await exported(cifarBinary, set, options)
      expect(asFound(first.read)).toEqual(await expectedPixels(set))
      expect(first.steps).toBe(set.count)
      const second = await exported(cifarBinary, set, options)
      const [name = ''] = readdirSync(first.folder)
      for (const file of readdirSync(join(first.folder, name)))
        expect(readFileSync(join(first.folder, name, file))).toEqual(
          readFileSync(join(second.folder, name, file)),
        )
    },
  )

  test('has train in five files, all classes mixed, a label byte and three planes a picture', async () => {
    const set = await madeUpSet(squares)
    const { folder } = await exported(cifarBinary, set)
    const at = join(folder, 'cifar-10-batches-bin')
    expect(readdirSync(at).sort()).toEqual([
      ...['FORMAT.txt', 'batches.meta.txt', 'data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin'],
      ...['data_batch_4.bin', 'data_batch_5.bin', 'test_batch.bin', 'validation_batch.bin'],
    ])
    const lengths = [1, 2, 3, 4, 5].map(nth => readFileSync(join(at, `data_batch_${nth}.bin`)).length / 3073)
    expect(lengths).toEqual([2, 2, 3, 2, 3])
    expect(readFileSync(join(at, 'batches.meta.txt'), 'utf8')).toBe(
      set.classes.map(({ label }) => `${label}\n`).join(''),
    )
    for await (const picture of set.pictures({ split: 'train', isShuffled: true })) {
      const pixels = await picture.pixels()
      const row = readFileSync(join(at, 'data_batch_1.bin'))
      expect(row[0]).toBe(picture.class.index)
      // The second pixel of the first row: one byte in each plane.
      expect([row[2], row[1 + 1024 + 1], row[1 + 2048 + 1]]).toEqual([...pixels.subarray(3, 6)])
      break
    }
  })

  test('cifar-100 has the superclass first; a class without one stands for itself', async () => {
    const set = await madeUpSet(squares)
    const { folder } = await exported(cifarBinary, set, hundred)
    const at = join(folder, 'cifar-100-binary')
    const [coarse, fine] = ['coarse', 'fine'].map(kind =>
      readFileSync(join(at, `${kind}_label_names.txt`), 'utf8')
        .trimEnd()
        .split('\n'),
    )
    expect(coarse).toEqual(['animal', 'thing', 'yes: "no", #1 <é>'])
    const bytes = readFileSync(join(at, 'train.bin'))
    expect(bytes).toHaveLength(3074 * set.countIn('train'))
    const parents = new Map(set.classes.map(({ label, parent }) => [label, parent ?? label]))
    for (let row = 0; row < bytes.length; row += 3074)
      expect(coarse?.[bytes[row] ?? -1]).toBe(parents.get(fine?.[bytes[row + 1] ?? -1] ?? ''))
  })

  test('says what readers will not find, and which size they expect', async () => {
    const { planned } = await madeUpSet(squares)
    const found = async (set: typeof planned, options: Parameters<typeof cifarBinary.preflight>[1]) =>
      (await cifarBinary.preflight(set, options)).map(({ code, weight }) => `${weight} ${code}`)
    expect(await found(planned, ten)).toEqual(['note EXPORT_VALIDATION_APART'])
    expect(await found(planned, { ...ten, sidePx: 64 })).toEqual([
      ...['note EXPORT_VALIDATION_APART', 'lost EXPORT_SIZE_BY_AGREEMENT'],
    ])
    const flat = await madeUpSet({ ...squares, isSplit: false, classes: [{ label: 'a', counts: [2, 0, 0] }] })
    expect(await found(flat.planned, hundred)).toEqual([
      'lost EXPORT_SET_EMPTY',
      'lost EXPORT_NO_SUPERCLASSES',
    ])
    const { folder } = await exported(cifarBinary, flat)
    expect(readFileSync(join(folder, 'cifar-10-batches-bin', 'test_batch.bin'))).toHaveLength(0)
    const [one] = planned.classes
    const classes = Array.from({ length: 257 }, () => one).filter(known => known !== undefined)
    expect(await found({ ...planned, classes }, ten)).toContain('refused EXPORT_TOO_MANY_CLASSES')
  })

  test('a file that is no whole number of records is not read', async () => {
    const { folder } = await exported(cifarBinary, await madeUpSet(squares))
    const path = join(folder, 'cifar-10-batches-bin', 'test_batch.bin')
    writeFileSync(path, readFileSync(path).subarray(0, -1))
    await expect(async () => {
      for await (const _ of cifarBinary.read(folder, ten));
    }).rejects.toThrow('cut short')
  })
})
