/** Pictures whose host refuses the server, by way of the person's own browser: the whole pipeline, real hosts. */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserBytesQuery } from '@gleaner/shared/collect'
import { defaultSettings } from '@gleaner/shared/dataset'
import type { Digest } from '@gleaner/shared/hash'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DatasetStore } from '../src/store/index.ts'
import type { BadHost } from './support/bad-host.ts'
import { expectConsistent, onlyRow, startPictureHost } from './support/ingest-checks.ts'
import { picture } from './support/pictures.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

const mine = 'test'
const notAsked = expect.objectContaining({ code: 'BROWSER_FETCH_NOT_ASKED' })
const garbage = Buffer.from('<!doctype html><title>Sign in</title>')
let host: BadHost
let run: RunningIngest
let one: Buffer
let refused: string
let thumbnail: string

beforeAll(async () => {
  host = await startPictureHost()
  refused = at('/status/403')
  thumbnail = at('/files/one-thumbnail.jpg', 'engine.example')
  one = await picture(1)
})
afterAll(() => host.close())
beforeEach(async () => {
  host.reset()
  run = await runIngest({ limits: { browserWaitMs: 600_000 } })
})
afterEach(async () => {
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
})

async function startAgain(options: RunOptions): Promise<void> {
  await run.close()
  run = await runIngest(options)
}

const at = (path: string, name = 'img1.example') => host.url(path, name)
const refusedWithThumbnail = () => candidate([refused, thumbnail], ['original', 'thumbnail'])

/** What the browser is asked for, the only one. */
function onlyFetch(client = mine) {
  const { fetches } = run.browser.list(client)
  expect(fetches).toHaveLength(1)
  const [{ datasetId = '', candidateId = 0, position = 0, ...rest } = {}] = fetches
  return { way: { datasetId, candidateId, position }, ...rest }
}

const deliver = (way: BrowserBytesQuery, bytes: Buffer, robotsTag?: string) =>
  run.browser.deliver(mine, way, { bytes, robotsTag })

/** Until the server has been refused and the candidate waits for the browser. */
async function untilAsked(): Promise<ReturnType<typeof onlyFetch>> {
  await expect.poll(() => run.browser.list(mine).fetches.length).toBe(1)
  return onlyFetch()
}

const trail = (dataset: DatasetStore) =>
  dataset
    .image(onlyRow(dataset)?.imageId ?? '')
    ?.attempts.map(({ code, isFromBrowser }) => `${isFromBrowser ? 'browser' : 'server'} ${code}`)

const originalsIn = ({ folder }: DatasetStore) =>
  readdirSync(join(folder, 'originals'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ name }) => name)

describe('where nobody is there to fetch', () => {
  test('the thumbnail is taken at once, and replaced by what the browser brings later', async () => {
    const dataset = run.collect([refusedWithThumbnail()])
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED_THUMBNAIL' })
    const { way, url, code } = onlyFetch()
    expect([url, code, way.position]).toEqual([refused, 'DOWNLOAD_FORBIDDEN', 0])
    await deliver(way, one)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'upgraded', code: 'UPGRADED', sourceKind: 'original' })
    expect(trail(dataset)).toEqual([
      'server DOWNLOAD_FORBIDDEN',
      'server STORED_THUMBNAIL',
      'browser UPGRADED',
    ])
    expect(run.browser.list(mine)).toEqual({ fetches: [], waiting: [] })
    expect(host.hits({ path: '/status/403' }), 'the host is not asked again').toBe(1)
  })

  test('a candidate that failed is mended by what the browser brings later', async () => {
    const dataset = run.collect([candidate([refused])])
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'failed', code: 'DOWNLOAD_FORBIDDEN' })
    await deliver(onlyFetch().way, one)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED' })
    expect(trail(dataset)).toEqual(['server DOWNLOAD_FORBIDDEN', 'browser STORED'])
  })
})

