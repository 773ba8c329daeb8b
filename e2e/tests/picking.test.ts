/** Picking and dropping tiles with pointer and keys, over pages that listen to everything. */
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, startChromium } from '../support/tile-bench.ts'
import { items, layoutOf, middleOf, openBench } from '../support/tile-pages.ts'

let browser: Browser
let bench: Bench
let page: Page

beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser?.close())
afterEach(() => page?.close())

/** Hears everything there is to hear, before anybody else does. */
const listens = `
  window.heard = []
  for (const type of ['keydown', 'keypress', 'keyup', 'beforeinput', 'pointerdown', 'pointermove', 'pointerup', 'mousedown', 'mouseup',
    'mousemove', 'click', 'dblclick', 'auxclick', 'contextmenu', 'wheel', 'touchstart', 'touchend', 'dragstart', 'selectstart', 'copy'])
    window.addEventListener(type, event => heard.push(type), true)`

async function open(body = `<ul>${items(100)}</ul>`, css = ''): Promise<void> {
  bench = await openBench(browser, body, { script: listens, css })
  ;({ page } = bench)
  await bench.mark('li')
}

async function startPicking(): Promise<void> {
  await bench.startPicking()
  // The pointer comes in from the page, which hears of that.
  await page.mouse.move(500, 300)
  await page.evaluate('heard.length = 0')
}

const heard = () => page.evaluate<string[]>('heard')
const all = Array.from({ length: 100 }, (_, index) => index)
const allBut = (...dropped: readonly number[]) => all.filter(index => !dropped.includes(index))
const click = async (index: number) => {
  const { x, y } = await middleOf(page, index)
  await page.mouse.click(x, y)
}
const drag = async (from: number, to: number) => {
  const start = await middleOf(page, from)
  const end = await middleOf(page, to)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2)
  await page.mouse.move(end.x, end.y)
  await page.mouse.up()
}
const press = async (...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key)
  await bench.settled()
}
/** Which tile the ring is around. */
async function ringed(): Promise<number> {
  const [ring] = await bench.drawn('ring')
  const { tiles } = await layoutOf(page)
  return tiles.findIndex(
    ({ left, top }) => ring && Math.abs(left - ring.left) < 1 && Math.abs(top - ring.top) < 1,
  )
}
const counted = async () => (await bench.drawn('count'))[0]?.name ?? ''

describe('the pointer', () => {
  test('picks and drops by click', async () => {
    await open()
    await startPicking()
    await click(3)
    await click(7)
    expect(await bench.picked()).toEqual(allBut(3, 7))
    expect(await counted()).toContain('98 of 100 picked')
    await click(3)
    expect(await bench.picked()).toEqual(allBut(7))
  })

  test('drops with Shift and picks again by a rectangle', async () => {
    await open()
    await startPicking()
    await page.keyboard.down('Shift')
    await drag(1, 12)
    await page.keyboard.up('Shift')
    expect(await bench.picked()).toEqual(allBut(1, 2, 6, 7, 11, 12))
    await drag(12, 6)
    expect(await bench.picked()).toEqual(allBut(1, 2))
    // A straight line will do.
    await drag(0, 1)
    expect(await bench.picked()).toEqual(allBut(2))
  })

  test('draws a rectangle that begins where the page was when it began', async () => {
    await open()
    await startPicking()
    await page.keyboard.down('Alt')
    const { x, y } = await middleOf(page, 6)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 10, y + 10)
    await page.mouse.wheel(0, 608)
    await bench.settled()
    const end = await middleOf(page, 37)
    await page.mouse.move(end.x, end.y)
    await page.mouse.up()
    await page.keyboard.up('Alt')
    expect(await bench.picked()).toEqual(allBut(6, 7, 11, 12, 16, 17, 21, 22, 26, 27, 31, 32, 36, 37))
  })

  test('Escape lets go of a rectangle and does not end picking', async () => {
    await open()
    await startPicking()
    const { x, y } = await middleOf(page, 0)
    await page.mouse.move(x, y)
    await page.keyboard.down('Shift')
    await page.mouse.down()
    await page.mouse.move(x + 300, y + 200)
    await bench.settled()
    expect(await bench.drawn('rectangle')).toHaveLength(1)
    await page.keyboard.up('Shift')
    await page.keyboard.press('Escape')
    await bench.settled()
    expect(await bench.drawn('rectangle')).toHaveLength(0)
    await page.mouse.up()
    expect(await bench.picked()).toEqual(all)
    expect(await bench.ended()).toBe(0)
  })

  test('dims what was dropped', async () => {
    await open()
    await startPicking()
    await click(8)
    await bench.settled()
    const [plate] = await bench.drawn('dropped')
    const { tiles } = await layoutOf(page)
    expect(plate).toMatchObject({ left: tiles[8]?.left, top: tiles[8]?.top, width: 180, height: 140 })
  })
})

