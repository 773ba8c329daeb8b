/** `gleaner duplicates …` as a person starts it: over folders of files of all sorts. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ScanReport } from '../src/cli/duplicates/report.ts'
import { type TransformName, transforms } from '../src/imaging/transforms.ts'
import { picture } from './support/pictures.ts'

const script = fileURLToPath(new URL('../src/cli/gleaner.ts', import.meta.url))
const run = (...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [script, 'duplicates', ...args], { encoding: 'utf8', maxBuffer: 1024 ** 3 })

const edited = (name: TransformName, bytes: Buffer) => {
  const transform = transforms.find(({ name: its }) => its === name)
  if (!transform) throw new Error(name)
  return transform.make(bytes)
}

let place: string
/** What is looked through; made once, and changed by nobody. */
let folder: string
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'gleaner-duplicates-'))
  folder = join(place, 'pictures')
  mkdirSync(join(folder, 'deep/er'), { recursive: true })
  const put = (name: string, bytes: Buffer | string) => writeFileSync(join(folder, name), bytes)
  const first = await picture(1)
  put('a.jpg', first)
  put('deep/same-bytes.jpg', first)
  put('deep/same-pixels.png', await sharp(first).png().toBuffer())
  put('deep/quarter.jpg', await edited('quarter', first))
  put('deep/er/mirrored.jpg', await edited('flip', first))
  const second = await picture(2)
  put('b.jpg', second)
  put('b-grey.webp', await sharp(second).greyscale().webp().toBuffer())
  for (let seed = 10; seed < 20; seed++) put(`stranger-${seed}.jpg`, await picture(seed))
  put('cut.jpg', first.subarray(0, first.length / 2))
  put('page.jpg', '<html><body>not found</body></html>')
  put('notes.txt', 'milk, bread')
  const outside = join(place, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'copy-of-a.jpg'), first)
  symlinkSync(outside, join(folder, 'way-out'))
}, 120_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Names, sizes and times of all that is in the folder. */
const state = (of: string) =>
  readdirSync(of, { recursive: true, encoding: 'utf8' }).map(name => {
    const { size, mtimeMs } = statSync(join(of, name))
    return `${name} ${size} ${mtimeMs}`
  })

const reportOf = ({ stdout }: SpawnSyncReturns<string>) => JSON.parse(stdout) as ScanReport