describe('where the browser is there', () => {
  test('the candidate waits for it, and no thumbnail is fetched', async () => {
    run.browser.list(mine)
    const dataset = run.collect([refusedWithThumbnail()])
    const { way } = await untilAsked()
    expect(onlyRow(dataset)).toMatchObject({ state: 'queued', code: 'DOWNLOAD_FORBIDDEN' })
    await deliver(way, one)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED', sourceKind: 'original' })
    expect(trail(dataset)).toEqual(['server DOWNLOAD_FORBIDDEN', 'browser STORED'])
    expect(host.hits({ host: 'engine.example' })).toBe(0)
  })

  test('mirrors and renditions come first, and the best way that was refused is asked for', async () => {
    run.browser.list(mine)
    const ways = [refused, at('/status/404'), at('/status/418'), thumbnail]
    run.collect([candidate(ways, ['original', 'mirror', 'rendition', 'thumbnail'])])
    const { way, url } = await untilAsked()
    expect([url, way.position]).toEqual([refused, 0])
    expect(host.requests.map(({ target }) => target)).toEqual(['/status/403', '/status/404', '/status/418'])
    run.browser.refuse(mine, way, 'BROWSER_FETCH_FAILED')
    await run.settled()
  })

  test('but may not fetch from the host, the thumbnail is taken at once, and replaced when it may', async () => {
    run.browser.list(mine)
    const dataset = run.collect([refusedWithThumbnail()])
    const { way } = await untilAsked()
    run.browser.list(mine, { hosts: [], withoutHosts: [new URL(refused).hostname] })
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED_THUMBNAIL' })
    await deliver(way, one)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'upgraded', code: 'UPGRADED', sourceKind: 'original' })
  })

  test('when it is refused as well, the thumbnail is taken at once, and every reason is kept', async () => {
    run.browser.list(mine)
    const dataset = run.collect([refusedWithThumbnail()])
    const { way } = await untilAsked()
    run.browser.refuse(mine, way, 'BROWSER_FETCH_REFUSED')
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED_THUMBNAIL' })
    expect(trail(dataset)).toEqual([
      'server DOWNLOAD_FORBIDDEN',
      'browser BROWSER_FETCH_REFUSED',
      'server STORED_THUMBNAIL',
    ])
    await expect(deliver(way, one)).rejects.toEqual(notAsked)
    expect(() => run.browser.refuse(mine, way, 'BROWSER_FETCH_FAILED')).toThrow(notAsked)
  })

  test('it is waited for only so long', async () => {
    await startAgain({ limits: { browserWaitMs: 30 } })
    run.browser.list(mine)
    const dataset = run.collect([refusedWithThumbnail()])
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED_THUMBNAIL' })
    expect(onlyFetch().code, 'and may still come').toBe('DOWNLOAD_FORBIDDEN')
  })
})

describe('what the browser brings is judged like any other file', () => {
  test('no picture: the thumbnail stands in, with the reasons', async () => {
    run.browser.list(mine)
    const dataset = run.collect([refusedWithThumbnail()])
    await deliver((await untilAsked()).way, garbage)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED_THUMBNAIL' })
    expect(trail(dataset)).toEqual([
      'server DOWNLOAD_FORBIDDEN',
      'browser IMAGE_NOT_AN_IMAGE',
      'server STORED_THUMBNAIL',
    ])
    expect(run.browser.list(mine).fetches, 'it is not asked for again').toEqual([])
    expect(originalsIn(dataset)).toHaveLength(1)
  })

  test('no picture, for a stored thumbnail: it stays', async () => {
    const dataset = run.collect([refusedWithThumbnail()])
    await run.settled()
    await deliver(onlyFetch().way, one.subarray(0, 5_000))
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored', code: 'STORED_THUMBNAIL' })
    expect(onlyRow(dataset)?.explanation).toMatch(/^Only the thumbnail could be had/)
    expect(originalsIn(dataset)).toHaveLength(1)
  })

  test('no picture, and no thumbnail either', async () => {
    const dataset = run.collect([candidate([refused])])
    await run.settled()
    await deliver(onlyFetch().way, garbage)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'rejected', code: 'IMAGE_NOT_AN_IMAGE' })
    expect(originalsIn(dataset)).toEqual([])
  })

  test('nothing at all', async () => {
    const dataset = run.collect([candidate([refused])])
    await run.settled()
    const { way } = onlyFetch()
    await deliver(way, Buffer.alloc(0))
    expect(onlyRow(dataset)).toMatchObject({ state: 'failed', code: 'DOWNLOAD_FORBIDDEN' })
    await expect(deliver(way, one)).rejects.toEqual(notAsked)
  })

  test('a picture that is held, or was removed', async () => {
    const dataset = run.collect([candidate([at('/files/one.jpg', 'img2.example')])])
    await run.settled()
    const held = onlyRow(dataset)?.imageId
    run.collect([candidate([refused])])
    await run.settled()
    await deliver(onlyFetch().way, one)
    await run.settled()
    const row = () => dataset.candidates({ text: 'status' }, { limit: 1 }).candidates[0]
    expect(row()).toMatchObject({ state: 'duplicate', imageId: held })
    expect(originalsIn(dataset)).toHaveLength(1)

    await dataset.removeImage((held ?? '') as Parameters<DatasetStore['removeImage']>[0])
    run.collect([candidate([at('/status/403?again')])])
    await run.settled()
    await deliver(onlyFetch().way, one)
    await run.settled()
    expect(dataset.candidates({ text: 'again' }, { limit: 1 }).candidates).toMatchObject([
      { state: 'blocked' },
    ])
    await dataset.acts.emptyTrash({ key: '0'.repeat(32) }, 'test')
    await dataset.acts.idle()
    expect(originalsIn(dataset)).toEqual([])
  })

  test('its original is kept only where originals are kept', async () => {
    run.home.create('Birds').update({ settings: { ...defaultSettings, keepOriginals: false } })
    const dataset = run.collect([candidate([refused])])
    await run.settled()
    await deliver(onlyFetch().way, one)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored' })
    expect(originalsIn(dataset)).toEqual([])
  })

  test.each(['noai', 'gleaner: noimageai, nofollow'])('an opt-out holds for it: %s', async robotsTag => {
    run.browser.list(mine)
    const dataset = run.collect([refusedWithThumbnail()])
    await deliver((await untilAsked()).way, one, robotsTag)
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'opted_out', code: 'DOWNLOAD_OPTED_OUT' })
    expect(originalsIn(dataset)).toEqual([])
  })

  test('unless the dataset ignores opt-outs, or the signal is none', async () => {
    const dataset = run.collect([candidate([refused])])
    await run.settled()
    await deliver(onlyFetch().way, one, 'otherbot: noai')
    await run.settled()
    expect(onlyRow(dataset)).toMatchObject({ state: 'stored' })
    run.home.create('Other').update({ settings: { ...defaultSettings, honourOptOut: false } })
    const other = run.collect([candidate([refused])], { dataset: 'Other' })
    await run.settled()
    await deliver(onlyFetch().way, one, 'noai')
    await run.settled()
    expect(onlyRow(other)).toMatchObject({ state: 'stored' })
  })
})

