/** Marks over made-up result pages: they stand on their tiles, cost nothing while nothing moves, and leave the page as it was. */
import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { type Bench, startChromium } from '../support/tile-bench.ts'
import { badged, items, layoutOf, openBench } from '../support/tile-pages.ts'

let browser: Browser
let bench: Bench

beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser?.close())
afterEach(() => bench?.page.close())

const open = async (...given: [body: string, options?: Parameters<typeof openBench>[2]]) => {
  bench = await openBench(browser, ...given)
  return bench.page
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

/** Tiles of which the corner with the badge can be seen: what is above `top` and below `bottom` is hidden. */
async function cornersBetween(top: number, bottom: number): Promise<readonly number[]> {
  const { tiles } = await layoutOf(bench.page)
  return tiles.flatMap((tile, index) => (tile.top + 7 >= top && tile.top + 27 <= bottom ? [index] : []))
}
/** Badges of tiles that are in the viewport; those a little outside may be drawn or not. */
async function badgedInView(): Promise<readonly number[]> {
  const inView = await cornersBetween(0, 700)
  return (await badged(bench)).filter(index => inView.includes(index))
}

test('leave boxes, size and markup of the page as they are', async () => {
  const page = await open(`<ul>${items(300)}</ul>`)
  const before = await layoutOf(page)
  await bench.mark('li')
  expect(await badgedInView()).toEqual(range(0, 25))
  expect(await layoutOf(page)).toEqual(before)
  await bench.startPicking()
  expect(await layoutOf(page)).toEqual(before)
  await bench.run('bench.layer.clear()')
  expect(await layoutOf(page)).toEqual(before)
  expect(await page.evaluate('document.documentElement.children.length')).toBe(2)
})

describe('follow', () => {
  test('the page as it scrolls, and hide under its header', async () => {
    const page = await open(`<header></header><ul>${items(300)}</ul>`)
    await bench.mark('li')
    for (const by of [333, 900, -400]) {
      await page.mouse.move(500, 400)
      await page.mouse.wheel(0, by)
      await bench.settled()
      expect(await badgedInView()).toEqual(await cornersBetween(64, 700))
    }
  })

  test('a container as it scrolls, and hide where it cuts tiles off', async () => {
    const page = await open(`<p>Above</p><div class="scroller"><ul>${items(100)}</ul></div>`)
    await bench.mark('li')
    const { top, bottom } = await page.evaluate(() => {
      const { top, bottom } = document.querySelector('.scroller')?.getBoundingClientRect() ?? {
        top: 0,
        bottom: 0,
      }
      return { top, bottom }
    })
    for (const by of [0, 60, 500]) {
      await page.mouse.move(500, 300)
      await page.mouse.wheel(0, by)
      await bench.settled()
      expect(await badged(bench)).toEqual(await cornersBetween(top, bottom))
    }
  })

  test('what moves without scrolling: new content above, a wider page, an animation, a class', async () => {
    const page = await open(`<div id="above"></div><ul>${items(40)}</ul>`, {
      css: '.slid { transform: translateX(200px); transition: transform 300ms; }',
    })
    await bench.mark('li')
    await page.evaluate(
      'above.append(Object.assign(document.createElement("p"), { style: "height: 133px" }))',
    )
    await bench.settled()
    expect(await badgedInView()).toEqual(await cornersBetween(0, 700))
    await page.setViewportSize({ width: 800, height: 700 })
    await bench.settled()
    expect(await badgedInView()).toEqual(await cornersBetween(0, 700))
    await page.evaluate(() => {
      const list = document.querySelector('ul')
      const end = new Promise(resolve => list?.addEventListener('transitionend', resolve))
      list?.classList.add('slid')
      return end
    })
    await bench.settled()
    const [badge] = await bench.drawn('badge')
    expect(badge?.left).toBeGreaterThan(200)
    expect(await badgedInView()).toEqual(await cornersBetween(0, 700))
  })

  test('tiles as they come, go and are hidden', async () => {
    const page = await open(`<ul>${items(5)}</ul>`)
    await bench.mark('li')
    expect(await badged(bench)).toEqual(range(0, 5))
    await page.evaluate(
      `document.querySelector('ul').append(...Array.from({ length: 10 }, () => document.createElement('li')))`,
    )
    await bench.mark('li')
    expect(await badged(bench)).toEqual(range(0, 15))
    await page.evaluate(`document.querySelectorAll('li')[2].remove()`)
    await bench.settled()
    expect(await badged(bench)).toEqual(range(0, 14))
    await page.evaluate(`document.querySelectorAll('li')[4].style.visibility = 'hidden'`)
    await bench.settled()
    expect(await badged(bench)).toEqual([0, 1, 2, 3, ...range(5, 14)])
    await page.evaluate(`document.querySelector('ul').style.display = 'none'`)
    await bench.settled()
    expect(await badged(bench)).toEqual([])
  })

  test.each([
    ['transformed', 'html { transform: translate(30px, 40px) scale(0.8); transform-origin: 0 0 }'],
    ['zoomed', 'html { zoom: 1.3 }'],
    ['zoomed below the root', 'body { zoom: 0.75 }'],
    ['filtered', 'html { filter: grayscale(1) } body { margin-top: 50px }'],
  ])('a page that is %s', async (_, css) => {
    const page = await open(`<ul>${items(200)}</ul>`, { css })
    const before = await layoutOf(page)
    await bench.mark('li')
    expect(await layoutOf(page)).toEqual(before)
    for (const by of [0, 350]) {
      await page.mouse.move(300, 300)
      await page.mouse.wheel(0, by)
      await bench.settled()
      const { tiles } = await layoutOf(page)
      const whole = tiles.flatMap(({ left, top, bottom }, index) =>
        left < 960 && top > 0 && bottom < 700 ? [index] : [],
      )
      expect(whole.length).toBeGreaterThan(9)
      expect(await badged(bench)).toEqual(expect.arrayContaining(whole))
    }
  })

  test('a page written from right to left', async () => {
    const page = await open(`<ul>${items(10)}</ul>`, { root: 'dir="rtl"' })
    await bench.mark('li')
    expect(await badged(bench)).toEqual(range(0, 10))
    const { tiles } = await layoutOf(page)
    const badges = await bench.drawn('badge')
    expect(badges.some(({ left, width }) => Math.abs((tiles[0]?.right ?? 0) - left - width) < 12)).toBe(true)
  })
})

test('vanish under what the page lays over its tiles, and come back', async () => {
  const page = await open(`<ul>${items(40)}</ul>`)
  await bench.mark('li')
  const all = await badgedInView()
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<div class="veil"></div>')`)
  await bench.settled()
  expect(await badgedInView()).toEqual([])
  await page.evaluate(`document.querySelector('.veil').style.left = '400px'`)
  await bench.settled()
  const left = await badgedInView()
  expect(left.length).toBeGreaterThan(5)
  expect(left.length).toBeLessThan(all.length)
  await page.evaluate(`document.querySelector('.veil').remove()`)
  await bench.settled()
  expect(await badgedInView()).toEqual(all)
})

test('stay on tiles that have a link of their own laid over them', async () => {
  await open(
    `<ul>${'<li style="position: relative"><b></b><a href="#" style="position: absolute; inset: 0"></a></li>'.repeat(10)}</ul>`,
    {
      css: 'b { position: absolute; inset: 0; }',
    },
  )
  await bench.mark('b')
  expect(await badged(bench, 'li')).toEqual(range(0, 10))
})

test('stand on the picture where the tile is a link that runs along in the text', async () => {
  await open(`<p>${'<a href="#">x <img width="150" height="100"> y</a> '.repeat(12)}</p>`)
  await bench.mark('a')
  expect(await badged(bench, 'img')).toEqual(range(0, 12))
  await bench.startPicking()
  await bench.page.mouse.click(120, 60)
  expect(await bench.picked()).toEqual(range(1, 12))
})

describe('however many tiles there are', () => {
  test('5,000 tiles have no more drawn than few', async () => {
    const page = await open(`<ul>${items(60)}</ul>`)
    await bench.mark('li')
    await page.mouse.move(500, 300)
    await page.mouse.wheel(0, 800)
    await bench.settled()
    const few = await bench.nodes()
    await page.evaluate(
      items => document.querySelector('ul')?.insertAdjacentHTML('beforeend', items),
      items(4940),
    )
    expect(await bench.mark('li')).toBe(5000)
    expect(await bench.nodes()).toBeLessThan(few * 1.5)
    await page.mouse.wheel(0, 90_000)
    await bench.settled()
    expect(await badgedInView()).toEqual(await cornersBetween(0, 700))
    expect(await bench.nodes()).toBeLessThan(few * 1.5)
  })

  test('nothing is measured while nothing moves, and little when the page writes elsewhere', async () => {
    const page = await open(`<p id="ticker">0</p><ul>${items(5000)}</ul>`)
    await bench.mark('li')
    await bench.run('bench.work = 0')
    await page.evaluate(() => new Promise(resolve => setTimeout(resolve, 500)))
    expect(await bench.run('bench.work')).toBe(0)
    await page.evaluate(`ticker.textContent = 'more'; ticker.append('!')`)
    await bench.settled()
    const work = await bench.run<number>('bench.work')
    expect(work).toBeGreaterThan(0)
    expect(work).toBeLessThan(300)
  })

  test('thousands of tiles in view have a few hundred drawn', async () => {
    await open(`<ul>${items(5000)}</ul>`, {
      css: 'ul { grid-template-columns: repeat(25, 30px); gap: 4px } li { height: 30px }',
    })
    await bench.mark('li')
    expect((await bench.drawn('plate')).length).toBe(400)
    expect((await badged(bench)).length).toBe(400)
  })

  test('a page that grows for ever leaves nothing behind', async () => {
    const page = await open(`<ul>${items(50)}</ul>`)
    await bench.mark('li')
    await page.mouse.move(500, 300)
    const nodes: number[] = []
    for (let round = 0; round < 12; round++) {
      await page.evaluate(
        items => document.querySelector('ul')?.insertAdjacentHTML('beforeend', items),
        items(50),
      )
      await bench.mark('li')
      await page.mouse.wheel(0, 1_500)
      await bench.settled()
      nodes.push(await bench.nodes())
      expect(await badgedInView()).toEqual(await cornersBetween(0, 700))
    }
    expect(Math.max(...nodes.slice(2))).toBeLessThan(Math.min(...nodes.slice(2)) * 1.5)
    // Nor is what was passed by measured any longer.
    await bench.run('bench.work = 0')
    await page.evaluate(`document.querySelector('ul').className = 'other'`)
    await bench.settled()
    expect(await bench.run<number>('bench.work')).toBeLessThan(300)
  })
})

test('a page that has put elements in the place of everything is measured all the same', async () => {
  const names = [
    'documentElement',
    'body',
    'scrollingElement',
    'elementsFromPoint',
    'getBoundingClientRect',
    'defaultView',
  ]
  const page = await open(
    `${names.map(name => `<img name="${name}" width="0" height="0">`).join('')}
     <ul>${`<form><input name="getBoundingClientRect" type="hidden"><input name="parentNode" type="hidden"><input name="contains" type="hidden"><input name="localName" type="hidden"></form>`.repeat(20)}</ul>`,
    { css: 'form { height: 140px; background: #9ab; }' },
  )
  await bench.mark('form')
  expect(await badged(bench, 'ul > *')).toEqual(range(0, 20))
  await page.mouse.wheel(0, 100)
  await bench.startPicking()
  await page.mouse.click(120, 120)
  expect(await bench.picked()).toHaveLength(19)
})

test('axe objects to nothing, with marks and while picking', async () => {
  const page = await open(`<main><ul>${items(40)}</ul></main>`, { root: 'lang="en"', isOpen: true })
  await bench.mark('li')
  await bench.run(
    `bench.layer.show(bench.tiles.map((tile, index) => ({ ...tile, isPicked: index % 3 > 0 })))`,
  )
  const seen = await page.evaluate(
    `document.querySelector('gleaner-marks').shadowRoot.querySelectorAll('.badge').length`,
  )
  expect(seen).toBeGreaterThan(10)
  expect(await accessibilityFaults(page, ['gleaner-marks'])).toEqual([])
  await bench.startPicking()
  expect(await accessibilityFaults(page, ['gleaner-marks'])).toEqual([])
})

test('the tooltip says what a badge means', async () => {
  const page = await open(`<ul>${items(40)}</ul>`)
  await bench.mark('li')
  const badge = (await bench.drawn('badge')).find(({ name }) => name.startsWith('Rejected'))
  expect(badge?.name).toBe('Rejected before. The picture is smaller than the dataset allows.')
  await page.mouse.move((badge?.left ?? 0) + 10, (badge?.top ?? 0) + 10)
  await bench.settled()
  await bench.settled()
  expect(await bench.drawn('tip')).toMatchObject([
    { name: 'Rejected beforeThe picture is smaller than the dataset allows.' },
  ])
  await page.mouse.move(950, 690)
  await bench.settled()
  expect(await bench.drawn('tip')).toEqual([])
})
