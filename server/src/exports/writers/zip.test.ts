import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { fromBufferPromise, openPromise } from 'yauzl'
import { centralHeader, dataDescriptor, endOfDirectory, localHeader, needs64, type ZipFile } from './zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'gleaner-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const content = Buffer.from('what is in it')

const file = (more: Partial<ZipFile> = {}): ZipFile => ({
  path: 'a/é 🦊.txt',
  method: 'stored',
  crc32: crc32(content),
  sizeBytes: content.length,
  packedBytes: content.length,
  offset: 0,
  isStreamed: false,
  ...more,
})

/** An archive of files that each hold {@link content}. */
function archive(files: readonly ZipFile[], is64 = false): Buffer {
  const parts: Buffer[] = []
  const at = () => parts.reduce((sum, { length }) => sum + length, 0)
  const placed = files.map(one => {
    const offset = at()
    parts.push(localHeader(one, is64), content)
    if (one.isStreamed) parts.push(dataDescriptor(one, is64))
    return { ...one, offset }
  })
  const offset = at()
  for (const one of placed) parts.push(centralHeader(one))
  parts.push(endOfDirectory({ files: files.length, offset, sizeBytes: at() - offset }))
  return Buffer.concat(parts)
}

describe('zip', () => {
  test.each([
    ['whose sizes are known', file(), false],
    ['that is streamed', file({ isStreamed: true }), false],
    ['with room for large sizes', file(), true],
    ['that is streamed and may be large', file({ isStreamed: true }), true],
  ])('a file %s is read again', async (_, wanted, is64) => {
    const zip = await fromBufferPromise(archive([wanted], is64))
    for await (const entry of zip.eachEntry()) {
      expect(entry.fileName).toBe(wanted.path)
      expect(entry.getLastModDate({ timezone: 'UTC' })).toEqual(new Date('1980-01-01T00:00:00Z'))
      expect(entry.externalFileAttributes >>> 16).toBe(0o100644)
      expect(await buffer(await zip.openReadStreamPromise(entry))).toEqual(content)
    }
    expect(zip.entryCount).toBe(1)
  })

  test('more files than 16 bits can count', async () => {
    const many = Array.from({ length: 70_000 }, (_, nth) => file({ path: `${nth}` }))
    const directory = many.map(one => centralHeader(one))
    const sizeBytes = directory.reduce((sum, { length }) => sum + length, 0)
    const zip = await fromBufferPromise(
      Buffer.concat([...directory, endOfDirectory({ files: many.length, offset: 0, sizeBytes })]),
    )
    let counted = 0
    for await (const _ of zip.eachEntry()) counted += 1
    expect([zip.entryCount, counted]).toEqual([70_000, 70_000])
  })

  test('a file that lies beyond four gibibytes', async () => {
    const path = join(folder, 'far.zip')
    writeFileSync(path, '')
    const far = file({ offset: 5 * 2 ** 30 })
    const header = localHeader(far, false)
    const offset = far.offset + header.length + content.length
    const directory = centralHeader(far)
    const end = endOfDirectory({ files: 1, offset, sizeBytes: directory.length })
    // A hole of five gibibytes takes no room.
    const handle = await open(path, 'r+')
    await handle.write(Buffer.concat([header, content, directory, end]), 0, undefined, far.offset)
    await handle.close()
    const zip = await openPromise(path)
    for await (const entry of zip.eachEntry())
      expect(await buffer(await zip.openReadStreamPromise(entry))).toEqual(content)
  })

  test('a file of more than four gibibytes says so in both its headers', async () => {
    const sizeBytes = 5 * 2 ** 30
    const large = file({ sizeBytes, packedBytes: sizeBytes })
    expect(needs64(sizeBytes)).toBe(true)
    const local = localHeader(large, true)
    expect(local.readBigUInt64LE(local.length - 16)).toBe(BigInt(sizeBytes))
    const directory = centralHeader(large)
    const zip = await fromBufferPromise(
      Buffer.concat([directory, endOfDirectory({ files: 1, offset: 0, sizeBytes: directory.length })]),
    )
    for await (const entry of zip.eachEntry()) expect(entry.uncompressedSize).toBe(sizeBytes)
  })
})
