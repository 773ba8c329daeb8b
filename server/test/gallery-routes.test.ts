/** What dashboard and command line can rely on when they ask for pictures by a filter, over the real store. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Problem } from '@gleaner/shared/api'
import type { FacetCounts, GalleryPage, Histogram, SavedView } from '@gleaner/shared/gallery'
import type { DatasetStats } from '@gleaner/shared/stats'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createThumbnails, type Thumbnails } from '../src/imaging/thumbnails.ts'
import { type OpenHome, openHome } from '../src/store/index.ts'
import type { ImageId } from '../src/store/types.ts'
import { type RunningApp, startApp } from './support/running-app.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './support/samples.ts'

let folder: string
let home: OpenHome
let server: RunningApp
let thumbnails: Thumbnails
let made: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-gallery-'))
  made = 0
  let nowMs = 1_700_000_000_000
  home = await openHome({ folder, now: () => nowMs++ })
  home.create('Birds')
  thumbnails = createThumbnails()
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } }, { home, thumbnails })
})
afterEach(async () => {
  await server.close()
  thumbnails.close()
  home.close()
  rmSync(folder, { recursive: true, force: true })
})

const birds = () => {
  const dataset = home.byId('birds')
  if (!dataset) throw new Error('no dataset')
  return dataset
}

async function api<Answer>(path: string, method = 'GET', body?: unknown) {
  const authorization = `Bearer ${server.ownerToken}`
  const headers =
    body === undefined ? { authorization } : { authorization, 'content-type': 'application/json' }
  const answer = await server.ask(method, `/api/datasets/birds${path}`, { headers, body })
  return { status: answer.status, body: (answer.body === '' ? null : JSON.parse(answer.body)) as Answer }
}

/** Stores a picture of one colour. */
async function store(label: string, side = 600, name = `${++made}`): Promise<ImageId> {
  birds().accept(clientId, makeBatch([`https://a.example/${name}.png`], { class: label }), openRules)
  const lease = birds().lease('a.example', Number.MAX_SAFE_INTEGER)
  if (!lease) throw new Error('nothing to lease')
  const background = { r: made * 20, g: 90, b: 90 }
  const bytes = await sharp({ create: { width: 512, height: 256, channels: 3, background } })
    .jpeg()
    .toBuffer()
  const image = makeImage(name)
  const result = await birds().recordImage(
    lease,
    {
      ...image,
      original: { ...image.original, widthPx: side * 2, heightPx: side },
      rendered: { bytes, widthPx: 512, heightPx: 256 },
    },
    makeEnd(lease),
  )
  if (result.kind !== 'recorded') throw new Error(result.kind)
  return result.imageId
}

const idsOf = ({ images }: GalleryPage) => images.map(({ id }) => id)

test('pictures are listed by filter and order, by places, onwards and around one of them', async () => {
  const [small, large, other] = [
    await store('wren', 300),
    await store('wren', 900),
    await store('robin', 600),
  ]
  const all = await api<GalleryPage>('/gallery')
  expect(all.body).toMatchObject({ offset: 0, total: 3, cursor: null })
  expect(idsOf(all.body)).toEqual([other, large, small])
  expect(all.body.images[0]).toMatchObject({
    classLabel: 'robin',
    place: 'held',
    mark: 'none',
    host: 'a.example',
    engine: 'page',
    originalWidth: 1200,
    originalHeight: 600,
    scores: null,
  })
  expect(idsOf((await api<GalleryPage>('/gallery?sort=-side')).body)).toEqual([large, other, small])
  expect(idsOf((await api<GalleryPage>('/gallery?side=500..&class=1')).body)).toEqual([large])
  const first = await api<GalleryPage>('/gallery?limit=2')
  const next = await api<GalleryPage>(`/gallery?limit=2&cursor=${first.body.cursor}`)
  expect([idsOf(next.body), next.body.offset, next.body.cursor]).toEqual([[small], 2, null])
  expect(idsOf((await api<GalleryPage>('/gallery?limit=2&offset=1')).body)).toEqual([large, small])
  const around = await api<GalleryPage>(`/gallery?limit=1&around=${large}`)
  expect([idsOf(around.body), around.body.offset]).toEqual([[large], 1])
})

test.each([
  '/gallery?class=wren',
  '/gallery?side=big',
  '/gallery?sort=nonsense',
  '/gallery?cursor=abc',
  '/gallery?cursor=1.2&offset=3',
  '/gallery?nonsense=1',
  '/gallery/facets/colour',
  '/gallery/histogram/side?steps=0',
])('%s is refused with what is wrong', async path => {
  const { status, body } = await api<Problem>(path)
  expect([status, body.code]).toEqual([400, 'PROTOCOL_INVALID'])
})

