import { JSDOM } from 'jsdom'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { answerPatterns } from '../harvesters/answer-patterns.ts'
import { createPageAnswers } from './page-answers.ts'
import { answerEvent, askEvent, maxAnswers, maxHeldChars } from './page-events.ts'
import type { PageWindow } from './page-reader.ts'
import { readAnswers } from './page-reader.ts'

const more = 'https://duckduckgo.com/i.js?q=red+panda&s=100'
const page = 'https://duckduckgo.com/?q=red+panda&iax=images&ia=images'

/** Answers every request with what the test wants, as the browser would. */
function createWindow() {
  const { window } = new JSDOM('', { url: page })
  vi.stubGlobal('Event', window.Event)
  const bodies = new Map<string, () => Response | Promise<Response>>()
  async function fetch(input: string | URL | Request): Promise<Response> {
    const address = new URL(input instanceof Request ? input.url : input, page).href
    const body = bodies.get(address)
    if (!body) throw new TypeError('Failed to fetch')
    return body()
  }
  class XMLHttpRequest extends window.EventTarget {
    #address = ''
    #body: unknown = ''
    #type = ''
    open(_method: string, address: string): string {
      this.#address = new URL(address, page).href
      return 'opened'
    }
    get responseURL(): string {
      return this.#address
    }
    get responseType(): string {
      return this.#type
    }
    set responseType(type: string) {
      this.#type = type
    }
    get responseText(): unknown {
      if (this.#type !== '' && this.#type !== 'text') throw new Error('InvalidStateError')
      return this.#body
    }
    get response(): unknown {
      return this.#body
    }
    arrive(body: unknown): void {
      this.#body = body
      this.dispatchEvent(new window.Event('load'))
    }
  }
  const { document, Event, CustomEvent, EventTarget } = window
  const own = { document, Event, CustomEvent, EventTarget, fetch, XMLHttpRequest }
  const { Response, ReadableStream, ReadableStreamDefaultReader, TextDecoder } = globalThis
  const shared = { URL, Request, Response, ReadableStream, ReadableStreamDefaultReader, TextDecoder }
  const forge = (detail: unknown) => document.dispatchEvent(new CustomEvent(answerEvent, { detail }))
  return { window: { ...own, ...shared } as unknown as PageWindow, document, bodies, forge }
}

let { window, document, bodies, forge } = createWindow()
const take = () => createPageAnswers(document, () => answerPatterns).take()
/** What has been received is noted some promises later. */
const settled = () => new Promise(resolve => setTimeout(resolve))

afterAll(() => vi.unstubAllGlobals())
beforeEach(() => {
  ;({ window, document, bodies, forge } = createWindow())
  bodies.set(more, () => new Response('{"results":[]}'))
  readAnswers(window)
})

describe('what the page receives', () => {
  test.each([
    ['as text', () => more],
    ['relative', () => '/i.js?q=red+panda&s=100'],
    ['as an address', () => new URL(more)],
    ['as a request', () => new Request(more)],
  ])('by fetch, asked for %s, is read once', async (_, input) => {
    const response = await window.fetch(input())
    expect(await response.json()).toEqual({ results: [] })
    await settled()
    expect(take()).toEqual([{ url: new URL(more), body: '{"results":[]}' }])
    expect(take()).toEqual([])
  })

  test('by XMLHttpRequest is read, text or JSON, also when the object is used again', () => {
    const request = new window.XMLHttpRequest() as XMLHttpRequest & { arrive(body: unknown): void }
    expect(request.open('GET', more)).toBe('opened')
    request.arrive('first')
    request.open('GET', '/i.js?q=red+panda&s=200')
    request.responseType = 'json'
    request.arrive({ results: [1] })
    request.responseType = 'arraybuffer'
    request.arrive(new ArrayBuffer(8))
    request.open('GET', '/country.json')
    request.responseType = ''
    request.arrive('of no engine')
    expect(take().map(({ url, body }) => [url.search, body])).toEqual([
      ['?q=red+panda&s=100', 'first'],
      ['?q=red+panda&s=200', '{"results":[1]}'],
    ])
  })

  test('from other addresses is not', async () => {
    bodies.set('https://duckduckgo.com/suggest', () => new Response('secret'))
    bodies.set('https://elsewhere.example/i.js?q=x', () => new Response('secret'))
    await window.fetch('/suggest')
    await window.fetch('https://elsewhere.example/i.js?q=x')
    await settled()
    expect(take()).toEqual([])
  })

  test('is kept up to a number, and up to a size', async () => {
    let count = 0
    bodies.set(more, () => new Response(String(count++)))
    for (let turn = 0; turn < maxAnswers + 20; turn++) await window.fetch(more)
    await settled()
    expect(take().map(({ body }) => Number(body))).toEqual(
      Array.from({ length: maxAnswers }, (_, place) => place + 20),
    )
    const large = 'x'.repeat(maxHeldChars / 4)
    bodies.set(more, () => new Response(large))
    for (let turn = 0; turn < 5; turn++) await window.fetch(more)
    await settled()
    expect(take()).toHaveLength(3)
  })

  test('without end is left alone, and the page has all of it', async () => {
    const size = maxHeldChars + 10_000_000
    bodies.set(more, () => new Response('x'.repeat(size)))
    const response = await window.fetch(more)
    expect((await response.text()).length).toBe(size)
    await settled()
    expect(take()).toEqual([])
  })

  test('is noted by one reader, however many there are', async () => {
    readAnswers(window)
    await window.fetch(more)
    await settled()
    expect(take()).toHaveLength(1)
  })
})

describe('the page notices nothing', () => {
  test('of what it is given', async () => {
    const original = new Response('{}')
    bodies.set(more, () => original)
    expect(await window.fetch(more)).toBe(original)
    expect(original.bodyUsed).toBe(false)
    await expect(window.fetch('https://duckduckgo.com/i.js?q=gone')).rejects.toThrow('Failed to fetch')
    await expect(window.fetch(Object.create(null))).rejects.toThrow(TypeError)
  })

  test('of the functions', () => {
    expect(Function.prototype.toString.call(window.fetch)).toMatch(/\[native code\]/)
    expect([window.fetch.name, window.fetch.length]).toEqual(['fetch', 1])
    expect([window.XMLHttpRequest.prototype.open.name, window.XMLHttpRequest.prototype.open.length]).toEqual([
      'open',
      2,
    ])
  })

  test('and a refusal it does not hear of is still one', async () => {
    const refused: unknown[] = []
    const hear = (reason: unknown) => refused.push(reason)
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', hear)
    void window.fetch('https://duckduckgo.com/i.js?q=gone')
    await settled()
    await settled()
    process.off('unhandledRejection', hear)
    for (const other of others) process.on('unhandledRejection', other)
    expect(refused).toHaveLength(1)
  })
})

describe('a hostile page', () => {
  const forgeWhenAsked = (...details: readonly unknown[]) =>
    document.addEventListener(askEvent, () => {
      for (const detail of details) forge(detail)
    })

  test('forges answers without end, and the caps hold', () => {
    let read = 0
    forgeWhenAsked(...Array.from({ length: 10_000 }, (_, place) => `${more}\n${place}`))
    document.addEventListener(answerEvent, () => read++)
    expect(take().map(({ body }) => Number(body))).toEqual(
      Array.from({ length: maxAnswers }, (_, place) => place),
    )
    expect(read).toBe(10_000)
  })

  test('forges huge ones, and the caps hold', () => {
    const large = `${more}\n${'x'.repeat(maxHeldChars / 2 - 100)}`
    forgeWhenAsked(large, 'x'.repeat(maxHeldChars + 1), large, large)
    expect(take()).toHaveLength(2)
  })

  test('forges what is none, and it is left out', () => {
    forgeWhenAsked(
      undefined,
      { toString: () => `${more}\nx`, length: 3 },
      '',
      '\n',
      more,
      'javascript:alert(1)\nx',
      'https://elsewhere.example/i.js?q=x\nx',
      `${more}\nforged`,
    )
    expect(take().map(({ body }) => body)).toEqual(['forged'])
  })

  test('speaks up unasked, and is not heard', () => {
    forge(`${more}\nforged`)
    expect(take()).toEqual([])
  })

  test('hides the methods of its document, and is asked all the same', async () => {
    for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
      Object.defineProperty(document, name, { value: document.createElement('img') })
    }
    await window.fetch(more)
    await settled()
    expect(take()).toHaveLength(1)
  })

  test('puts its own in the place of what is used, and is not disturbed', async () => {
    const break_ = () => {
      throw new Error('found you')
    }
    Object.assign(window.EventTarget.prototype, { addEventListener: break_ })
    Object.assign(window, { URL: break_, CustomEvent: break_, TextDecoder: break_ })
    const response = await window.fetch(more)
    expect(await response.text()).toBe('{"results":[]}')
    const request = new window.XMLHttpRequest() as XMLHttpRequest & { arrive(body: unknown): void }
    request.open('GET', more)
    request.arrive('asked')
  })
})
