/** The pipeline as a whole: real store, real decoders, real fetcher, and hosts on this machine. */
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ImageId } from '../src/store/index.ts'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, onlyRow, startPictureHost } from './support/ingest-checks.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, rowsByPath, runIngest } from './support/run-ingest.ts'

let host: BadHost
let run: RunningIngest

beforeAll(async () => {
  host = await startPictureHost()
})
afterAll(() => host.close())
afterEach(async () => {
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
})

async function start(options: RunOptions = {}): Promise<RunningIngest> {
  host.reset()
  run = await runIngest(options)
  return run
}

const at = (path: string, name = 'img1.example') => host.url(path, name)

/** Collects single-address candidates and waits for their outcomes. */
async function outcomesOf(paths: readonly string[], options: RunOptions = {}) {
  const { collect, settled } = await start(options)
  const dataset = collect(paths.map(path => candidate([at(path)])))
  await settled()
  const rows = rowsByPath(dataset)
  return { dataset, rows, ends: paths.map(path => `${rows[path]?.state} ${rows[path]?.code}`) }
}

describe('outcomes', () => {
  test('a picture becomes a file in its class folder, with all that is known about it', async () => {
    const { dataset, rows } = await outcomesOf(['/redirect/2/one.jpg'])
    const row = rows['/redirect/2/one.jpg']
    expect(row).toMatchObject({ state: 'stored', code: 'STORED', sourceKind: 'original' })
    expect(row?.explanation).toBe('New picture of 640 × 480 pixels.')
    const image = dataset.image(row?.imageId ?? '')
    expect(image).toMatchObject({ width: 512, height: 384, isThumbnail: false, classLabel: 'Red panda' })
    expect(image?.original).toMatchObject({ width: 640, height: 480, format: 'jpeg' })
    expect(image?.perceptualHash).toMatch(/^[0-9a-f]{64}$/)
    expect(image?.attempts).toHaveLength(1)
    expect(image?.attempts[0]).toMatchObject({ code: 'STORED', sourceKind: 'original' })
    expect(image?.attempts[0]?.hops.map(({ status, peerIp }) => [status, peerIp])).toEqual([
      [302, '127.0.0.1'],
      [302, '127.0.0.1'],
      [200, '127.0.0.1'],
    ])
  })

  test('every kind of failure has its outcome and its code', async () => {
    const expected: Record<string, string> = {
      '/files/one.jpg': 'stored STORED',
      '/flaky/2/two.jpg': 'stored STORED',
      '/retry-after/0/2/three.jpg': 'stored STORED',
      '/files/none.jpg': 'failed DOWNLOAD_NOT_FOUND',
      '/status/403': 'failed DOWNLOAD_FORBIDDEN',
      '/status/418': 'failed DOWNLOAD_STATUS',
      '/status/500': 'failed DOWNLOAD_SERVER_ERROR',
      '/cut/50/four.jpg': 'failed DOWNLOAD_CUT_SHORT',
      '/redirect-loop': 'failed DOWNLOAD_REDIRECTS',
      '/redirect-to?url=http://10.0.0.1/x.jpg': 'rejected DOWNLOAD_PRIVATE_ADDRESS',
      '/header-flood': 'failed DOWNLOAD_HEADERS',
      '/encoding/br/five.jpg': 'failed DOWNLOAD_ENCODING',
      '/opt-out/six.jpg': 'opted_out DOWNLOAD_OPTED_OUT',
      '/html-as-jpeg': 'rejected IMAGE_NOT_AN_IMAGE',
      '/files/page.jpg': 'rejected IMAGE_NOT_AN_IMAGE',
      '/empty': 'rejected IMAGE_EMPTY',
      '/files/tiny.jpg': 'rejected IMAGE_TOO_SMALL',
      '/files/long.jpg': 'rejected IMAGE_EXTREME_ASPECT',
      '/files/half-of-three.jpg': 'rejected IMAGE_TRUNCATED',
    }
    const { ends, dataset } = await outcomesOf(Object.keys(expected))
    expect(ends).toEqual(Object.values(expected))
    expect(dataset.counts()).toMatchObject({ queued: 0, leased: 0, stored: 3, opted_out: 1 })
    // Tried again where that may help, and only there.
    expect(host.hits({ path: '/status/500' })).toBe(5)
    expect(host.hits({ path: '/cut/50' })).toBe(5)
    expect(host.hits({ path: '/status/403' })).toBe(1)
    expect(host.hits({ path: '/files/none.jpg' })).toBe(1)
  })

  test('a file over the limit of the dataset is rejected', async () => {
    const { collect, settled, home, rules } = await start()
    const dataset = home.create('Birds')
    const { accept } = defaultSettings
    dataset.update({ settings: { ...defaultSettings, accept: { ...accept, maxFileMiB: 1 } } })
    expect(rules.judge(at('/endless'))).toBeNull()
    collect([candidate([at('/endless')])])
    await settled()
    expect(rowsByPath(dataset)['/endless']).toMatchObject({ state: 'rejected', code: 'DOWNLOAD_TOO_LARGE' })
  })

  test('waiting as a host asks costs no try', async () => {
    const path = '/retry-after/0/7/one.jpg'
    const { rows } = await outcomesOf([path])
    expect(rows[path]?.state).toBe('stored')
    expect(host.hits({ path })).toBe(8)
  })
})