test('counts, steps, shapes and the whole are of the same pictures', async () => {
  await store('wren', 300)
  await store('wren', 900)
  await store('robin', 600)
  const facet = await api<FacetCounts>('/gallery/facets/class?side=500..')
  expect(facet.body).toEqual({
    facet: 'class',
    values: [
      { value: '2', label: 'robin', count: 1 },
      { value: '1', label: 'wren', count: 1 },
    ],
    rest: 0,
    total: 2,
  })
  const { body: sides } = await api<Histogram>('/gallery/histogram/side?steps=3')
  expect(sides).toEqual({ min: 0, max: 901, counts: [1, 1, 1] })
  const shapes = await fetch(`${server.origin}/api/datasets/birds/gallery/aspects`, {
    headers: { authorization: `Bearer ${server.ownerToken}` },
  })
  expect([...new Uint8Array(await shapes.arrayBuffer())]).toEqual([160, 160, 160])
  expect(shapes.headers.get('content-type')).toBe('application/octet-stream')
  const page = await api<GalleryPage>('/gallery')
  expect(shapes.headers.get('x-gleaner-revision')).toBe(page.body.revision)
  const { body: stats } = await api<DatasetStats>('/stats')
  expect(stats).toMatchObject({
    images: 3,
    trash: 0,
    classes: expect.arrayContaining([expect.objectContaining({ label: 'wren', images: 2, unreviewed: 2 })]),
    imbalance: null,
    running: [],
  })
  expect(stats.disk.indexBytes).toBeGreaterThan(0)
  expect(stats.disk.imagesBytes).toBeGreaterThan(0)
})

test('a filter is saved by a name, changed under it, and forgotten', async () => {
  const view = { name: 'Large', filter: { sidePx: { min: 500 } }, order: { by: 'side', isDescending: true } }
  const saved = await api<SavedView>('/views', 'POST', view)
  expect([saved.status, saved.body]).toEqual([201, { id: 1, ...view }])
  const changed = { ...view, filter: { sidePx: { min: 800 } } }
  expect((await api<SavedView>('/views', 'POST', changed)).body.id).toBe(1)
  expect((await api('/views')).body).toEqual({ views: [{ id: 1, ...changed }] })
  expect((await api('/views', 'POST', { ...view, name: ' \u0000 ' })).status).toBe(400)
  expect((await api('/views', 'POST', { ...view, filter: { nonsense: 1 } })).status).toBe(400)
  expect((await api('/views/1', 'DELETE')).status).toBe(204)
  expect((await api('/views/1', 'DELETE')).status).toBe(404)
  expect((await api('/views')).body).toEqual({ views: [] })
})

const copies = () => {
  const path = join(birds().folder, '.thumbnails')
  const names = existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : []
  return names.filter(name => name.endsWith('.jpg'))
}

test('a small copy is made once, shown inert, kept by browsers, and goes with its picture', async () => {
  const imageId = await store('wren')
  const headers = { authorization: `Bearer ${server.ownerToken}` }
  const path = `/api/datasets/birds/images/${imageId}/thumbnail?side=128&v=1`
  const [answer, again] = await Promise.all([
    server.ask('GET', path, { headers }),
    server.ask('GET', path, { headers }),
  ])
  expect([answer.status, again.status]).toEqual([200, 200])
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
  })
  const [copy] = copies()
  expect(copies()).toHaveLength(1)
  const { width, height } = await sharp(join(birds().folder, '.thumbnails', copy ?? '')).metadata()
  expect([width, height]).toEqual([128, 64])
  expect(readdirSync(join(birds().folder, 'images', 'wren'))).toHaveLength(1)
  // Nothing is made where the picture is no larger.
  const whole = await server.ask('GET', path.replace('128', '512'), { headers })
  expect([whole.status, copies().length]).toEqual([200, 1])
  expect((await server.ask('GET', path, {})).status).toBe(401)
  expect((await server.ask('GET', path.replace('128', '100'), { headers })).status).toBe(400)

  await birds().removeImage(imageId)
  const inTrash = await server.ask('GET', path, { headers })
  expect([inTrash.status, copies().length]).toEqual([200, 1])
  await birds().acts.emptyTrash({ key: 'e'.repeat(32) }, 'test')
  await birds().acts.idle()
  expect((await server.ask('GET', path, { headers })).status).toBe(404)
  expect(birds().isUntidy()).toBe(true)
  await birds().tidy()
  expect([copies(), birds().isUntidy()]).toEqual([[], false])
})

test('the command line lists and counts by the same filters', () => {
  const script = fileURLToPath(new URL('../src/cli/gleaner.ts', import.meta.url))
  const home = mkdtempSync(join(tmpdir(), 'gleaner-cli-'))
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [script, '--home', home, ...args], { encoding: 'utf8' })
  try {
    run('create', 'Birds')
    expect(run('images', 'list', 'Birds', '--mark', 'kept', '--sort', '-side').stdout).toBe('0 pictures.\n')
    expect(run('images', 'count', 'Birds', '--side', 'large').stderr).toContain('PROTOCOL_INVALID')
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
