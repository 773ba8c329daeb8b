/**
 * Real saved pages of the three engines and real photos, end to end: what the harvester found on the page is what the index
 * holds, and every candidate ends as its host deserved. Needs the shared corpus.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { allCandidates, classFolders, totalOf, verify, waitUntilDone } from '../support/dataset.ts'
import { mannerOf, startPhotoWeb } from '../support/photo-web.ts'
import { collectByBar, createWorld, type World } from '../support/world.ts'

const serp = sharedFolder('serp')
const photos = sharedFolder('corpus/photos')

const pages = [
  { file: 'google/desktop-2026-dog', url: 'https://www.google.com/search?q=dog&udm=2', label: 'dog' },
  {
    file: 'bing/desktop-2026-kucing-clusters',
    url: 'https://www.bing.com/images/search?q=kucing',
    label: 'kucing',
  },
  { file: 'yandex/desktop-2026-kucing', url: 'https://yandex.com/images/search?text=kucing', label: 'gato' },
] as const

interface Expected {
  readonly imageUrl: string | null
}

const read = (name: string) => readFileSync(join(serp ?? '', name), 'utf8')
const expectedOf = (file: string) =>
  (JSON.parse(read(`${file}.expected.json`)) as Expected[]).flatMap(({ imageUrl }) => imageUrl ?? [])

describe.skipIf(!serp || !photos)('real saved pages (need the shared corpus)', () => {
  let web: Awaited<ReturnType<typeof startPhotoWeb>>
  let world: World
  let collected = 0

  beforeAll(async () => {
    web = await startPhotoWeb(photos ?? '')
    world = await createWorld(
      url => {
        const page = pages.find(candidate => candidate.url === url.href)
        return page && { body: read(`${page.file}.html`) }
      },
      { webPort: web.port },
    )
  })
  afterAll(async () => {
    await world?.close()
    await web?.close()
  })

  test.each(pages)('$file: what the page holds is collected', async ({ file, url, label }) => {
    const page = await world.browser.open(url)
    await collectByBar(page, label)
    const originals = new Set(expectedOf(file))
    collected += originals.size
    const dataset = await waitUntilDone(world.server(), collected)
    const rows = (await allCandidates(world.server(), dataset.id)).filter(
      ({ classLabel }) => classLabel === label,
    )
    expect(rows).toHaveLength(originals.size)
    for (const row of rows) expect(row.code, row.url).not.toBeNull()
    await page.close()
  })

  test('each candidate ended as its host deserved', async () => {
    const dataset = await waitUntilDone(world.server(), collected)
    const rows = await allCandidates(world.server(), dataset.id)
    const byOriginal = rows.filter(({ sourceKind }) => sourceKind === 'original')
    for (const { url, state } of byOriginal) {
      const manner = mannerOf(url)
      if (manner === 'well' || manner === 'flaky')
        expect(['stored', 'duplicate', 'upgraded'], url).toContain(state)
      if (manner === 'opt-out') expect(state, url).toBe('opted_out')
    }
    expect(rows.some(({ code }) => code === 'STORED_THUMBNAIL' || code === 'DUPLICATE_DIGEST')).toBe(true)
  })

  test('class folders, index and API agree', async () => {
    const dataset = await waitUntilDone(world.server(), collected)
    const folders = classFolders(dataset)
    for (const { folder, images } of dataset.classes) expect(folders[folder] ?? []).toHaveLength(images)
    expect(Object.values(folders).flat()).toHaveLength(dataset.images)
    expect(totalOf(dataset)).toBe(collected)
    expect(verify(world.home)).toMatchObject({ code: 0 })
  })
})
