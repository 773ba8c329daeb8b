/** What becomes of copies, by the whole pipeline. */
import { defaultSettings } from '@gleaner/shared/dataset'
import sharp from 'sharp'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CopiesRun, collectFrom, jpeg, scene } from './support/copies-run.ts'
import { expectConsistent } from './support/ingest-checks.ts'
import { candidate } from './support/run-ingest.ts'

const files: Record<string, Buffer> = {}

beforeAll(async () => {
  const [panda, other] = [await scene(1), await scene(2)]
  const large = await jpeg(panda, 92)
  const small = await jpeg(sharp(large).resize(320))
  Object.assign(files, {
    'large.jpg': large,
    'small.jpg': small,
    'other.jpg': await jpeg(other),
    'lossless.png': await sharp(large).resize(500).png({ compressionLevel: 9 }).toBuffer(),
    'lossless-again.png': await sharp(large).resize(500).png({ compressionLevel: 1 }).toBuffer(),
    'recompressed.jpg': await jpeg(sharp(large), 40),
    'enlarged.jpg': await jpeg(sharp(small).resize(1600)),
    'crop.jpg': await jpeg(sharp(large).extract({ left: 40, top: 30, width: 720, height: 540 })),
    'mirror.jpg': await jpeg(sharp(large).flop()),
    'border.jpg': await jpeg(
      sharp(large).extend({ top: 40, bottom: 40, left: 40, right: 40, background: '#fff' }),
    ),
    'grey.jpg': await jpeg(sharp(large).grayscale()),
  })
}, 60_000)

let now: CopiesRun | undefined
afterEach(async () => {
  const before = now
  now = undefined
  await before?.close()
})

async function begin(...given: Parameters<typeof collectFrom> | []) {
  const [wanted = files, settings] = given
  now = await collectFrom(wanted, settings)
  return now
}

