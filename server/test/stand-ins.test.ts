/** Pictures that hosts send in place of others: found out, taken back, believed when a person says so. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Digest } from '@gleaner/shared/hash'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { DatasetStore, ImageId } from '../src/store/index.ts'
import { expectConsistent } from './support/ingest-checks.ts'
import { picture } from './support/pictures.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

/** What a host sends for an address: bytes, or a redirect. */
let give: (host: string, path: string) => Buffer | { readonly to: string } | undefined
let asked: string[]
let port = 0
const server = createServer((request, response) => {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const path = request.url ?? ''
  asked.push(`${host}${path}`)
  const answer = give(host, path)
  if (!answer) response.writeHead(404).end()
  else if ('to' in answer) response.writeHead(302, { location: answer.to }).end()
  else response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': answer.length }).end(answer)
})

const animals = 'ant bear cat dog eel fox gnu hare ibis jay'.split(' ')
const at = (name: string, host = 'img.example') => `http://${host}:${port}/${name}.jpg`
let standIn: Buffer
let photos: Buffer[]
let run: RunningIngest

beforeAll(async () => {
  standIn = await picture(500, { width: 300, height: 200, quality: 60 })
  photos = await Promise.all([1, 2, 3].map(seed => picture(seed)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = []
})
afterEach(async () => {
  for (const dataset of run.home.datasets()) expectConsistent(dataset)
  expect(run.fatal).toEqual([])
  expect(await run.close()).toEqual([])
})

/** One hand, so that things come in order. */
const inOrder: RunOptions = { limits: { hands: 1 } }

const rows = (dataset: DatasetStore) =>
  Object.fromEntries(
    dataset
      .candidates({}, { limit: 100 })
      .candidates.map(({ url, state, code, explanation }) => [
        new URL(url).pathname.slice(1).replace('.jpg', ''),
        { state, code, explanation },
      ]),
  )
const rejected = (addresses: number) => ({
  state: 'rejected',
  code: 'IMAGE_PLACEHOLDER',
  explanation: `The host sent this same picture for ${addresses} other addresses.`,
})

test('one that is sent for many addresses is told as such, the first ones too, and stays out', async () => {
  give = () => standIn
  run = await runIngest(inOrder)
  const dataset = run.collect(animals.slice(0, 4).map(name => candidate([at(name)])))
  await run.settled()
  expect(dataset.counts(), 'four may be the same picture').toMatchObject({ stored: 1, duplicate: 3 })
  run.collect(animals.slice(4, 6).map(name => candidate([at(name)])))
  await run.settled()
  expect(dataset.counts()).toMatchObject({ rejected: 6, stored: 0, duplicate: 0 })
  expect(rows(dataset)).toMatchObject({
    ant: rejected(5),
    dog: rejected(5),
    eel: rejected(4),
    fox: rejected(5),
  })
  expect(dataset.summary().images).toBe(0)
  // Whoever was stored is judged by the bytes that are kept; the others are asked for once more.
  expect(asked.filter(path => path.endsWith('/ant.jpg'))).toHaveLength(1)
})

test('other addresses of the same picture are tried then', async () => {
  give = host => (host === 'img.example' ? standIn : photos[Number(host.at(0)) - 1])
  run = await runIngest(inOrder)
  const dataset = run.collect(
    animals.slice(0, 5).map((name, index) => {
      const mirror = index < 3 ? [at(name, `${index + 1}.mirror${index}.example`)] : []
      return candidate([at(name), ...mirror])
    }),
  )
  await run.settled()
  expect(dataset.counts()).toMatchObject({ stored: 3, rejected: 2 })
})

test('redirects to one address give it away sooner', async () => {
  give = (_, path) => (path === '/hotlink.jpg' ? photos[0] : { to: '/hotlink.jpg' })
  run = await runIngest(inOrder)
  const dataset = run.collect(animals.slice(0, 3).map(name => candidate([at(name)])))
  await run.settled()
  expect(dataset.counts()).toMatchObject({ rejected: 3 })
})

test('one with a text that changes is known by its look', async () => {
  const texts = await Promise.all(
    animals.map((_, index) => picture(500, { width: 300, height: 200, quality: 60 + index })),
  )
  const digests = new Set(texts.map(bytes => bytes.toString('base64')))
  expect(digests.size, 'all differ').toBe(animals.length)
  give = (_, path) => texts[animals.indexOf(path.slice(1).replace('.jpg', ''))]
  run = await runIngest(inOrder)
  const dataset = run.collect(animals.map(name => candidate([at(name)])))
  await run.settled()
  expect(dataset.counts()).toMatchObject({ rejected: 10, stored: 0, duplicate: 0 })
})

test('the same picture under names that say so, and from many hosts, is no stand-in', async () => {
  give = (host, path) => (host === 'cdn.example' || path.startsWith('/ant') ? standIn : photos[0])
  run = await runIngest(inOrder)
  const sizes = ['', '-150x150', '-300x200', '-768x512', '-1024x683', '-scaled', '-1', '-2']
  const dataset = run.collect([
    ...sizes.map(size => candidate([at(`red-panda${size}`, 'cdn.example')])),
    ...animals.map(name => candidate([at('ant', `${name}.example`)])),
  ])
  await run.settled()
  expect(dataset.counts()).toMatchObject({ stored: 1, duplicate: 17, rejected: 0 })
})

test('a person who retries one has the picture, and the host is believed from then on', async () => {
  give = () => standIn
  run = await runIngest(inOrder)
  const dataset = run.collect(animals.slice(0, 6).map(name => candidate([at(name)])))
  await run.settled()
  expect(dataset.counts()).toMatchObject({ rejected: 6 })
  asked = []
  const { candidates } = dataset.candidates({ code: 'IMAGE_PLACEHOLDER' }, { limit: 10 })
  const first = candidates.find(({ url }) => url === at('ant'))
  expect(dataset.retry({ candidateIds: [first?.id ?? 0] }, run.rules)).toBe(1)
  run.ingest.wake()
  await run.settled()
  expect(dataset.counts()).toMatchObject({ rejected: 5, stored: 1 })
  expect(asked, 'the bytes were kept').toEqual([])
  dataset.retry({ code: 'IMAGE_PLACEHOLDER' }, run.rules)
  run.collect(animals.slice(6).map(name => candidate([at(name)])))
  await run.settled()
  expect(dataset.counts()).toMatchObject({ stored: 1, duplicate: 9 })
})

test('what a stop left half done is done later', async () => {
  give = () => standIn
  run = await runIngest({ ...inOrder })
  const dataset = run.collect(animals.slice(0, 3).map(name => candidate([at(name)])))
  await run.settled()
  const [image] = dataset.images(undefined, { limit: 1 }).images
  const digest = createHash('sha256').update(standIn).digest('hex') as Digest
  // Found out, and stopped before anything was taken back.
  dataset.standIns.add('img.example', image?.id as ImageId, digest, 3)
  run.collect([candidate([at('dog')])])
  await run.settled()
  expect(dataset.counts()).toMatchObject({ rejected: 4, stored: 0, duplicate: 0 })
})

test('another host that sends the same bytes for one address keeps its picture', async () => {
  give = () => standIn
  run = await runIngest(inOrder)
  const takeBack = vi.spyOn(run.home.create('Birds').standIns, 'takeBack')
  const dataset = run.collect([
    candidate([at('logo', 'other.example')]),
    ...animals.slice(0, 6).map(name => candidate([at(name)])),
  ])
  await run.settled()
  expect(dataset.counts()).toMatchObject({ rejected: 6, stored: 1 })
  expect(rows(dataset)).toMatchObject({ logo: { state: 'stored' } })
  expect(takeBack).toHaveBeenCalledTimes(1)
})