describe('scan', () => {
  let done: SpawnSyncReturns<string>
  let before: string[]
  beforeAll(() => {
    before = state(folder)
    done = run('scan', folder, '--json')
  })

  test('finds the copies of any folder, and touches nothing', () => {
    expect(done.status, done.stderr).toBe(2)
    const { groups, ...rest } = reportOf(done)
    const found = groups.map(({ kind, members }) => [kind, members.map(({ path }) => path).sort()])
    expect(found.sort()).toEqual([
      [
        'copies',
        ['a.jpg', 'deep/er/mirrored.jpg', 'deep/quarter.jpg', 'deep/same-bytes.jpg', 'deep/same-pixels.png'],
      ],
      ['copies', ['b-grey.webp', 'b.jpg']],
    ])
    expect(rest).toMatchObject({ files: 20, pictures: 17, copies: 5, links: 1, otherFiles: 1 })
    expect(rest.unusable.map(({ path, code }) => [path, code])).toEqual([
      ['cut.jpg', 'IMAGE_TRUNCATED'],
      ['page.jpg', 'IMAGE_NOT_AN_IMAGE'],
    ])
    expect(state(folder)).toEqual(before)
  })

  test('says of each copy how it was found, and why which one is kept', () => {
    const { groups } = reportOf(done)
    const members = new Map(groups.flatMap(group => group.members.map(member => [member.path, member])))
    expect(members.get('deep/same-bytes.jpg')?.match).toMatchObject({ level: 'bytes', with: 'a.jpg' })
    expect(members.get('deep/er/mirrored.jpg')?.match).toMatchObject({ level: 'look', kind: 'mirror' })
    expect(members.get('deep/quarter.jpg')?.match).toMatchObject({ level: 'look', kind: 'same' })
    expect([members.get('b.jpg')?.match, members.get('b-grey.webp')?.match?.kind]).toEqual([null, 'edited'])
    expect(members.get('b-grey.webp')?.reasons).toContain('Has lost its colours.')
  })

  test('says the same every time, to people in lines, and on a page with the pictures in it', async () => {
    const html = join(place, 'page.html')
    const [one, other] = [run('scan', folder, '--html', html), run('scan', folder)]
    expect(one.stdout).toBe(other.stdout)
    expect(one.stdout).toContain('  keep  b.jpg  (640 × 480 JPEG, ')
    expect(one.stdout).toContain('  cut.jpg  The picture ends before it is complete. [IMAGE_TRUNCATED]\n')
    expect(one.stdout).toMatch(
      /\nPassed over: 1 other file, 1 link not followed\.\nNothing was changed or deleted\.\n$/,
    )
    expect(one.stderr).toContain(html)
    const page = readFileSync(html, 'utf8')
    const pictures = [...page.matchAll(/src="data:image\/jpeg;base64,([^"]+)" alt="([^"]+)"/g)]
    expect(pictures).toHaveLength(7)
    for (const [, data = ''] of pictures) {
      const { format, width = 0 } = await sharp(Buffer.from(data, 'base64')).metadata()
      expect([format, width <= 320]).toEqual(['jpeg', true])
    }
  })

  test('writes over nothing that is not such a page', () => {
    const diary = join(place, 'diary.html')
    writeFileSync(diary, 'my diary')
    const { status, stdout, stderr } = run('scan', folder, '--html', diary)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('not made by this command')
    expect(readFileSync(diary, 'utf8')).toBe('my diary')
  })

  test('a threshold of 0 leaves what looks exactly alike', () => {
    const { groups } = reportOf(run('scan', folder, '--bits', '0', '--json'))
    const names = groups.flatMap(({ members }) => members.map(({ path }) => path))
    expect(names).toEqual(expect.arrayContaining(['a.jpg', 'deep/same-bytes.jpg', 'deep/same-pixels.png']))
    expect(names).not.toContain('deep/quarter.jpg')
  })

  test('a folder without copies ends with 0', () => {
    const plain = join(place, 'plain')
    mkdirSync(plain)
    for (const seed of [10, 11]) cpSync(join(folder, `stranger-${seed}.jpg`), join(plain, `${seed}.jpg`))
    const { status, stdout } = run('scan', plain)
    expect([status, stdout]).toEqual([
      0,
      'No copies among 2 pictures of 2 files.\nNothing was changed or deleted.\n',
    ])
  })

  test.each([
    [['scan', '/no/such/folder'], /CONFIG_INVALID/],
    [['scan', '.', '--bits', '97'], /A number from 0 to 96/],
    [['scan'], /missing required argument 'folder'/],
  ])('%j is refused', (args, words) => {
    const { status, stderr } = run(...args)
    expect(status).toBe(1)
    expect(stderr).toMatch(words)
  })

  test.skipIf(process.platform === 'win32')(
    'Ctrl-C ends it at once, and leaves no temporary file',
    async () => {
      const temporary = join(place, 'tmp')
      const many = join(place, 'many')
      for (const made of [temporary, many]) mkdirSync(made)
      for (let at = 0; at < 400; at++) {
        const from = readFileSync(join(folder, `stranger-${10 + (at % 10)}.jpg`))
        writeFileSync(join(many, `${at}.jpg`), Buffer.concat([from, Buffer.from(`${at}`)]))
      }
      const scan = spawn(process.execPath, [script, 'duplicates', 'scan', many], {
        env: { ...process.env, TMPDIR: temporary },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      scan.stderr.setEncoding('utf8').on('data', text => {
        const isFirst = !said.includes('/400')
        said += text
        if (isFirst && said.includes('/400')) scan.kill('SIGINT')
      })
      const code = await new Promise(resolve => scan.on('close', resolve))
      expect([code, said.includes('Stopped. Nothing was changed.')]).toEqual([130, true])
      expect(readdirSync(temporary)).toEqual([])
    },
  )
})

describe('leaks', () => {
  test('tells which test pictures are trained on', async () => {
    const tests = join(place, 'tests')
    mkdirSync(tests)
    const first = readFileSync(join(folder, 'a.jpg'))
    writeFileSync(join(tests, 'bytes.jpg'), first)
    writeFileSync(join(tests, 'crop.jpg'), await edited('crop05', first))
    writeFileSync(join(tests, 'fresh.jpg'), await picture(99))
    const { status, stdout, stderr } = run('leaks', folder, tests)
    expect(status, stderr).toBe(2)
    expect(stdout).toMatch(/^bytes\.jpg\n {2}a\.jpg {2}same bytes\n/)
    expect(stdout).toMatch(/\ncrop\.jpg\n {2}\S.*, \d+ bits, .* apart\n/)
    expect(stdout).not.toContain('fresh.jpg')
    expect(stdout).toMatch(/2 pictures of .* found in .* as well\. Nothing was changed\.\n$/)
  })

  test('copies within one place are no leaks', () => {
    const fresh = join(place, 'fresh')
    mkdirSync(fresh)
    for (const name of ['one.jpg', 'two.jpg']) cpSync(join(folder, 'b.jpg'), join(fresh, name))
    cpSync(join(folder, 'b-grey.webp'), join(fresh, 'three.webp'))
    const strangers = join(place, 'strangers')
    mkdirSync(strangers)
    cpSync(join(folder, 'stranger-10.jpg'), join(strangers, 'x.jpg'))
    const { status, stdout } = run('leaks', fresh, strangers, '--json')
    expect([status, JSON.parse(stdout).leaks]).toEqual([0, []])
  })

  test('a folder is not compared with a part of itself', () => {
    const { status, stderr } = run('leaks', folder, join(folder, 'deep'))
    expect(status).toBe(1)
    expect(stderr).toContain('One lies in the other.')
  })
})

test('evaluate measures on the pictures of a folder, and proposes thresholds', () => {
  const before = state(folder)
  const { status, stdout, stderr } = run('evaluate', folder, '--pictures', '2', '--json')
  expect(status, stderr).toBe(0)
  const result = JSON.parse(stdout)
  expect(result).toMatchObject({ sampledPictures: 2, copies: 2 * transforms.length })
  const rows: { name: string; recall: number }[] = result.transforms
  expect(rows.map(({ name }) => name)).toEqual(transforms.map(({ name }) => name))
  const recall = Object.fromEntries(rows.map(row => [row.name, row.recall]))
  expect([recall.q90, recall.half, recall.webp60]).toEqual([1, 1, 1])
  const { decideBits, proposeBits } = result.proposed
  expect(decideBits).toBeLessThanOrEqual(proposeBits)
  expect(result.thresholds[decideBits].precision).toBeGreaterThanOrEqual(0.999)
  expect(state(folder)).toEqual(before)
})
