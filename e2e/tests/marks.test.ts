/** Marks over made-up result pages: they stand on their tiles, cost nothing, and leave the page as it was. */
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, benchOf, type Drawn, startChromium } from '../support/tile-bench.ts'

let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser?.close())
afterEach(() => page?.close())

const style = `
  body { margin: 0; font: 15px sans-serif; }
  header { position: sticky; top: 0; z-index: 5; height: 64px; background: #fff; }
  ul { list-style: none; margin: 0; padding: 16px; display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, 180px); }
  li { height: 140px; background: #9ab; border-radius: 6px; }
  .scroller { height: 420px; overflow: auto; }`

const items = (count: number) => '<li></li>'.repeat(count)

/** Opens a page of our own making. */
async function open(body: string, more = ''): Promise<Bench> {
  page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
  await page.setContent(
    `<!doctype html><html ${more}><head><style>${style}</style></head><body>${body}</body></html>`,
  )
  return benchOf(page)
}

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Boxes of all tiles and the size of the page: what must stay as it is. */
const layoutOf = (selector = 'li') =>
  page.evaluate(
    selector => ({
      tiles: Array.from(document.querySelectorAll(selector), tile => {
        const { left, top, right, bottom } = tile.getBoundingClientRect()
        return { left, top, right, bottom }
      }),
      page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
      markup: document.body.innerHTML,
    }),
    selector,
  )

const middle = ({ left, top, width, height }: Drawn) => ({ x: left + width / 2, y: top + height / 2 })
const tileUnder = (tiles: readonly Box[], drawn: Drawn) =>
  tiles.findIndex(({ left, top, right, bottom }) => {
    const { x, y } = middle(drawn)
    return x > left && x < right && y > top && y < bottom
  })

/** Tiles a person sees a badge on. */
async function badged(bench: Bench): Promise<readonly number[]> {
  const { tiles } = await layoutOf()
  const found = (await bench.drawn('badge')).map(badge => tileUnder(tiles, badge))
  expect(found).not.toContain(-1)
  expect(new Set(found).size).toBe(found.length)
  return found.sort((one, other) => one - other)
}

describe('a page that scrolls', () => {
  test('has a badge on each tile near the viewport and is not touched', async () => {
    const bench = await open(`<header>x</header><ul>${items(200)}</ul>`)
    const before = await layoutOf()
    await bench.mark('li')
    expect(await layoutOf()).toEqual(before)
    const first = await badged(bench)
    expect(first.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, index) => index))
    await page.mouse.move(500, 400)
    await page.mouse.wheel(0, 900)
    await bench.settled()
    const { tiles } = await layoutOf()
    const badges = await badged(bench)
    const whole = tiles.flatMap(({ top, bottom }, index) => (top > 64 && bottom < 700 ? [index] : []))
    expect(whole.length).toBeGreaterThan(10)
    for (const index of whole) expect(badges).toContain(index)
  })
})
