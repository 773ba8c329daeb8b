import type { Page } from 'playwright'

/** What a page learned from one request: nothing, or a status and so many characters. */
export interface Learned {
  readonly what: string
  readonly learned: string
}

const batch = {
  batchId: 'ee'.repeat(16),
  dataset: 'Owned',
  class: 'owned',
  origin: { engine: 'page' },
  candidates: [{ sources: [{ kind: 'original', url: 'https://hostile.example/owned.jpg' }] }],
}

/** Every kind of call a page could like to make, with bodies that would do something. */
const calls = [
  { method: 'POST', path: '/api/collect/batches', body: batch },
  { method: 'POST', path: '/api/import', body: batch },
  { method: 'POST', path: '/api/datasets', body: { name: 'Owned' } },
  { method: 'POST', path: '/api/pairing', body: {} },
  { method: 'POST', path: '/api/pairing/claim', body: { protocol: 1, code: 'AAAA-AAAA', clientName: 'x' } },
  { method: 'POST', path: '/api/session', body: { code: 'x' } },
  { method: 'POST', path: '/api/session/link', body: {} },
  { method: 'POST', path: '/api/hello', body: { protocol: 1, nonce: 'ab'.repeat(32) } },
  { method: 'DELETE', path: '/api/pairing', body: undefined },
  { method: 'GET', path: '/api/overview', body: undefined },
  { method: 'GET', path: '/api/session', body: undefined },
  { method: 'GET', path: '/api/clients', body: undefined },
  { method: 'GET', path: '/', body: undefined },
]

/**
 * Lets the script of a page try the whole API: as JSON, as a simple request, as beacon, as image, script, frame and
 * event stream; always with whatever cookies the browser is ready to send.
 *
 * @param target - origin of the server
 * @returns what the page learned from each try
 */
export function attack(page: Page, target: string): Promise<Learned[]> {
  return page.evaluate(
    async ({ target, calls }) => {
      const learned = (response: Response) =>
        response.type === 'opaque'
          ? Promise.resolve('nothing')
          : response.text().then(text => `${response.status}, ${text.length} characters`)
      const request = (what: string, path: string, init: RequestInit): Promise<Learned> =>
        fetch(target + path, { ...init, credentials: 'include', cache: 'no-store' })
          .then(learned, () => 'nothing')
          .then(result => ({ what, learned: result }))
      const tries = calls.flatMap(({ method, path, body }) => {
        const json = body === undefined ? null : JSON.stringify(body)
        const name = `${method} ${path}`
        const plain = method === 'DELETE' ? 'POST' : method
        return [
          request(`${name} as JSON`, path, {
            method,
            body: json,
            headers: json === null ? {} : { 'content-type': 'application/json' },
          }),
          request(`${name} with a token`, path, { method, headers: { authorization: 'Bearer x' } }),
          request(`${name} as a simple request`, path, { method: plain, body: json, mode: 'no-cors' }),
        ]
      })
      for (const { path, body } of calls) navigator.sendBeacon(target + path, JSON.stringify(body ?? {}))
      const embedded = (tag: 'img' | 'script' | 'iframe', path: string) =>
        new Promise<Learned>(resolve => {
          const made = document.createElement(tag)
          const tell = (found: string) => resolve({ what: `${tag} ${path}`, learned: found })
          made.onerror = () => tell('nothing')
          made.onload = () => {
            let text = ''
            try {
              if (made instanceof HTMLIFrameElement) text = made.contentDocument?.body.innerText ?? ''
              else text = tag
            } catch {
              // Another origin's frame, or the browser's error page: nothing to be learned.
            }
            tell(text === '' ? 'nothing' : text)
          }
          made.src = target + path
          document.body.append(made)
        })
      const stream = new Promise<Learned>(resolve => {
        const events = new EventSource(`${target}/api/events`, { withCredentials: true })
        const tell = (found: string) => {
          events.close()
          resolve({ what: 'event stream', learned: found })
        }
        events.onopen = () => tell('opened')
        events.onerror = () => tell('nothing')
      })
      return Promise.all([
        ...tries,
        embedded('img', '/api/overview'),
        embedded('script', '/api/overview'),
        embedded('iframe', '/'),
        embedded('iframe', '/api/overview'),
        stream,
      ])
    },
    { target, calls },
  )
}

/**
 * Sends a form as a top-level navigation, which no rule of the browser keeps from this machine.
 *
 * @returns the status the server answered with
 */
export async function postForm(page: Page, url: string, body: object): Promise<number> {
  const [before, after] = JSON.stringify(body).replace(/\}$/, ',"=":"').split('=')
  const answered = page.waitForResponse(response => response.url() === url)
  await page.evaluate(
    ({ url, name, value }) => {
      const form = document.createElement('form')
      Object.assign(form, { method: 'POST', action: url, enctype: 'text/plain' })
      const input = document.createElement('input')
      Object.assign(input, { name, value })
      form.append(input)
      document.body.append(form)
      form.submit()
    },
    { url, name: before ?? '', value: `${after ?? ''}"}` },
  )
  return (await answered).status()
}
