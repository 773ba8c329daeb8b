/**
 * Notes the answers of the engine's servers that the page's own scripts receive, and hands them over when it is asked.
 * The page goes on as if it were not there: the same answers, the same promises kept or broken, functions with the same
 * name, length and properties. A page that looks for it finds it all the same: the text of a function in the place of
 * another is `function () { [native code] }`, without its name. To hide that, too, would take changing what every
 * function of the page is asked for its text with.
 *
 * Whatever is used later is taken from the window before the page's scripts run, and nothing here throws into them: a
 * page that puts its own in the place of something breaks this reader at worst, not itself.
 */
import { answerPatterns } from '../harvesters/answer-patterns.ts'
import { answerEvent, askEvent, maxAnswers, maxHeldChars, probeEvent } from './page-events.ts'

/** What is used of a window. */
export type PageWindow = Pick<
  Window & typeof globalThis,
  | 'document'
  | 'fetch'
  | 'XMLHttpRequest'
  | 'Request'
  | 'Response'
  | 'ReadableStream'
  | 'ReadableStreamDefaultReader'
  | 'TextDecoder'
  | 'URL'
  | 'Event'
  | 'CustomEvent'
  | 'EventTarget'
>

// biome-ignore lint/suspicious/noExplicitAny: methods of the page's objects, called by `apply` only
type Method = (...args: any[]) => any

const { apply, getOwnPropertyDescriptor, defineProperty } = Reflect

/** Does nothing where a reader is at work already. */
export function readAnswers(window: PageWindow): void {
  const { document, Event, CustomEvent } = window
  const { addEventListener, dispatchEvent } = window.EventTarget.prototype
  if (!apply(dispatchEvent, document, [new Event(probeEvent, { cancelable: true })])) return
  const store = createStore()
  const { preventDefault } = Event.prototype
  const on = (type: string, listener: (event: Event) => void) =>
    apply(addEventListener, document, [type, listener])
  on(probeEvent, event => apply(preventDefault, event, []))
  on(askEvent, () => {
    for (let next = store.takeAll(); next; next = next.next) {
      apply(dispatchEvent, document, [new CustomEvent(answerEvent, { detail: next.answer })])
    }
  })
  const wanted = createChoice(window)
  watchFetch(window, wanted, store.keep)
  watchRequests(window, wanted, store.keep)
}

/** A list in which no page can have a hand, unlike in arrays. */
interface Held {
  readonly answer: string
  next: Held | undefined
}

function createStore() {
  let first: Held | undefined
  let last: Held | undefined
  let count = 0
  let chars = 0
  return {
    /** Forgets the oldest ones when there are too many. */
    keep: (address: string, body: string): void => {
      const held: Held = { answer: `${address}\n${body}`, next: undefined }
      if (held.answer.length > maxHeldChars) return
      if (last) last.next = held
      else first = held
      last = held
      count++
      chars += held.answer.length
      for (; first && (count > maxAnswers || chars > maxHeldChars); first = first.next) {
        count--
        chars -= first.answer.length
      }
    },
    /** @returns the oldest, and those after it */
    takeAll: (): Held | undefined => {
      const all = first
      first = undefined
      last = undefined
      count = 0
      chars = 0
      return all
    },
  }
}

type Keep = ReturnType<typeof createStore>['keep']
/** The absolute address of a request, if its answer is to be read. May throw. */
type Choice = (address: unknown) => string | undefined

function createChoice({ document, URL, Request }: PageWindow): Choice {
  const { exec } = RegExp.prototype
  const urlOf = getterOf(Request.prototype, 'url')
  const hrefOf = getterOf(URL.prototype, 'href')

  /** Only what the browser itself takes for a request or an address: nothing of the page's is called. */
  function textOf(address: unknown): string | undefined {
    if (typeof address === 'string') return address
    for (let place = 0; place < 2; place++) {
      try {
        const text = apply(place === 0 ? urlOf : hrefOf, address, [])
        if (typeof text === 'string') return text
      } catch {
        // It is another kind of object.
      }
    }
    return undefined
  }

  return address => {
    const text = textOf(address)
    if (text === undefined) return undefined
    const href = apply(hrefOf, new URL(text, document.baseURI), []) as string
    for (let place = 0; place < answerPatterns.length; place++) {
      if (apply(exec, answerPatterns[place], [href])) return href
    }
    return undefined
  }
}