describe('whom it concerns', () => {
  test.each(['yours', 'owner'])('%s neither hears of it nor may bring anything', async other => {
    const dataset = run.collect([candidate([refused])])
    await run.settled()
    expect(run.browser.list(other)).toEqual({ fetches: [], waiting: [] })
    const { way } = onlyFetch()
    await expect(run.browser.deliver(other, way, { bytes: one, robotsTag: undefined })).rejects.toEqual(
      notAsked,
    )
    expect(() => run.browser.mostBytes(other, way)).toThrow(notAsked)
    expect(() => run.browser.refuse(other, way, 'BROWSER_FETCH_FAILED')).toThrow(notAsked)
    expect(originalsIn(dataset)).toEqual([])
    expect(onlyFetch().way, 'it is still asked for').toEqual(way)
  })

  test('only the very way that was asked for is taken', async () => {
    const dataset = run.collect([refusedWithThumbnail()])
    await run.settled()
    const { way } = onlyFetch()
    for (const wrong of [
      { ...way, position: 1 },
      { ...way, candidateId: way.candidateId + 1 },
      { ...way, datasetId: 'fish' },
    ]) {
      await expect(deliver(wrong, one)).rejects.toEqual(notAsked)
    }
    expect(originalsIn(dataset)).toHaveLength(1)
  })

  test('nobody is asked for what the owner imported, nor for what no browser may or could get', async () => {
    run.collect([candidate([refused])], { client: 'owner' })
    run.collect([
      candidate([at('/status/404')]),
      candidate([at('/opt-out/two.jpg')]),
      candidate([at('/redirect-to?url=http://10.0.0.1/x.jpg')]),
      candidate([at('/html-as-jpeg')]),
    ])
    await run.settled()
    for (const client of [mine, 'owner']) {
      expect(run.browser.list(client)).toEqual({ fetches: [], waiting: [] })
    }
  })

  test('hosts are summed up, and asked for one by one', async () => {
    const paths = ['/status/403?a', '/status/403?b']
    run.collect([
      ...paths.map(path => candidate([at(path, 'shy.example')])),
      candidate([at('/status/429', 'busy.example')]),
    ])
    await run.settled()
    const waiting = [
      { host: 'shy.example', scheme: 'http', pictures: 2 },
      { host: 'busy.example', scheme: 'http', pictures: 1 },
    ]
    expect(run.browser.list(mine, { hosts: [] })).toEqual({ fetches: [], waiting })
    const busy = run.browser.list(mine, { hosts: ['busy.example'] })
    expect(busy).toMatchObject({ fetches: [{ code: 'DOWNLOAD_RATE_LIMITED' }], waiting })
    expect(run.browser.list(mine).fetches).toHaveLength(3)
  })
})

test('an undone collect asks for nothing, and lets go of what was brought', async () => {
  const batchId = '1'.repeat(32)
  const dataset = run.collect([candidate([refused])], { batchId })
  await run.settled()
  const { way } = onlyFetch()
  // Undone in the same turn in which the bytes were taken: no hand has looked at them.
  const store = run.home.byId(dataset.id)
  await store?.deliver(mine, way, brought(garbage))
  expect(originalsIn(dataset)).toHaveLength(1)
  expect(run.home.undo(mine, [batchId])).toEqual({ candidates: 1, images: 0 })
  run.ingest.wake()
  await run.settled()
  expect(onlyRow(dataset)).toMatchObject({ state: 'cancelled', code: 'CANCELLED_UNDONE' })
  expect(originalsIn(dataset)).toEqual([])
  await expect(deliver(way, one)).rejects.toEqual(notAsked)
})

function brought(bytes: Buffer) {
  const digest = createHash('sha256').update(bytes).digest('hex') as Digest
  return { kind: 'bytes', bytes, digest, format: 'bin' } as const
}