describe('several ways to one picture', () => {
  test('the next way is taken when one leads nowhere, and its host is paced as any other', async () => {
    const { collect, settled } = await start()
    const ways = [
      at('/status/403'),
      at('/files/none.jpg', 'img2.example'),
      at('/files/one.jpg', 'img3.example'),
    ]
    const dataset = collect([candidate(ways)])
    await settled()
    const row = onlyRow(dataset)
    expect(row).toMatchObject({ state: 'stored', code: 'STORED', sourceKind: 'mirror' })
    const attempts = dataset.image(row?.imageId ?? '')?.attempts
    expect(attempts?.map(({ code }) => code)).toEqual(['DOWNLOAD_FORBIDDEN', 'DOWNLOAD_NOT_FOUND', 'STORED'])
  })

  test('with no way left, the reason of the first one stands', async () => {
    const { collect, settled } = await start()
    const dataset = collect([
      candidate(
        [at('/status/403'), at('/files/none.jpg'), at('/files/tiny.jpg')],
        ['original', 'mirror', 'thumbnail'],
      ),
    ])
    await settled()
    const row = onlyRow(dataset)
    expect(row).toMatchObject({ state: 'failed', code: 'DOWNLOAD_FORBIDDEN' })
    expect(row?.explanation).toBe('The host refused to give the picture; all 3 addresses were tried.')
  })

  test('an opt-out is not got around by way of a copy', async () => {
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('/opt-out/one.jpg'), at('/files/one.jpg')])])
    await settled()
    expect(rowsByPath(dataset)['/opt-out/one.jpg']).toMatchObject({ state: 'opted_out' })
    expect(host.hits({ path: '/files/one.jpg' })).toBe(0)
  })

  test('a dataset may ignore opt-outs', async () => {
    const { collect, settled, home } = await start()
    home.create('Birds').update({ settings: { ...defaultSettings, honourOptOut: false } })
    const dataset = collect([candidate([at('/opt-out/one.jpg')])])
    await settled()
    expect(rowsByPath(dataset)['/opt-out/one.jpg']).toMatchObject({ state: 'stored' })
  })

  test('a thumbnail stands in, marked, until the original turns up', async () => {
    const { collect, settled } = await start()
    const ways = [at('/status/403'), at('/files/one-thumbnail.jpg', 'engine.example')]
    const dataset = collect([candidate(ways, ['original', 'thumbnail'])])
    await settled()
    const thumbnail = onlyRow(dataset)
    expect(thumbnail).toMatchObject({ state: 'stored', code: 'STORED_THUMBNAIL', sourceKind: 'thumbnail' })
    expect(thumbnail?.explanation).toBe(
      'Only the thumbnail could be had (128 × 96 pixels): the host refused to give the picture.',
    )
    const imageId = thumbnail?.imageId ?? ''
    expect(dataset.image(imageId)).toMatchObject({ width: 128, isThumbnail: true })

    collect([candidate([at('/files/one.jpg', 'img5.example')]), candidate([at('/files/one-again.jpg')])])
    await settled()
    const rows = rowsByPath(dataset)
    // The other one was saved anew: it may have come first, and given way.
    expect(rows['/files/one.jpg']?.state).toBe('upgraded')
    expect(rows['/files/one-again.jpg']?.state).toMatch(/^(?:duplicate|upgraded)$/)
    expect(rows['/files/one.jpg']?.imageId).toBe(imageId)
    expect(dataset.image(imageId)).toMatchObject({ width: 512, isThumbnail: false })
    expect(dataset.image(imageId)?.file).toMatch(new RegExp(`^images/red_panda/${imageId}_[23]\\.jpg$`))
  })

  test('a dataset without thumbnails takes none', async () => {
    const { collect, settled, home } = await start()
    const { accept } = defaultSettings
    home
      .create('Birds')
      .update({ settings: { ...defaultSettings, accept: { ...accept, thumbnails: false } } })
    const dataset = collect([
      candidate([at('/files/one-thumbnail.jpg')], ['thumbnail']),
      candidate([at('/files/none.jpg'), at('/files/two.jpg')], ['original', 'thumbnail']),
    ])
    await settled()
    const rows = rowsByPath(dataset)
    expect(rows['/files/one-thumbnail.jpg']).toMatchObject({
      state: 'rejected',
      code: 'IMAGE_ONLY_THUMBNAIL',
    })
    expect(rows['/files/none.jpg']).toMatchObject({ state: 'failed', code: 'DOWNLOAD_NOT_FOUND' })
    expect(host.requests).toHaveLength(1)
  })
})

