import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receipt } from '@gleaner/shared/collect'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import type { GalleryPage } from '@gleaner/shared/gallery'
import type { Browser, BrowserContext, Page } from 'playwright'
import { startPlainChromium } from './browser.ts'
import { waitUntilDone } from './dataset.ts'
import { startMeteredWeb } from './metered-web.ts'
import { signedIn } from './signed-in.ts'
import { startTestServer, type TestServer } from './stack.ts'

export const longLabel = 'Lamps that were photographed at night in the old town in 2026'
export const rightToLeft = 'فوانيس'

/** A dashboard in a browser, and a dataset in it: 12 pictures of a class of a long name, 8 of one that is read from the right. */
export interface Festival {
  readonly home: string
  readonly browser: Browser
  readonly dataset: DatasetSummary
  /** The ones of now. */
  readonly server: TestServer
  readonly context: BrowserContext
  classId(label: string): number
  /** How many pictures a query of the gallery takes. */
  total(query?: string): Promise<number>
  /** Opens the gallery, and waits for its first picture, unless there is none. */
  openGallery(query?: string, isEmpty?: boolean): Promise<Page>
  closePages(): Promise<void>
  /** @param meanwhile - done while nothing runs */
  restart(meanwhile: () => void): Promise<void>
  close(): Promise<void>
}

export async function startFestival(): Promise<Festival> {
  const home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  const web = await startMeteredWeb()
  let server = await startTestServer(home)
  const browser = await startPlainChromium()
  const collect = async (label: string, query: string, from: number, to: number) => {
    const { accepted } = await server.ask<Receipt>('POST', '/api/import', {
      batchId: randomBytes(16).toString('hex'),
      dataset: 'Festival',
      class: label,
      origin: { engine: 'import', query },
      candidates: web
        .results('lanterns', to)
        .slice(from)
        .map(({ imageUrl }, place) => ({
          sources: [{ kind: 'original', url: imageUrl }],
          title: `${query} ${place + 1}`,
        })),
    })
    return accepted
  }
  const accepted = [await collect(longLabel, 'lamps', 0, 12), await collect(rightToLeft, 'fanous', 12, 20)]
  const dataset = await waitUntilDone(
    server,
    accepted.reduce((sum, count) => sum + count),
  )
  let context = await signedIn(browser, server)
  return {
    ...{ home, browser, dataset },
    get server() {
      return server
    },
    get context() {
      return context
    },
    classId: label => dataset.classes.find(each => each.label === label)?.id ?? 0,
    total: async (query = '') =>
      (await server.ask<GalleryPage>('GET', `/api/datasets/${dataset.id}/gallery?limit=1&${query}`)).total,
    openGallery: async (query = '', isEmpty = false) => {
      const page = await context.newPage()
      await page.goto(`${server.origin}/datasets/${dataset.id}/gallery${query}`)
      if (!isEmpty) await page.locator('.tile img').first().waitFor()
      return page
    },
    closePages: async () => {
      for (const page of context.pages()) await page.close()
    },
    restart: async meanwhile => {
      await context.close()
      await server.stop()
      meanwhile()
      server = await startTestServer(home)
      context = await signedIn(browser, server)
    },
    close: async () => {
      await browser.close()
      await server.stop()
      await web.close()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Waits until a page of the gallery says that it has so many pictures. */
export const says = (page: Page, count: string): Promise<void> =>
  page
    .locator('.page-head-about')
    .filter({ hasText: new RegExp(`^${count} picture`) })
    .waitFor()