describe('levels', () => {
  test('each is named, with the picture and the reason', async () => {
    const { collect, rowOf } = await begin()
    const dataset = await collect(['lossless.png'])
    await collect(['lossless-again.png'])
    await collect(['recompressed.jpg'])
    const imageId = rowOf('lossless.png')?.imageId ?? ''
    expect(rowOf('lossless-again.png')).toMatchObject({
      ...{ state: 'duplicate', code: 'DUPLICATE_PIXELS', imageId, distanceBits: 0 },
      explanation: `Same pixels as ${imageId.slice(0, 8)}…, in another file.`,
    })
    expect(rowOf('recompressed.jpg')).toMatchObject({ state: 'duplicate', code: 'DUPLICATE_LOOK', imageId })
    expect(rowOf('recompressed.jpg')?.explanation).toMatch(
      /^Same picture as [0-9a-f]{8}… \(distance \d+ of 256 bits\)\. Was compressed harder \(JPEG quality 40\)\.$/,
    )
    expectConsistent(dataset)
  })

  test.each([
    ['crop.jpg', 'crop', /, cropped \(.*Shows less of the scene: about \d+ % is cut off\./],
    ['border.jpg', 'border', /, with a border \(.*Has a border or bars around the picture\./],
    ['mirror.jpg', 'mirror', /, mirrored \(.*which of the two is right cannot be seen\./],
    ['grey.jpg', 'edited', /, edited \(.*Has lost its colours\./],
  ])('%s is known as %s', async (name, _, words) => {
    const { collect, rowOf } = await begin()
    const dataset = await collect(['large.jpg', 'other.jpg'])
    await collect([name])
    const row = rowOf(name)
    expect(row).toMatchObject({ state: 'duplicate', imageId: rowOf('large.jpg')?.imageId })
    expect(row?.explanation).toMatch(words)
    expect(dataset.counts()).toMatchObject({ stored: 2 })
  })
})

describe('the same address', () => {
  const at = (host: CopiesRun['host'], query: string) => host.url(`/files/large.jpg?${query}`, 'one.example')

  test('is not fetched again for what tracks, or for a smaller size', async () => {
    const { run, host } = await begin()
    const dataset = run.collect([candidate([at(host, 'w=800')])])
    await run.settled()
    run.collect([candidate([at(host, 'w=800&utm_source=mail')]), candidate([at(host, 'w=200')])])
    await run.settled()
    expect(host.hits({ path: '/files/' })).toBe(1)
    const { candidates } = dataset.candidates({ code: 'DUPLICATE_URL' }, { limit: 10 })
    expect(candidates).toMatchObject([{ state: 'duplicate' }])
    expect(candidates[0]?.explanation).toMatch(
      /^Same address as [0-9a-f]{8}…, but for what tracks or asks for a size\.$/,
    )
  })

  test('is fetched for a larger size', async () => {
    const { run, host } = await begin()
    run.collect([candidate([at(host, 'w=200')])])
    await run.settled()
    run.collect([candidate([at(host, 'w=800')])])
    await run.settled()
    expect(host.hits({ path: '/files/' })).toBe(2)
  })
})

describe('a better copy that comes later', () => {
  test.each(['small.jpg', 'recompressed.jpg', 'crop.jpg', 'border.jpg', 'grey.jpg', 'enlarged.jpg'])(
    'takes the place of %s, whose id and class stay',
    async name => {
      const { collect, rowOf } = await begin()
      const dataset = await collect([name])
      const before = dataset.image(rowOf(name)?.imageId ?? '')
      await collect(['large.jpg'])
      expect(rowOf('large.jpg')).toMatchObject({ state: 'upgraded', code: 'UPGRADED', imageId: before?.id })
      expect(rowOf('large.jpg')?.explanation).toMatch(/^Took the place of [0-9a-f]{8}….* That one: /)
      const after = dataset.image(before?.id ?? '')
      expect(after).toMatchObject({ id: before?.id, classId: before?.classId, original: { width: 800 } })
      expect(dataset.images(undefined, { limit: 10 }).images).toHaveLength(1)
      // What it was is known from now on as a copy of what it is.
      await collect(['recompressed.jpg'])
      expect(rowOf('recompressed.jpg')).toMatchObject({ imageId: before?.id })
    },
  )

  test('is not one that was only enlarged, mirrored or saved anew', async () => {
    const { collect, rowOf } = await begin()
    const dataset = await collect(['small.jpg'])
    const before = dataset.image(rowOf('small.jpg')?.imageId ?? '')
    await collect(['enlarged.jpg'])
    await collect(['mirror.jpg'])
    expect([rowOf('enlarged.jpg')?.state, rowOf('mirror.jpg')?.state]).toEqual(['duplicate', 'duplicate'])
    expect(dataset.image(before?.id ?? '')?.digest).toBe(before?.digest)
  })
})

test('of copies that come together one is kept: the best', async () => {
  const { collect, rowOf } = await begin()
  const names = ['small.jpg', 'large.jpg', 'recompressed.jpg', 'crop.jpg', 'grey.jpg']
  const dataset = await collect(names)
  const { images } = dataset.images(undefined, { limit: 10 })
  expect(images).toHaveLength(1)
  expect(new Set(names.map(name => rowOf(name)?.imageId))).toEqual(new Set([images[0]?.id]))
  expectConsistent(dataset)
})

describe('where copies are kept', () => {
  const names = ['large.jpg', 'small.jpg', 'crop.jpg', 'mirror.jpg', 'other.jpg']

  /** Members of each group by the names of their files, the keeper first. */
  async function groupsAfter(order: readonly (readonly string[])[]) {
    const { collect, rowOf, close } = await begin(files, { policy: 'keep' })
    for (const some of order) await collect(some)
    const dataset = await collect(['other.jpg'])
    const nameOf = new Map(names.map(name => [rowOf(name)?.imageId, name]))
    expect(names.map(name => rowOf(name)?.state)).toEqual(names.map(() => 'stored'))
    const { groups } = dataset.duplicates.groups({}, { limit: 10 })
    const told = groups.map(({ id, kind, keeperId }) => {
      const members = dataset.duplicates.group(id)?.members ?? []
      const others = members
        .map(member => nameOf.get(member.id) ?? '')
        .filter(name => name !== nameOf.get(keeperId))
      return { kind, keeper: nameOf.get(keeperId), others: others.sort() }
    })
    now = undefined
    await close()
    return told
  }

  test('they are one group with a keeper, in whatever order they come', async () => {
    const group = { kind: 'copies', keeper: 'large.jpg', others: ['crop.jpg', 'mirror.jpg', 'small.jpg'] }
    const orders = [
      names.map(name => [name]),
      [...names].reverse().map(name => [name]),
      [names],
      [['crop.jpg'], ['other.jpg', 'mirror.jpg'], ['small.jpg', 'large.jpg']],
    ]
    for (const order of orders) expect(await groupsAfter(order)).toEqual([group])
  }, 60_000)

  test('the very same pixels are still one picture', async () => {
    const { collect, rowOf } = await begin(files, { policy: 'keep' })
    await collect(['lossless.png'])
    await collect(['lossless-again.png'])
    expect(rowOf('lossless-again.png')).toMatchObject({ state: 'duplicate', code: 'DUPLICATE_PIXELS' })
  })
})

describe('the same picture for another class', () => {
  test.each([
    ['lossless.png', 'bytes'],
    ['lossless-again.png', 'pixels'],
    ['recompressed.jpg', 'look'],
    ['large.jpg', 'look'],
  ])('as %s is a question to a person (%s)', async (name, level) => {
    const { collect, run, rowOf } = await begin()
    const dataset = await collect(['lossless.png'], 'Red panda')
    const held = rowOf('lossless.png')?.imageId
    if (name === 'lossless.png') {
      // The same bytes by another address.
      run.collect([candidate([`${now?.host.url('/files/lossless.png', 'mirror.example')}?v=2`])], {
        class: 'Fox',
      })
      await run.settled()
    } else await collect([name], 'Fox')
    const { conflicts } = dataset.duplicates.conflicts({ limit: 10 })
    expect(conflicts).toMatchObject([{ image: { id: held }, offers: [{ classLabel: 'Fox', level }] }])
    const { candidates } = dataset.candidates({ code: 'DUPLICATE_OTHER_CLASS' }, { limit: 10 })
    expect(candidates).toMatchObject([{ state: 'duplicate', imageId: held }])
    expect(candidates[0]?.explanation).toMatch(/That one is in another class: decide under Duplicates/)
  })
})

describe('memory', () => {
  test('a removed picture stays away by bytes, pixels and look', async () => {
    const { collect, rowOf } = await begin()
    const dataset = await collect(['lossless.png'])
    const imageId = (rowOf('lossless.png')?.imageId ?? '') as Parameters<typeof dataset.removeImage>[0]
    await dataset.removeImage(imageId)
    const copies = ['lossless-again.png', 'recompressed.jpg', 'crop.jpg', 'mirror.jpg']
    for (const name of copies) {
      await collect([name])
      expect(rowOf(name), name).toMatchObject({ state: 'blocked', imageId })
    }
    await collect(['other.jpg'])
    expect(rowOf('other.jpg')?.state).toBe('stored')

    expect(dataset.duplicates.revive(imageId), 'with all that it kept away').toBe(1 + copies.length)
    expect(dataset.counts()).toMatchObject({ queued: 1 + copies.length, blocked: 0 })
    await dataset.tidy()
  })

  test('what a person said is no copy is taken in, and not judged again', async () => {
    const { collect, run, rowOf } = await begin()
    const dataset = await collect(['large.jpg'])
    await collect(['crop.jpg'])
    const dropped = rowOf('crop.jpg')
    expect(dropped?.state).toBe('duplicate')
    await dataset.duplicates.notDuplicate(dropped?.id ?? 0)
    run.ingest.wake()
    await run.settled()
    expect(rowOf('crop.jpg')?.state).toBe('stored')
    expect(dataset.duplicates.groups({}, { limit: 10 }).groups).toEqual([])
  })
})

test('a shot in which something moved is kept beside it, for review', async () => {
  const ground = await (await scene(5)).png().toBuffer()
  const thing = Buffer.from(
    '<svg width="300" height="420"><ellipse cx="150" cy="260" rx="120" ry="160" fill="#b04020"/><circle cx="150" cy="70" r="65" fill="#203050"/></svg>',
  )
  const shot = async (left: number) => jpeg(sharp(ground).composite([{ input: thing, left, top: 100 }]))
  const { collect, rowOf } = await begin({ 'one.jpg': await shot(200), 'other.jpg': await shot(260) })
  const dataset = await collect(['one.jpg'])
  await collect(['other.jpg'])
  expect([rowOf('one.jpg')?.state, rowOf('other.jpg')?.state]).toEqual(['stored', 'stored'])
  expect(dataset.duplicates.groups({}, { limit: 9 }).groups).toMatchObject([{ size: 2 }])
})

test('another colourway of one shape is kept beside it', async () => {
  const red = sharp(files['large.jpg']).recomb([
    [1, 0.1, 0],
    [0, 0.6, 0],
    [0, 0, 0.6],
  ])
  const blue = sharp(files['large.jpg']).recomb([
    [0.6, 0, 0],
    [0, 0.6, 0],
    [0, 0.1, 1],
  ])
  const { collect, rowOf } = await begin({ 'red.jpg': await jpeg(red), 'blue.jpg': await jpeg(blue) })
  await collect(['red.jpg'])
  await collect(['blue.jpg'])
  expect([rowOf('red.jpg')?.state, rowOf('blue.jpg')?.state]).toEqual(['stored', 'stored'])
})

test('copies further apart than the dataset wants decided are left to a person', async () => {
  const { collect, rowOf } = await begin(files, { ...defaultSettings.nearDuplicates, decideBits: 0 })
  const dataset = await collect(['large.jpg'])
  await collect(['crop.jpg'])
  expect(rowOf('crop.jpg')?.state).toBe('stored')
  expect(dataset.duplicates.groups({}, { limit: 10 }).groups).toMatchObject([{ kind: 'copies', size: 2 }])
})
