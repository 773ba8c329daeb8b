/** Marks over real saved pages of every engine that draws its tiles in them. Needs the shared corpus. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { jpegScene } from '../support/pictures.ts'
import { benchOf, startChromium } from '../support/tile-bench.ts'
import { badged, layoutOf } from '../support/tile-pages.ts'

const serp = sharedFolder('serp')

/** What each engine's tiles are in the pages below. */
const tilesOf: Readonly<Record<string, string>> = {
  google: '#rso div[data-docid][data-lpage], .isv-r[data-ou], .rg_di, .rg_bx, td.e3goi',
  bing: '.dgControl_list a.iusc:not(.clustCards *)',
  yandex: 'a[href*="img_url="]:not([href*="cbir_id="]), .CbirSites-Item',
  duckduckgo: 'figure',
  unsplash: 'figure[data-testid="asset-grid-masonry-figure"]',
  ecosia: 'article[data-test-id="images-result"]',
  baidu: 'li.imgitem',
}
/**
 * Pages are opened without their scripts. `marked` is how many tiles in the first screen carry a mark at least, or exactly
 * none, and why.
 */
const pages: readonly {
  readonly file: string
  readonly url: string
  readonly marked: number | { readonly none: string }
}[] = [
  { file: 'google/desktop-2026-dog', url: 'https://www.google.com/search?q=dog&udm=2', marked: 10 },
  {
    file: 'google/desktop-2024-cat-saved-page',
    url: 'https://www.google.com/search?q=cat&udm=2',
    marked: 8,
  },
  {
    file: 'google/mobile-lite-2026-roma-tomatoes-nl',
    url: 'https://www.google.com/search?q=a&tbm=isch',
    marked: { none: 'all 100 tiles stand in a box with display: none until a script shows it' },
  },
  { file: 'google/basic-nojs-2026-papaya', url: 'https://www.google.com/search?q=b&tbm=isch', marked: 12 },
  {
    file: 'google/rgmeta-2019-britney-spears',
    url: 'https://www.google.com/search?q=c&tbm=isch',
    marked: { none: 'the list has visibility: hidden until a script has laid it out' },
  },
  { file: 'google/imgres-2015-apple-es', url: 'https://www.google.es/search?q=d&tbm=isch', marked: 20 },
  {
    file: 'bing/desktop-2025-crab-roe-noodles-en',
    url: 'https://www.bing.com/images/search?q=a',
    marked: 2,
  },
  { file: 'bing/desktop-2026-kucing-clusters', url: 'https://www.bing.com/images/search?q=b', marked: 2 },
  { file: 'bing/desktop-2026-god-of-war-pt', url: 'https://www.bing.com/images/search?q=c', marked: 2 },
  {
    file: 'yandex/desktop-2026-kucing',
    url: 'https://yandex.com/images/search?text=kucing',
    marked: { none: 'the results stand in the state alone; scripts draw the tiles over grey boxes' },
  },
  { file: 'yandex/cbir-2026', url: 'https://yandex.com/images/search?rpt=imageview&text=x', marked: 3 },
  {
    file: 'duckduckgo/dom-2026-cute-kittens',
    url: 'https://duckduckgo.com/?q=x&iax=images&ia=images',
    marked: 2,
  },
  { file: 'unsplash/search-2025-shampoo-fr', url: 'https://unsplash.com/fr/s/photos/shampoo', marked: 3 },
  { file: 'ecosia/images-2026-oak', url: 'https://www.ecosia.org/images?q=oak', marked: 2 },
  {
    file: 'baidu/pic-page-2020-python',
    url: 'https://image.baidu.com/search/flip?tn=baiduimage&word=Python',
    marked: { none: 'the results stand in a script alone; scripts draw the tiles' },
  },
]

describe.skipIf(!serp)('real saved pages (need the shared corpus)', () => {
  let browser: Browser
  let picture: Buffer

  beforeAll(async () => {
    browser = await startChromium()
    picture = await jpegScene(7, 320, 240)
  })
  afterAll(() => browser?.close())

  /** The page as it was saved, without its scripts, with one picture in the place of all. */
  async function open(file: string, url: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    const body = readFileSync(join(serp ?? '', `${file}.html`))
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "script-src 'none'",
    }
    await page.route('**/*', route => {
      const request = route.request()
      if (request.url() === url) return route.fulfill({ body, headers })
      if (request.resourceType() === 'image') {
        return route.fulfill({ body: picture, contentType: 'image/jpeg' })
      }
      return route.abort()
    })
    await page.goto(url, { waitUntil: 'load' })
    return page
  }

  test.each(pages)('$file: marks stand on tiles and nothing is shifted', async ({ file, url, marked }) => {
    const page = await open(file, url)
    const selector = tilesOf[dirname(file)] ?? ''
    // Pages saved without their style sheets begin with a long menu.
    await page.evaluate(selector => {
      const tile = document.querySelector(selector)
      if ((tile?.getBoundingClientRect().top ?? 0) > 500) tile?.scrollIntoView()
    }, selector)
    // Pictures that load when they come near change the layout of the page by themselves.
    await page.waitForLoadState('networkidle')
    const before = await layoutOf(page, selector)
    const bench = await benchOf(page)
    await bench.mark(selector)
    const found = await badged(bench, selector)
    if (typeof marked === 'number') expect(found.length).toBeGreaterThanOrEqual(marked)
    else expect(found, marked.none).toEqual([])
    expect(await bench.nodes()).toBeLessThan(500)
    await bench.startPicking()
    expect(await layoutOf(page, selector)).toEqual(before)
    await page.close()
  })
})
