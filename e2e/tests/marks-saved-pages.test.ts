/** Marks over real saved pages of every engine that draws its tiles in them. Needs the shared corpus. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findHarvester } from '../../extension/src/harvesters/registry.ts'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { jpegScene } from '../support/pictures.ts'
import { benchOf, startChromium } from '../support/tile-bench.ts'
import { badged, layoutOf } from '../support/tile-pages.ts'

const serp = sharedFolder('serp')

/** Tiles that can be seen: none on pages whose own scripts would have to draw them first. */
const pages = [
  { file: 'google/desktop-2026-dog', url: 'https://www.google.com/search?q=dog&udm=2', atLeast: 10 },
  {
    file: 'google/desktop-2024-cat-saved-page',
    url: 'https://www.google.com/search?q=cat&udm=2',
    atLeast: 8,
  },
  {
    file: 'google/mobile-lite-2026-roma-tomatoes-nl',
    url: 'https://www.google.com/search?q=a&tbm=isch',
    atLeast: 0,
  },
  { file: 'google/basic-nojs-2026-papaya', url: 'https://www.google.com/search?q=b&tbm=isch', atLeast: 12 },
  {
    file: 'google/rgmeta-2019-britney-spears',
    url: 'https://www.google.com/search?q=c&tbm=isch',
    atLeast: 0,
  },
  { file: 'google/imgres-2015-apple-es', url: 'https://www.google.es/search?q=d&tbm=isch', atLeast: 20 },
  {
    file: 'bing/desktop-2025-crab-roe-noodles-en',
    url: 'https://www.bing.com/images/search?q=a',
    atLeast: 2,
  },
  { file: 'bing/desktop-2026-kucing-clusters', url: 'https://www.bing.com/images/search?q=b', atLeast: 2 },
  { file: 'bing/desktop-2026-god-of-war-pt', url: 'https://www.bing.com/images/search?q=c', atLeast: 2 },
  { file: 'yandex/desktop-2026-kucing', url: 'https://yandex.com/images/search?text=kucing', atLeast: 0 },
  { file: 'yandex/cbir-2026', url: 'https://yandex.com/images/search?rpt=imageview&text=x', atLeast: 0 },
  {
    file: 'duckduckgo/dom-2026-cute-kittens',
    url: 'https://duckduckgo.com/?q=x&iax=images&ia=images',
    atLeast: 2,
  },
  { file: 'unsplash/search-2025-shampoo-fr', url: 'https://unsplash.com/fr/s/photos/shampoo', atLeast: 3 },
  { file: 'ecosia/images-2026-oak', url: 'https://www.ecosia.org/images?q=oak', atLeast: 2 },
  {
    file: 'baidu/pic-page-2020-python',
    url: 'https://image.baidu.com/search/flip?tn=baiduimage&word=Python',
    atLeast: 0,
  },
] as const

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

  test.each(pages)('$file: marks stand on tiles and nothing is shifted', async ({ file, url, atLeast }) => {
    const page = await open(file, url)
    const selector = findHarvester(new URL(url))?.tiles?.selector ?? ''
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
    expect(found.length).toBeGreaterThanOrEqual(atLeast)
    expect(await bench.nodes()).toBeLessThan(500)
    await bench.startPicking()
    expect(await layoutOf(page, selector)).toEqual(before)
    await page.close()
  })
})