describe('what hosts are told', () => {
  const landingUrl = 'http://img1.example:1/gallery?page=2'
  const referers = () => host.requests.map(({ target, headers }) => [target, headers.referer] as const)

  test('nothing about where a picture was found, unless the dataset allows it', async () => {
    const { collect, settled } = await start()
    collect([{ ...candidate([at('/files/one.jpg')]), landingUrl }])
    await settled()
    expect(referers()).toEqual([['/files/one.jpg', undefined]])
  })

  test('the page where it does: whole to its own origin, only the origin to others, on each hop', async () => {
    const { collect, settled, home } = await start()
    home.create('Birds').update({ settings: { ...defaultSettings, sendReferer: true } })
    const own = at('/gallery?page=2')
    const elsewhere = `/redirect-to?url=${encodeURIComponent(at('/files/one.jpg', 'img2.example'))}`
    collect([{ ...candidate([at(elsewhere)]), landingUrl: own }])
    await settled()
    collect([
      candidate([at('/files/two.jpg')]),
      { ...candidate([at('/files/three.jpg')]), landingUrl: `https${own.slice(4)}` },
    ])
    await settled()
    expect(referers().slice(0, 2)).toEqual([
      [elsewhere, own],
      ['/files/one.jpg', `${host.url('/', 'img1.example')}`],
    ])
    // Collected together, so either may be asked for first.
    expect(new Map(referers().slice(2))).toEqual(
      new Map([
        ['/files/two.jpg', undefined],
        ['/files/three.jpg', undefined],
      ]),
    )
  })
})