describe('the keys', () => {
  test('lead through the grid, toggle, and end', async () => {
    await open()
    await startPicking()
    await press('ArrowDown')
    expect(await ringed()).toBe(0)
    await press('ArrowRight', 'ArrowRight', 'ArrowDown')
    expect(await ringed()).toBe(7)
    await press('Space')
    expect(await bench.picked()).toEqual(allBut(7))
    await press('ArrowLeft', 'ArrowUp')
    expect(await ringed()).toBe(1)
    await press('Escape')
    expect(await bench.ended()).toBe(1)
    expect(await bench.run('bench.layer.isPicking()')).toBe(false)
    expect(await bench.drawn('count')).toEqual([])
  })

  test('pick all, drop all, and extend', async () => {
    await open()
    await startPicking()
    await press('ControlOrMeta+Alt+a')
    expect(await bench.picked()).toEqual([])
    await press('ArrowDown', 'Shift+ArrowRight', 'Shift+ArrowDown')
    expect(await bench.picked()).toEqual([0, 1, 6])
    await press('ControlOrMeta+a', 'Enter')
    expect(await bench.picked()).toEqual(all)
    expect(await bench.ended()).toBe(1)
  })

  test('lead on below the viewport and bring the tile into view', async () => {
    await open()
    await startPicking()
    await press('ArrowDown', ...Array<string>(12).fill('ArrowDown'))
    expect(await ringed()).toBe(60)
    const tile = (await layoutOf(page)).tiles[60]
    expect(tile?.top).toBeGreaterThan(60)
    expect(tile?.bottom).toBeLessThan(600)
  })

  test('start from what is in view after scrolling', async () => {
    await open()
    await startPicking()
    await press('ArrowDown', 'End')
    const { tiles } = await layoutOf(page)
    const first = tiles.findIndex(({ top, bottom }) => top + bottom > 0)
    await press('ArrowUp')
    expect(await ringed()).toBe(first)
  })
})

describe('the page', () => {
  test('hears nothing while a person picks, and everything before and after', async () => {
    await open()
    await page.mouse.click(300, 300)
    expect(await heard()).toContain('click')
    await startPicking()
    await click(2)
    await page.mouse.dblclick(300, 300)
    await page.mouse.click(300, 300, { button: 'right' })
    await page.mouse.click(300, 300, { button: 'middle' })
    await drag(0, 6)
    await page.mouse.wheel(0, 200)
    await press(
      'ArrowDown',
      'Space',
      'j',
      'Shift+ArrowRight',
      'PageDown',
      'Home',
      'ControlOrMeta+a',
      '/',
      'ControlOrMeta+c',
    )
    await page.keyboard.insertText('é')
    await press('Escape')
    expect(await heard()).toEqual([])
    await page.mouse.click(300, 300)
    await page.keyboard.press('k')
    expect(await heard()).toEqual(expect.arrayContaining(['click', 'keydown', 'keyup']))
  })

  test('cannot pick, drop or end by events of its own making', async () => {
    await open()
    await startPicking()
    await page.evaluate(() => {
      const host = document.querySelector('gleaner-marks')
      const tile = document.querySelector('li')
      const where = { bubbles: true, composed: true, clientX: 100, clientY: 100, isPrimary: true, button: 0 }
      for (const target of [host, tile, window, document]) {
        for (const type of ['pointerdown', 'pointermove', 'pointerup'])
          target?.dispatchEvent(new PointerEvent(type, where))
        target?.dispatchEvent(new MouseEvent('click', where))
        for (const key of [' ', 'Escape', 'Enter', 'a'])
          target?.dispatchEvent(
            new KeyboardEvent('keydown', { key, ctrlKey: key === 'a', bubbles: true, composed: true }),
          )
      }
    })
    await bench.settled()
    expect(await bench.picked()).toEqual(all)
    expect(await bench.ended()).toBe(0)
  })

  test('cannot take the keys away', async () => {
    await open(`<input><ul>${items(100)}</ul>`)
    await startPicking()
    await press('ArrowDown')
    await page.evaluate(`document.querySelector('input').focus()`)
    await page.waitForFunction(() => document.activeElement?.localName === 'gleaner-marks')
    await press('Space')
    expect(await bench.picked()).toEqual(allBut(0))
    expect(await heard()).toEqual([])
    await press('Escape')
    await page.evaluate(`document.querySelector('input').focus()`)
    await press('x')
    expect(await heard()).toContain('keydown')
  })

  test('has no way into the frame that takes the keys', async () => {
    await open()
    await startPicking()
    expect(
      await page.evaluate(() => ({
        frames: window.length,
        root: document.querySelector('gleaner-marks')?.shadowRoot,
        active: document.activeElement?.localName,
        found: document.querySelectorAll('iframe').length,
      })),
    ).toEqual({ frames: 0, root: null, active: 'gleaner-marks', found: 0 })
  })

  test('scrolls by wheel and keys as it did', async () => {
    await open()
    await startPicking()
    const top = () => page.evaluate('scrollY')
    await page.mouse.wheel(0, 250)
    await bench.settled()
    expect(await top()).toBe(250)
    await press('PageDown')
    expect(await top()).toBeGreaterThan(700)
    await press('Home')
    expect(await top()).toBe(0)
  })

  test('scrolls the container under the pointer', async () => {
    await open(`<div class="scroller"><ul>${items(100)}</ul></div><p style="height: 2000px">`)
    await startPicking()
    await page.mouse.move(400, 200)
    await page.mouse.wheel(0, 304)
    await bench.settled()
    expect(await page.evaluate('[scrollY, document.querySelector(".scroller").scrollTop]')).toEqual([0, 304])
    const { x, y } = await middleOf(page, 11)
    await page.mouse.click(x, y)
    expect(await bench.picked()).toEqual(allBut(11))
    await page.mouse.move(400, 600)
    await page.mouse.wheel(0, 100)
    await bench.settled()
    expect(await page.evaluate('scrollY')).toBe(100)
  })
})
