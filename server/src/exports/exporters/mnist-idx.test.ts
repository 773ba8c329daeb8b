import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { asFound, expectedPixels, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { mnistIdx } from './mnist-idx.ts'

const squares = { width: 28, height: 28, isGrey: true, format: 'png' } as const
const usual = { sidePx: 28, fit: 'cover', folder: 'MNIST', gzip: false } as const

describe('mnist-idx', () => {
  test('gives the pixels, label and split of every picture back, and is the same bytes twice', async () => {
    const set = await madeUpSet(squares)
    const first = await exported(mnistIdx, set)
    expect(asFound(first.read)).toEqual(await expectedPixels(set))
    expect(first.steps).toBe(set.count)
    const raw = join(first.folder, 'MNIST', 'raw')
    expect(readdirSync(raw).sort()).toEqual(
      ['t10k', 'train', 'validation'].flatMap(of => [`${of}-images-idx3-ubyte`, `${of}-labels-idx1-ubyte`]),
    )
    const second = await exported(mnistIdx, set)
    for (const name of readdirSync(raw))
      expect(readFileSync(join(raw, name))).toEqual(readFileSync(join(second.folder, 'MNIST', 'raw', name)))
  })

  test('begins with its magic number and dimensions, the highest byte first', async () => {
    const set = await madeUpSet({ ...squares, width: 40, height: 40 })
    const { folder } = await exported(mnistIdx, set, { sidePx: 40, folder: 'FashionMNIST' })
    const raw = join(folder, 'FashionMNIST', 'raw')
    const images = readFileSync(join(raw, 'train-images-idx3-ubyte'))
    expect(images.subarray(0, 16).toString('hex')).toBe('000008030000000c0000002800000028')
    expect(images).toHaveLength(16 + 12 * 1600)
    const labels = readFileSync(join(raw, 'train-labels-idx1-ubyte'))
    expect(labels.subarray(0, 8).toString('hex')).toBe('000008010000000c')
    expect(readFileSync(join(folder, 'labels.txt'), 'utf8').split('\n')).toEqual([
      ...set.classes.map(({ label }) => label),
      '',
    ])
  })

  test('has copies for those who want them compressed, and the files that are read beside them', async () => {
    const set = await madeUpSet(squares)
    const { folder, steps } = await exported(mnistIdx, set, { gzip: true })
    expect(steps).toBe(set.count)
    const raw = join(folder, 'MNIST', 'raw')
    const plain = readdirSync(raw).filter(name => !name.endsWith('.gz'))
    expect(plain).toHaveLength(6)
    for (const name of plain)
      expect(gunzipSync(readFileSync(join(raw, `${name}.gz`)))).toEqual(readFileSync(join(raw, name)))
  })

  test('asks for grey squares without loss', () => {
    expect(mnistIdx.render?.({ ...usual, sidePx: 32, fit: 'pad' })).toEqual({
      ...{ sidePx: 32, fit: 'pad', format: 'png', isGrey: true },
    })
  })

  test('says which sets readers will not find, and refuses labels beyond a byte', async () => {
    const whole = await madeUpSet(squares)
    const codes = async (set: typeof whole.planned) =>
      (await mnistIdx.preflight(set, usual)).map(({ code, weight }) => `${weight} ${code}`)
    expect(await codes(whole.planned)).toEqual(['note EXPORT_VALIDATION_APART'])
    const unsplit = await madeUpSet({ ...squares, isSplit: false })
    expect(await codes(unsplit.planned)).toEqual(['lost EXPORT_SET_EMPTY'])
    const { read, folder } = await exported(mnistIdx, unsplit)
    expect(read.map(({ split }) => split)).toEqual(new Array(unsplit.count).fill('train'))
    expect(readFileSync(join(folder, 'MNIST', 'raw', 't10k-images-idx3-ubyte'))).toHaveLength(16)
    const [one] = whole.planned.classes
    const classes = Array.from({ length: 257 }, () => one).filter(found => found !== undefined)
    expect(await codes({ ...whole.planned, classes })).toContain('refused EXPORT_TOO_MANY_CLASSES')
  })

  test('a picture of another size is never written', async () => {
    await expect(exported(mnistIdx, await madeUpSet({ ...squares, height: 27 }))).rejects.toThrow('28 × 27')
  })

  test('a file that is a byte short is not read', async () => {
    const { folder } = await exported(mnistIdx, await madeUpSet(squares))
    const path = join(folder, 'MNIST', 'raw', 't10k-images-idx3-ubyte')
    writeFileSync(path, readFileSync(path).subarray(0, -1))
    await expect(async () => {
      for await (const _ of mnistIdx.read(folder, usual));
    }).rejects.toThrow('bytes')
  })
})
