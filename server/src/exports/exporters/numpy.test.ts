import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import { asFound, expectedPixels, exported, madeUpSet } from '../../../test/support/export-set.ts'
import { npyOf, textArray } from '../writers/npy.ts'
import { numpy } from './numpy.ts'

const squares = { width: 64, height: 64, format: 'png' } as const
const usual = { files: 'npz', sidePx: 64, fit: 'cover', isGrey: false, channels: 'last' } as const

const headerOf = (bytes: Buffer) =>
  bytes.toString('latin1', 10, bytes.indexOf('\n'.charCodeAt(0), 10)).trimEnd()

describe('numpy', () => {
  test.each([
    ['an archive', usual],
    ['files', { ...usual, files: 'npy' }],
    ['planes', { ...usual, channels: 'first' }],
    ['grey', { ...usual, isGrey: true }],
  ] as const)(
    'as %s, gives pixels, label and split of every picture back, the same bytes twice',
    async (_, options) => {
      const set = await madeUpSet({ ...squares, isGrey: options.isGrey })
      const first = await exported(numpy, set, options)
      expect(asFound(first.read)).toEqual(await expectedPixels(set))
      expect(first.steps).toBe(set.count)
      const second = await exported(numpy, set, options)
      for (const name of readdirSync(first.folder))
        expect(readFileSync(join(first.folder, name))).toEqual(readFileSync(join(second.folder, name)))
    },
  )

  test('headers end at multiples of 64, and say the shape as Python writes it', async () => {
    const set = await madeUpSet(squares)
    const { folder } = await exported(numpy, set, { files: 'npy', channels: 'first' })
    const headers = Object.fromEntries(
      readdirSync(folder).map(name => {
        const bytes = readFileSync(join(folder, name))
        expect(bytes.toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00')
        expect((10 + bytes.readUInt16LE(8)) % 64).toBe(0)
        expect(bytes[10 + bytes.readUInt16LE(8) - 1]).toBe(10)
        return [name, headerOf(bytes)]
      }),
    )
    expect(headers).toMatchObject({
      'x_train.npy': "{'descr': '|u1', 'fortran_order': False, 'shape': (12, 3, 64, 64), }",
      'y_train.npy': "{'descr': '<i8', 'fortran_order': False, 'shape': (12,), }",
      'classes.npy': "{'descr': '<U17', 'fortran_order': False, 'shape': (4,), }",
      'id_test.npy': "{'descr': '<U20', 'fortran_order': False, 'shape': (5,), }",
    })
  })

  test('the archive is stored, and lists one array a file', async () => {
    const { folder } = await exported(numpy, await madeUpSet(squares))
    const zip = await fromBufferPromise(readFileSync(join(folder, 'dataset.npz')))
    const entries = []
    for await (const { fileName, compressionMethod } of zip.eachEntry())
      entries.push(`${fileName} ${compressionMethod}`)
    expect(entries).toEqual(
      ['classes', ...['train', 'validation', 'test'].flatMap(s => [`x_${s}`, `y_${s}`, `id_${s}`])].map(
        name => `${name}.npy 0`,
      ),
    )
  })

  test('texts of any letters are as long as the longest', async () => {
    const chunks = []
    for await (const chunk of npyOf(textArray('t', ['a', 'é🦊x', '']))) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    expect(headerOf(bytes)).toContain("'<U3'")
    const letters = bytes.subarray(-36)
    expect(Array.from({ length: 9 }, (_, at) => letters.readUInt32LE(4 * at))).toEqual([
      ...[0x61, 0, 0],
      ...[0xe9, 0x1f98a, 0x78],
      ...[0, 0, 0],
    ])
  })

  test('an array that would fill any memory is told, with a way round it', async () => {
    const { planned } = await madeUpSet(squares)
    expect(await numpy.preflight(planned, usual)).toEqual([])
    const many = { ...planned, countIn: () => 100_000 }
    const options = { ...usual, sidePx: 224 }
    expect(await numpy.preflight(many, options)).toMatchObject([
      { code: 'EXPORT_MUCH_MEMORY', weight: 'lost', fix: { options: { ...options, files: 'npy' } } },
    ])
    expect(await numpy.preflight(many, { ...options, files: 'npy' })).toEqual([])
  })

  test('a flipped bit in the archive is found', async () => {
    const { folder } = await exported(numpy, await madeUpSet(squares))
    const path = join(folder, 'dataset.npz')
    const bytes = readFileSync(path)
    bytes.writeUInt8(bytes.readUInt8(20_000) ^ 1, 20_000)
    writeFileSync(path, bytes)
    await expect(async () => {
      for await (const _ of numpy.read(folder, usual));
    }).rejects.toThrow('checksum')
  })
})
