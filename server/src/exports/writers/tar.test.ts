import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import { extract } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { type TarEntry, tarHeader, tarOf } from './tar.ts'

/** Streams keep several chunks at a time, and each is good only until the next one is asked for. */
async function* copied(chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}

/** Path, size, content and the rest of the headers, as another library reads them. */
async function readBack(chunks: AsyncIterable<Uint8Array>) {
  const files = extract()
  const feeding = pipeline(Readable.from(copied(chunks)), files)
  const read: { path: string; bytes: Buffer; rest: unknown }[] = []
  for await (const entry of files) {
    const { name, type, mode, uid, gid, uname, gname, mtime } = entry.header
    const rest = { type, mode, uid, gid, uname, gname, atMs: mtime?.getTime() }
    read.push({ path: name, bytes: await buffer(entry), rest })
  }
  await feeding
  return read
}

const anyPath = fc
  .array(fc.oneof(fc.stringMatching(/^[a-z0-9_.]{1,120}$/), fc.stringMatching(/^[a-zé日🦊 ]{1,40}$/u)), {
    minLength: 1,
    maxLength: 5,
  })
  .map(parts => parts.join('/'))
  .filter(path => !path.includes('//'))

describe('tar', () => {
  test('gives any path and any bytes back', async () => {
    const entry = fc.record({ path: anyPath, bytes: fc.uint8Array({ maxLength: 2000 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async entries => {
        const read = await readBack(tarOf(entries))
        expect(read.map(({ path, bytes }) => [path, bytes.toString('hex')])).toEqual(
          entries.map(({ path, bytes }) => [path, Buffer.from(bytes).toString('hex')]),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('says the same owner, mode and time of every file', async () => {
    const [file] = await readBack(tarOf([{ path: 'a.txt', bytes: Buffer.from('a') }]))
    expect(file?.rest).toEqual({
      ...{ type: 'file', mode: 0o644, uid: 0, gid: 0, uname: '', gname: '' },
      atMs: Date.UTC(1980, 0, 1),
    })
  })

  test('writes plain ustar where names are short or can be parted at a slash', () => {
    const types = (path: string) => tarHeader(path, 1).toString('latin1', 156, 157)
    const long = `${'d'.repeat(150)}/${'f'.repeat(99)}`
    expect([types('a/b.jpg'), types('a'.repeat(100)), types(long)]).toEqual(['0', '0', '0'])
    expect([types('a'.repeat(101)), types(`${'d'.repeat(156)}/f`), types('é.jpg')]).toEqual(['x', 'x', 'x'])
    expect(tarHeader(long, 1)).toHaveLength(512)
  })

  test('says sizes that eleven octal digits cannot', async () => {
    const files = extract()
    const sizes = new Promise(resolve => {
      files.on('entry', header => resolve([header.name, header.size]))
    })
    files.write(tarHeader('large.npy', 9_000_000_000))
    expect(await sizes).toEqual(['large.npy', 9_000_000_000])
    files.destroy()
  })

  test('comes in chunks worth a call, the same whatever the pieces', async () => {
    const entries: TarEntry[] = Array.from({ length: 3000 }, (_, nth) => ({
      path: `${nth}.cls`,
      bytes: Buffer.from(String(nth)),
    }))
    const chunks: Uint8Array[] = []
    for await (const chunk of tarOf(entries)) chunks.push(chunk)
    expect(chunks.map(({ length }) => length)).toEqual([1 << 20, 1 << 20, 3000 * 1024 + 1024 - (2 << 20)])
    expect(await readBack(tarOf(entries))).toHaveLength(3000)
  })
})
