/** Picking in the real Firefox: its frames, keys and focus are another browser's. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FirefoxBrowser, firefoxPath, startFirefox } from '../support/firefox.ts'
import type { FirefoxTab } from '../support/firefox-tab.ts'
import { bingPage } from '../support/results-page.ts'

const count = 40
const results = Array.from({ length: count }, (_, index) => ({
  imageUrl: `https://photos.example/scene-${index}.jpg`,
  thumbnailUrl: 'https://photos.example/thumb.svg',
  landingUrl: `https://photos.example/album/${index}`,
  title: `Lanterns, no. ${index + 1}`,
  width: 480,
  height: 320,
}))
const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"><rect width="3" height="2" fill="#79a"/></svg>'

describe.skipIf(firefoxPath === '')('Firefox (needs one from version 142 on)', () => {
  let browser: FirefoxBrowser
  let tab: FirefoxTab

  beforeAll(async () => {
    browser = await startFirefox({
      answers: url =>
        url.hostname === 'www.bing.com'
          ? { body: bingPage('lanterns', results) }
          : { body: picture, contentType: 'image/svg+xml' },
    })
    const first = await browser.open('https://www.bing.com/images/search?q=first')
    await first.bar.click('button', /^allow/i)
    await first.close()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    tab = await browser.open('https://www.bing.com/images/search?q=lanterns')
    await tab.bar.waitFor('button', /^pick$/i)
    await tab.bidi.call(tab.context, () => {
      const heard: string[] = []
      Object.assign(window, { heard })
      for (const type of ['keydown', 'keyup', 'pointerdown', 'pointerup', 'mousedown', 'click', 'wheel']) {
        window.addEventListener(
          type,
          event => (event.target as Element).localName === 'gleaner-bar' || heard.push(type),
          true,
        )
      }
      // Tiles are links: one that is followed takes the page away with what it has heard.
      window.addEventListener('click', event => event.preventDefault())
    })
  })
  afterEach(() => tab?.close())

  const heard = () => tab.bidi.call(tab.context, () => (window as unknown as { heard: string[] }).heard)
  const perform = (...actions: readonly object[]) =>
    tab.bidi.send('input.performActions', { context: tab.context, actions })
  /** Places of the viewport between which a pressed mouse moves. */
  const drag = (x: number, y: number, toX = x, toY = y) =>
    perform({
      type: 'pointer',
      id: 'mouse',
      actions: [
        { type: 'pointerMove', x, y },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerMove', x: toX, y: toY, duration: 100 },
        { type: 'pointerUp', button: 0 },
      ],
    })
  /** Middle of a tile in the viewport. */
  const middleOf = (index: number) =>
    tab.bidi.call(
      tab.context,
      (at: number) => {
        const box = document.querySelectorAll('img')[at]?.getBoundingClientRect()
        return box
          ? { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) }
          : { x: 0, y: 0 }
      },
      index,
    )
  const waitFor = (picked: number) => tab.marks.waitForText(new RegExp(`${picked} of ${count} picked`))

  test('by mouse and keys, and the page hears none of it', async () => {
    await tab.bar.click('button', /^pick$/i)
    await waitFor(count)
    const { x, y } = await middleOf(0)
    await drag(x, y)
    await waitFor(count - 1)
    const end = await middleOf(1)
    await drag(x, y, end.x, end.y)
    await waitFor(count)
    await tab.press('\uE015')
    await tab.press('Space')
    await waitFor(count - 1)
    await tab.press('Control', 'a')
    await waitFor(count)
    expect(await heard()).toEqual([])
    await tab.press('Escape')
    await tab.bar.waitFor('button', /^collect 40/i)
    expect(await heard()).toEqual([])
    await drag(x, y)
    expect(await heard()).toContain('click')
  })

  test('the wheel scrolls the page', async () => {
    await tab.bar.click('button', /^pick$/i)
    await waitFor(count)
    const { x, y } = await middleOf(2)
    await perform({ type: 'wheel', id: 'wheel', actions: [{ type: 'scroll', x, y, deltaX: 0, deltaY: 200 }] })
    const isScrolled = await tab.bidi.call(tab.context, async () => {
      while (window.scrollY === 0) await new Promise(resolve => setTimeout(resolve, 50))
      return window.scrollY > 0
    })
    expect(isScrolled).toBe(true)
  })
})
