import { JSDOM } from 'jsdom'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { bing } from '../harvesters/bing.ts'
import { generic } from '../harvesters/registry.ts'
import { attributesToWatch, watchPage } from './watch.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function open(html: string, harvester = bing, isSlow = false) {
  const { window } = new JSDOM(html)
  const { document } = window
  vi.stubGlobal('window', window)
  vi.stubGlobal('MutationObserver', window.MutationObserver)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const touched: string[] = []
  const changed = vi.fn()
  const name = (root: Element | ShadowRoot) => ('mode' in root ? `shadow of ${root.host.id}` : root.id)
  /** A look at the clock takes as long as a slice. */
  let nowMs = 0
  const pauses: (() => void)[] = []
  const watch = watchPage({
    document,
    harvester,
    touched: (added, others) =>
      touched.push(...added.map(name), ...others.map(element => `${name(element)} itself`)),
    changed,
    shown: () => undefined,
    nowMs: () => {
      if (isSlow) nowMs += 20
      return nowMs + performance.now()
    },
    pause: () => new Promise(resolve => pauses.push(resolve)),
  })
  const shadowOf = Object.getOwnPropertyDescriptor(window.Element.prototype, 'shadowRoot')?.get
  let asked = 0
  Object.defineProperty(window.Element.prototype, 'shadowRoot', {
    configurable: true,
    get(this: Element) {
      asked++
      return shadowOf && Reflect.apply(shadowOf, this, [])
    },
  })
  /** How many elements were asked for their shadow root since this was last asked. */
  function searched(): number {
    const count = asked
    asked = 0
    return count
  }
  /** What has been told since it was last asked. */
  async function told(): Promise<readonly string[]> {
    await Promise.resolve()
    return touched.splice(0)
  }
  const add = (id: string, parent: Node = document.body) => {
    const element = Object.assign(document.createElement('div'), { id })
    parent.appendChild(element)
    return element
  }
  return { document, watch, changed, told, add, pauses, searched }
}

test('tells of what was added and of what changed in a way that is read, each once', async () => {
  const { document, told, add } = open('<p id="old"><a id="link"></a></p>')
  const link = document.querySelector('a')
  add('one')
  add('two').append('text')
  link?.setAttribute('href', '/1')
  link?.setAttribute('m', '{}')
  link?.setAttribute('class', 'hovered')
  document.querySelector('p')?.append('text')
  expect(await told()).toEqual(['one', 'two', 'link itself', 'old itself'])
  document.querySelector('#one')?.remove()
  expect(await told()).toEqual([])
})

test('tells when the page has calmed down, and now and then while it does not', async () => {
  const { changed, told, add } = open('')
  for (let turn = 0; turn < 30; turn++) {
    add(`${turn}`)
    await told()
    vi.advanceTimersByTime(100)
  }
  expect(changed).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(400)
  expect(changed).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(10_000)
  expect(changed).toHaveBeenCalledTimes(2)
})

test('looks into open shadow roots for a harvester that reads them, and only then', async () => {
  const { watch, told, add } = open('')
  add('early').attachShadow({ mode: 'open' })
  expect(await told()).toEqual(['early'])
  watch.follow(generic)
  vi.advanceTimersByTime(400)
  expect(await told()).toEqual(['shadow of early'])

  const outer = add('outer').attachShadow({ mode: 'open' })
  const inner = add('inner', outer).attachShadow({ mode: 'open' })
  add('closed').attachShadow({ mode: 'closed' })
  expect(await told()).toEqual(['outer', 'closed', 'shadow of outer', 'shadow of inner'])
  add('picture', inner)
  expect(await told()).toEqual(['picture'])
})

describe('a large page', () => {
  const elements = (count: number) => '<p></p>'.repeat(count)

  test('is not searched for shadow roots where only an attribute or a text changed', async () => {
    const { document, told, searched } = open(`<main id="all">${elements(5_000)}</main>`, generic)
    document.querySelector('main')?.setAttribute('style', 'top: 1px')
    document.querySelector('main')?.append('text')
    expect(await told()).toEqual(['all itself'])
    expect(searched()).toBe(0)
  })

  test('is searched a few hundred elements at a time, and read when that is done', async () => {
    const { document, watch, changed, told, searched, pauses } = open(elements(1_000), generic, true)
    document.body.lastElementChild?.attachShadow({ mode: 'open' })
    watch.follow(generic)
    vi.advanceTimersByTime(400)
    let passes = 0
    for (; changed.mock.calls.length === 0 && passes < 10; passes++) {
      expect(searched()).toBeLessThanOrEqual(300)
      pauses.shift()?.()
      await new Promise(setImmediate)
    }
    expect(passes).toBe(3)
    expect(await told()).toEqual(['shadow of '])
  })

  test('is not searched once more while it is searched, but for what another harvester reads', async () => {
    const { watch, changed, add, pauses } = open(elements(1_000), generic, true)
    add('one')
    await Promise.resolve()
    vi.advanceTimersByTime(400)
    expect(pauses).toHaveLength(1)
    add('two')
    await Promise.resolve()
    vi.advanceTimersByTime(400)
    await Promise.resolve()
    expect([pauses.length, changed.mock.calls.length]).toEqual([1, 1])
    watch.follow(generic)
    vi.advanceTimersByTime(400)
    expect(pauses).toHaveLength(2)
  })

  test('is searched in slices where much is added at once', async () => {
    const { document, searched, add } = open('', generic, true)
    add('much').innerHTML = elements(1_000)
    await Promise.resolve()
    expect(searched()).toBeLessThanOrEqual(300)
    expect(document.querySelectorAll('p')).toHaveLength(1_000)
  })
})

test('watches what an engine writes later, beside what all do', () => {
  expect(attributesToWatch(bing)).toEqual(['src', 'srcset', 'href', 'm', 'data-src'])
})
