import { JSDOM } from 'jsdom'
import { afterEach, expect, test, vi } from 'vitest'
import { bing } from '../harvesters/bing.ts'
import { generic } from '../harvesters/registry.ts'
import { attributesToWatch, watchPage } from './watch.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function open(html: string, harvester = bing) {
  const { window } = new JSDOM(html)
  const { document } = window
  vi.stubGlobal('window', window)
  vi.stubGlobal('MutationObserver', window.MutationObserver)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const touched: string[] = []
  const changed = vi.fn()
  const name = (root: Element | ShadowRoot) => ('mode' in root ? `shadow of ${root.host.id}` : root.id)
  const watch = watchPage({
    document,
    harvester,
    touched: roots => touched.push(...roots.map(name)),
    changed,
    shown: () => undefined,
  })
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
  return { document, watch, changed, told, add }
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
  expect(await told()).toEqual(['one', 'two', 'link', 'old'])
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

test('watches what an engine writes later, beside what all do', () => {
  expect(attributesToWatch(bing)).toEqual(['src', 'srcset', 'href', 'm', 'data-src'])
})