describe('the same picture twice', () => {
  test('the same file is a duplicate under whatever address, and in another class a question', async () => {
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('/files/two.jpg')])])
    await settled()
    collect([candidate([at('/files/copy-of-two.jpg', 'img2.example')])])
    collect([candidate([at('/chunked/copy-of-two.jpg', 'img3.example')])], { class: 'Raccoon' })
    await settled()
    const rows = rowsByPath(dataset)
    const imageId = rows['/files/two.jpg']?.imageId ?? ''
    const same = { state: 'duplicate', imageId, distanceBits: 0 }
    const sentence = `Same file as ${imageId.slice(0, 8)}….`
    expect(rows['/files/copy-of-two.jpg']).toMatchObject({
      ...{ ...same, code: 'DUPLICATE_DIGEST', explanation: sentence },
    })
    expect(rows['/chunked/copy-of-two.jpg']).toMatchObject({
      ...{ ...same, code: 'DUPLICATE_OTHER_CLASS' },
      explanation: `${sentence} That one is in another class: decide under Duplicates which of them is right.`,
    })
    expect(dataset.duplicates.counts().conflicts).toBe(1)
  })

  test('a picture that looks the same is a duplicate, and its file is known from then on', async () => {
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('/files/one.jpg')])])
    await settled()
    collect([candidate([at('/files/one-again.jpg')])])
    await settled()
    const row = rowsByPath(dataset)['/files/one-again.jpg']
    expect(row).toMatchObject({ state: 'duplicate', code: 'DUPLICATE_LOOK' })
    expect(row?.distanceBits).toBeLessThanOrEqual(8)
    expect(row?.explanation).toBe(
      `Same picture as ${row?.imageId?.slice(0, 8)}… (distance ${row?.distanceBits} of 256 bits). Was compressed harder (JPEG quality 60).`,
    )
    collect([candidate([at('/chunked/one-again.jpg')])])
    await settled()
    expect(rowsByPath(dataset)['/chunked/one-again.jpg']).toMatchObject({ code: 'DUPLICATE_DIGEST' })
  })

  test('hands that carry the same picture at once store it once', async () => {
    const { collect, settled } = await start()
    const files = ['one', 'one-again', 'two', 'copy-of-two']
    const paths = ['files', 'chunked', 'redirect/1'].flatMap(way => files.map(file => `/${way}/${file}.jpg`))
    const dataset = collect(paths.map((path, place) => candidate([at(path, `img${place}.example`)])))
    await settled()
    const { stored, duplicate, upgraded } = dataset.counts()
    // One of them was saved anew: if it came first, it gives way.
    expect([stored, duplicate + upgraded]).toEqual([2, 10])
    expect(dataset.images(undefined, { limit: 9 }).images).toHaveLength(2)
  })

  test('hands that carry a thumbnail and its originals at once keep an original', async () => {
    const { collect, settled } = await start()
    const dataset = collect([
      candidate([at('/files/one-thumbnail.jpg', 'img1.example')], ['thumbnail']),
      candidate([at('/files/one.jpg', 'img2.example')]),
      candidate([at('/files/one-again.jpg', 'img3.example')]),
    ])
    await settled()
    const [image] = dataset.images(undefined, { limit: 10 }).images
    expect(image).toMatchObject({ isThumbnail: false, width: 512 })
    expect(dataset.summary().images).toBe(1)
  })

  test('a removed picture never comes back, neither as the same file nor as a copy', async () => {
    const { collect, settled } = await start()
    const dataset = collect([candidate([at('/files/one.jpg')])])
    await settled()
    const imageId = rowsByPath(dataset)['/files/one.jpg']?.imageId ?? ''
    await dataset.removeImage(imageId as ImageId)
    collect([candidate([at('/chunked/one.jpg')]), candidate([at('/files/one-again.jpg')])])
    await settled()
    const rows = rowsByPath(dataset)
    expect(rows['/chunked/one.jpg']).toMatchObject({ state: 'blocked', code: 'BLOCKED_REMOVED' })
    expect(rows['/chunked/one.jpg']?.explanation).toBe('A person removed this very picture before.')
    expect(rows['/files/one-again.jpg']).toMatchObject({ state: 'blocked', code: 'BLOCKED_REMOVED' })
    expect(rows['/files/one-again.jpg']?.explanation).toMatch(/^A person removed the same picture before/)
  })
})
