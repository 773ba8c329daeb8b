/** Made-up pages with tiles, as bare as they can be. */
import type { Browser, Page } from 'playwright'
import { type Bench, benchOf, type Drawn } from './tile-bench.ts'

const style = `
  body { margin: 0; font: 15px sans-serif; }
  header { position: sticky; top: 0; z-index: 5; height: 64px; background: #fff; }
  ul { list-style: none; margin: 0; padding: 16px; display: grid; gap: 12px; grid-template-columns: repeat(5, 180px); }
  li { height: 140px; background: #9ab; border-radius: 6px; }
  .scroller { height: 420px; overflow: auto; }
  .veil { position: fixed; inset: 0; z-index: 9; background: rgb(0 0 0 / 80%); }`

export const items = (count: number) => '<li></li>'.repeat(count)

interface PageOptions {
  /** Attributes of the root element. */
  readonly root?: string
  /** More rules. */
  readonly css?: string
  /** Runs before anything else of the page. */
  readonly script?: string
  /** Whether scripts of the page may look into what the layer draws. */
  readonly isOpen?: boolean
}

/** Opens a page of five columns, 180 x 140 CSS pixels a tile, with the layer of marks in it. */
export async function openBench(browser: Browser, body: string, options: PageOptions = {}): Promise<Bench> {
  const { root = '', css = '', script = '', isOpen = false } = options
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
  await page.setContent(
    `<!doctype html><html ${root}><head><script>${script}</script><style>${style}${css}</style></head><body>${body}</body></html>`,
  )
  return benchOf(page, { isOpen })
}

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Boxes of all tiles, size and markup of the page: what must stay as it is. */
export const layoutOf = (page: Page, selector = 'li') =>
  page.evaluate(selector => {
    const root = document.querySelector('html')
    return {
      tiles: Array.from(document.querySelectorAll(selector), (tile): Box => {
        const { left, top, right, bottom } = Element.prototype.getBoundingClientRect.call(tile)
        return { left, top, right, bottom }
      }),
      page: [root?.scrollWidth, root?.scrollHeight],
      attributes: root?.getAttributeNames().join(),
      markup: document.querySelector('body')?.outerHTML,
    }
  }, selector)

/** Middle of a tile in the viewport. */
export async function middleOf(page: Page, index: number, selector = 'li') {
  const box = (await layoutOf(page, selector)).tiles[index]
  if (!box) throw new Error(`There is no tile ${index}.`)
  return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }
}

/** Tiles a person sees a badge on, in page order. Each badge lies on one tile and no tile has two. */
export async function badged(bench: Bench, selector = 'li'): Promise<readonly number[]> {
  const { tiles } = await layoutOf(bench.page, selector)
  const badges = await bench.drawn('badge')
  const found = badges.map(badge => tileUnder(tiles, badge))
  if (found.includes(-1)) throw new Error(`A badge lies on no tile: ${JSON.stringify(badges)}`)
  if (new Set(found).size < found.length) throw new Error(`A tile has two badges: ${found}`)
  return found.sort((one, other) => one - other)
}

function tileUnder(tiles: readonly Box[], { left, top, width, height }: Drawn): number {
  const x = left + width / 2
  const y = top + height / 2
  return tiles.findIndex(tile => x > tile.left && x < tile.right && y > tile.top && y < tile.bottom)
}