function watchFetch(window: PageWindow, wanted: Choice, keep: Keep): void {
  const { then } = Promise.prototype
  const read = createBodyReader(window)

  async function note(address: string, response: Response): Promise<void> {
    try {
      const body = await read(response)
      if (body !== undefined) keep(address, body)
    } catch {
      // The answer broke off, or the page has put its own in the place of something.
    }
  }

  replace(window, 'fetch', (fetch, self, args) => {
    const promise = apply(fetch, self, args)
    try {
      const address = wanted(args[0])
      if (address === undefined) return promise
      const noting = (response: Response) => {
        void note(address, response)
        return response
      }
      // Not a second branch: a refusal that the page does not hear of has to be told to it as before.
      return apply(then, promise, [noting])
    } catch {
      return promise
    }
  })
}

/** Reads a copy of a response to its end, and gives up where it is too long. */
function createBodyReader({
  Response,
  ReadableStream,
  ReadableStreamDefaultReader,
  TextDecoder,
}: PageWindow) {
  const { clone } = Response.prototype
  const bodyOf = getterOf(Response.prototype, 'body')
  const { getReader } = ReadableStream.prototype
  const { read, cancel } = ReadableStreamDefaultReader.prototype
  const { decode } = TextDecoder.prototype

  return async (response: Response): Promise<string | undefined> => {
    const stream = apply(bodyOf, apply(clone, response, []), []) as ReadableStream<Uint8Array> | null
    if (!stream) return undefined
    const reader = apply(getReader as Method, stream, [])
    const decoder = new TextDecoder()
    let body = ''
    for (;;) {
      const { done, value } = await apply(read as Method, reader, [])
      if (done) return body + apply(decode, decoder, [])
      body += apply(decode, decoder, [value, { stream: true }])
      if (body.length <= maxHeldChars) continue
      await apply(cancel, reader, [])
      return undefined
    }
  }
}

function watchRequests({ XMLHttpRequest, EventTarget }: PageWindow, wanted: Choice, keep: Keep): void {
  const { addEventListener } = EventTarget.prototype
  const { stringify } = JSON
  const { prototype } = XMLHttpRequest
  const [typeOf, textOf, contentOf, addressOf] = (
    ['responseType', 'responseText', 'response', 'responseURL'] as const
  ).map(name => getterOf(prototype, name)) as [Method, Method, Method, Method]

  /** One for all: a request that is opened again is still noted once. */
  function noteRequest(this: XMLHttpRequest): void {
    try {
      const address = wanted(apply(addressOf, this, []))
      const type = apply(typeOf, this, [])
      if (address === undefined) return
      if (type === '' || type === 'text') keep(address, apply(textOf, this, []) as string)
      else if (type === 'json') keep(address, stringify(apply(contentOf, this, [])))
    } catch {
      // The page has put its own in the place of something; so be it.
    }
  }

  replace(prototype, 'open', (open, self, args) => {
    const result = apply(open, self, args)
    try {
      if (wanted(args[1]) !== undefined) apply(addEventListener, self, ['load', noteRequest])
    } catch {
      // As above.
    }
    return result
  })
}

function getterOf(holder: object, name: string): Method {
  return getOwnPropertyDescriptor(holder, name)?.get ?? (() => undefined)
}

/** Puts a function in the place of another: with its name, length and properties, but not its text. */
function replace(
  holder: object,
  name: string,
  by: (original: Method, self: unknown, args: readonly unknown[]) => unknown,
): void {
  const descriptor = getOwnPropertyDescriptor(holder, name)
  if (typeof descriptor?.value !== 'function') return
  const value = new Proxy(descriptor.value as Method, { apply: by })
  defineProperty(holder, name, { ...descriptor, value })
}
