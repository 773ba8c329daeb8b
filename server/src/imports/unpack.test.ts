import { createWriteStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { AppError } from '@gleaner/shared/errors'
import { type Header, pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { type MadeEntry, madeZip } from '../../test/support/made-zip.ts'
import { temporaryFolder } from '../../test/support/samples.ts'
import { archiveKind, type UnpackLimits, unpack, unpackLimits } from './unpack.ts'

type TarEntry = Pick<Header, 'name'> & Partial<Header> & { readonly content?: string | Buffer }

async function madeTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack()
  for (const { content = '', ...header } of entries) archive.entry(header, content)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Unpacks into a folder of its own, beside one that must stay as it is. */
async function unpacked(bytes: Buffer, limits: Partial<UnpackLimits> = {}) {
  using home = temporaryFolder()
  const [archive, folder, beside] = ['archive', 'staging', 'beside'].map(name => join(home.path, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(beside)
  writeFileSync(join(beside, 'victim'), 'untouched')
  writeFileSync(archive, bytes)
  const kind = await archiveKind(archive)
  if (!kind) throw new Error('no archive')
  const ended = await unpack(kind, {
    ...{
      archive,
      archiveBytes: bytes.length,
      folder,
      signal: new AbortController().signal,
      mayWrite: () => {},
    },
    limits: { ...unpackLimits, ...limits },
  }).then(
    files => files.map(({ path, place }) => [path, readFileSync(place, 'latin1').slice(0, 40)] as const),
    (error: unknown) => error,
  )
  expect(readFileSync(join(beside, 'victim'), 'utf8'), 'nothing outside is touched').toBe('untouched')
  expect(readdirSync(home.path).sort()).toEqual(['archive', 'beside', 'staging'])
  expect(
    readdirSync(folder).every(name => /^\d+$/.test(name)),
    'names of our own',
  ).toBe(true)
  return ended
}

const refusal = (code: string, rule: string) =>
  expect.objectContaining({ code, facts: expect.objectContaining({ rule }) })
const file = (name: string): TarEntry => ({ name, type: 'file', content: 'hello' })

test('what is honest comes out whole, under numbers', async () => {
  const content = 'x'.repeat(100_000)
  const names = ['cat/a.jpg', 'cat/b.jpg', 'Übung/ä ö.jpg', './dog/c.jpg', `${'long/'.repeat(30)}d.jpg`]
  const expected = names.map(name => [name.replace(/^\.\//, ''), content.slice(0, 40)])
  const tar = await madeTar([{ name: 'cat/', type: 'directory' }, ...names.map(name => ({ name, content }))])
  expect(await unpacked(tar)).toEqual(expected)
  expect(await unpacked(gzipSync(tar))).toEqual(expected)
  const zip = madeZip([
    { name: 'cat/', content: Buffer.alloc(0), mode: 0o040755 },
    ...names.map((name, place) => ({ name, content: Buffer.from(content), isDeflated: place % 2 === 0 })),
  ])
  expect(await unpacked(zip)).toEqual(expected)
})

const hostileNames: readonly (readonly [name: string, rule: string])[] = [
  ['/etc/passwd', 'absolute path'],
  ['../../beside/victim', 'leads out of the archive'],
  ['a/../../beside/victim', 'leads out of the archive'],
  ['a/..', 'leads out of the archive'],
  ['C:/windows/win.ini', 'drive letter'],
  ['c:victim', 'drive letter'],
  ['//server/share/victim', 'network path'],
  ['\\\\server\\share\\victim', 'network path'],
  ['..\\..\\beside\\victim', 'backslash'],
  ['cat\\a.jpg', 'backslash'],
  ['cat/a\njpg', 'control character'],
  [`${'d/'.repeat(40)}a.jpg`, 'nested too deeply'],
  [`${'n'.repeat(300)}.jpg`, 'name too long'],
]

describe.each(hostileNames)('an entry called %j', (name, rule) => {
  test('makes all of a zip refused', async () => {
    expect(await unpacked(madeZip([{ name: 'cat/a.jpg' }, { name }]))).toEqual(refusal('IMPORT_UNSAFE', rule))
  })
  test('makes all of a tar refused', async () => {
    expect(await unpacked(await madeTar([file('cat/a.jpg'), file(name)]))).toEqual(
      refusal('IMPORT_UNSAFE', rule),
    )
  })
})

test('a zero byte in a name is refused', async () => {
  expect(await unpacked(madeZip([{ name: 'a.jpg\0.txt' }]))).toEqual(refusal('IMPORT_UNSAFE', 'zero byte'))
})

test.each(['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const)(
  'a tar with a %s is refused, and a file that goes through it is not written',
  async type => {
    const link: TarEntry = { name: 'inner', type, linkname: '../beside' }
    const bytes = await madeTar([link, file('inner/victim')])
    expect(await unpacked(bytes)).toEqual(refusal('IMPORT_UNSAFE', 'a link or device'))
  },
)

test.each([
  ['link', 0o120777],
  ['device', 0o020666],
  ['pipe', 0o010644],
])('a zip with a %s is refused', async (_kind, mode) => {
  const entries: MadeEntry[] = [
    { name: 'inner', mode, content: Buffer.from('../beside') },
    { name: 'inner/victim' },
  ]
  expect(await unpacked(madeZip(entries))).toEqual(refusal('IMPORT_UNSAFE', 'a link or device'))
})

test.each([
  ['the same name', 'cat/a.jpg', 'cat/a.jpg'],
  ['names that differ by case', 'Cat/A.jpg', 'cat/a.JPG'],
  ['names that differ by how accents are written', 'caf\u00e9.jpg', 'cafe\u0301.jpg'],
])('%s twice is refused', async (_what, one, other) => {
  expect(await unpacked(madeZip([{ name: one }, { name: other }]))).toEqual(
    refusal('IMPORT_UNSAFE', 'a name twice'),
  )
  expect(await unpacked(await madeTar([file(one), file(other)]))).toEqual(
    refusal('IMPORT_UNSAFE', 'a name twice'),
  )
})

test('a file that is a folder, too, is refused', async () => {
  const rule = 'a file is a folder, too'
  expect(await unpacked(await madeTar([file('cat'), file('cat/a.jpg')]))).toEqual(
    refusal('IMPORT_UNSAFE', rule),
  )
})

test('entries that share their bytes are refused: a bomb without nesting', async () => {
  const kernel = Buffer.alloc(1_000_000)
  const first = { name: 'a', content: kernel, isDeflated: true }
  const others = Array.from({ length: 200 }, (_, n) => ({ ...first, name: `b${n}`, offset: 0 }))
  expect(await unpacked(madeZip([first, ...others]))).toEqual(
    refusal('IMPORT_UNSAFE', 'entries that overlap'),
  )
  // Also when the entries stand in another order than their bytes.
  const shuffled = [{ name: 'cat/a1' }, { name: 'cat/a2' }, { name: 'cat/a3', offset: 0 }]
  expect(await unpacked(madeZip(shuffled))).toEqual(refusal('IMPORT_UNSAFE', 'entries that overlap'))
})

describe('what unpacks to too much', () => {
  const zeros = Buffer.alloc(8_000_000)
  const tight = { freeBytes: 1_000_000, ratio: 100 }
  const tooLarge = expect.objectContaining({ code: 'IMPORT_TOO_LARGE' })

  test('is refused by its ratio', async () => {
    expect(await unpacked(madeZip([{ name: 'a', content: zeros, isDeflated: true }]), tight)).toEqual(
      tooLarge,
    )
    expect(await unpacked(gzipSync(await madeTar([{ name: 'a', content: zeros }])), tight)).toEqual(tooLarge)
  })
  test('is refused by the size of one file, and of all', async () => {
    const zip = madeZip([{ name: 'a' }, { name: 'b', content: zeros }])
    expect(await unpacked(zip, { fileBytes: 1_000_000 })).toEqual(tooLarge)
    expect(await unpacked(zip, { totalBytes: 1_000_000 })).toEqual(tooLarge)
  })
  test('is refused when it claims less than it is', async () => {
    const liar = madeZip([{ name: 'a', content: zeros, isDeflated: true, claimedBytes: 10 }])
    expect(await unpacked(liar, tight)).toEqual(expect.objectContaining({ code: 'IMPORT_DAMAGED' }))
  })
  test('is not taken further apart: an archive in an archive is a file', async () => {
    const inner = madeZip([{ name: '../../beside/victim', content: zeros, isDeflated: true }])
    expect(await unpacked(madeZip([{ name: 'inner.zip', content: inner }]))).toHaveLength(1)
  })
  test('is refused by what lies behind its last entry', async () => {
    const tar = Buffer.concat([await madeTar([file('a')]), Buffer.alloc(20_000_000)])
    expect(await unpacked(gzipSync(tar), { ...tight, entries: 100 })).toEqual(tooLarge)
  })
})

test('a million entries are refused without being written', async () => {
  const entries = Array.from({ length: 60_000 }, (_, n) => ({ name: `${n}`, content: Buffer.alloc(0) }))
  const zip = madeZip(entries)
  expect(await unpacked(zip, { entries: 50_000 })).toEqual(
    expect.objectContaining({ code: 'IMPORT_TOO_LARGE' }),
  )

  using home = temporaryFolder()
  const archive = join(home.path, 'many.tar')
  const header = (await madeTar([{ name: 'same-header-for-all', type: 'file' }])).subarray(0, 512)
  const headers = Buffer.concat(Array.from({ length: 2_000 }, () => header))
  await pipeline(Readable.from(Array.from({ length: 500 }, () => headers)), createWriteStream(archive))
  const folder = join(home.path, 'staging')
  const refused = unpack('tar', {
    ...{
      archive,
      archiveBytes: 512_000_000,
      folder,
      signal: new AbortController().signal,
      mayWrite: () => {},
    },
    limits: unpackLimits,
  })
  await expect(refused).rejects.toMatchObject({ code: 'IMPORT_UNSAFE' })
  expect(readdirSync(folder).length).toBeLessThan(2)
})

test('entries of a tar are counted one by one', async () => {
  const tar = await madeTar(Array.from({ length: 21 }, (_, n) => file(`cat/${n}.jpg`)))
  expect(await unpacked(tar, { entries: 20 })).toEqual(expect.objectContaining({ code: 'IMPORT_TOO_LARGE' }))
  expect(await unpacked(tar, { entries: 21 })).toHaveLength(21)
})

test('an encrypted zip is refused as such', async () => {
  const zip = madeZip([{ name: 'a.jpg', flags: 0x0801, content: Buffer.alloc(17), claimedBytes: 5 }])
  expect(await unpacked(zip)).toEqual(expect.objectContaining({ code: 'IMPORT_ENCRYPTED' }))
})

describe('cut short', () => {
  const damaged = expect.objectContaining({ code: 'IMPORT_DAMAGED' })
  test('a zip, a tar and a packed tar are refused wherever they are cut', async () => {
    const zip = madeZip([{ name: 'a' }, { name: 'b' }])
    const tar = await madeTar([file('a'), file('b')])
    const tgz = gzipSync(tar)
    for (const share of [0.3, 0.6, 0.95]) {
      for (const whole of [zip, tgz]) {
        expect(await unpacked(whole.subarray(0, Math.floor(whole.length * share)))).toEqual(damaged)
      }
    }
    // Within a header, within a file, and between two entries.
    for (const end of [700, 1030, 1024, 2048]) expect(await unpacked(tar.subarray(0, end))).toEqual(damaged)
  })
  test('a wrong checksum of a tar header is refused', async () => {
    const tar = await madeTar([file('a'), file('b')])
    tar.write('c', 1024)
    expect(await unpacked(tar)).toEqual(damaged)
  })
})

test('giving up ends it at once', async () => {
  using home = temporaryFolder()
  const archive = join(home.path, 'a.zip')
  writeFileSync(archive, madeZip([{ name: 'a' }]))
  const giveUp = new AbortController()
  giveUp.abort(new DOMException('stop', 'AbortError'))
  const refused = unpack('zip', {
    ...{ archive, archiveBytes: 100, folder: join(home.path, 'staging'), signal: giveUp.signal },
    ...{ limits: unpackLimits, mayWrite: () => {} },
  })
  await expect(refused).rejects.toThrow('stop')
})

test.each(['zip', 'tar'] as const)(
  'room on the disk is asked for within a large file of a %s, too',
  async kind => {
    using home = temporaryFolder()
    const content = Buffer.alloc(20 * 1024 ** 2)
    const bytes = kind === 'zip' ? madeZip([{ name: 'a', content }]) : await madeTar([{ name: 'a', content }])
    const archive = join(home.path, 'archive')
    writeFileSync(archive, bytes)
    let asked = 0
    const mayWrite = () => {
      asked += 1
      if (asked > 3) throw new AppError('STORE_DISK_FULL', {})
    }
    const refused = unpack(kind, {
      ...{ archive, archiveBytes: bytes.length, folder: join(home.path, 'staging'), mayWrite },
      ...{ limits: unpackLimits, signal: new AbortController().signal },
    })
    await expect(refused).rejects.toMatchObject({ code: 'STORE_DISK_FULL' })
    expect(asked).toBe(4)
  },
)
