/** One picture, fetched as the page it stood on would have shown it. */
import type { BrowserRefusal } from '@gleaner/shared/collect'

export interface Download {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** What the host asks of programs, verbatim. */
  readonly robotsTag: string | null
}

/** A page instead of a picture: a sign-in, an excuse. What it says to the person is none of the server's business. */
const pages = /^(?:text\/html|application\/xhtml\+xml)\b/i

/**
 * Fetches with the person's cookies. A picture the browser holds already costs no request.
 *
 * @param isOpen - whether a site was allowed; asked for the address at the end of redirects, too
 * @param limits - milliseconds until the last byte, and most bytes
 * @returns why not, where it did not work
 */
export async function download(
  url: URL,
  {
    fetch,
    isOpen,
    deadlineMs = 60_000,
    sizeBytes = 100 * 1024 * 1024,
  }: {
    readonly fetch: typeof globalThis.fetch
    readonly isOpen: (url: URL) => Promise<boolean>
    readonly deadlineMs?: number
    readonly sizeBytes?: number
  },
): Promise<Download | BrowserRefusal['code']> {
  const signal = AbortSignal.timeout(deadlineMs)
  try {
    const response = await fetch(url.href, {
      credentials: 'include',
      cache: 'force-cache',
      redirect: 'follow',
      referrerPolicy: 'no-referrer',
      signal,
    })
    const refusal = (await refusalOf(response, isOpen)) ?? (await bodyOf(response, sizeBytes, signal))
    if (typeof refusal === 'string') {
      void response.body?.cancel().catch(() => undefined)
      return refusal
    }
    return { bytes: refusal, robotsTag: response.headers.get('x-robots-tag') }
  } catch {
    return 'BROWSER_FETCH_FAILED'
  }
}

async function refusalOf(
  { url, ok, status, headers }: Response,
  isOpen: (url: URL) => Promise<boolean>,
): Promise<BrowserRefusal['code'] | undefined> {
  const end = URL.parse(url)
  if (!end || !(await isOpen(end))) return 'BROWSER_FETCH_REFUSED'
  if (!ok) return status >= 500 ? 'BROWSER_FETCH_FAILED' : 'BROWSER_FETCH_REFUSED'
  return pages.test(headers.get('content-type') ?? '') ? 'BROWSER_FETCH_REFUSED' : undefined
}

async function bodyOf(
  { body, headers }: Response,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | BrowserRefusal['code']> {
  if (Number(headers.get('content-length')) > sizeBytes) return 'BROWSER_FETCH_TOO_LARGE'
  if (!body) return 'BROWSER_FETCH_FAILED'
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  const reader = body.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await Promise.race([reader.read(), late])
    if (done) break
    length += value.byteLength
    if (length > sizeBytes) {
      await reader.cancel()
      return 'BROWSER_FETCH_TOO_LARGE'
    }
    parts.push(value)
  }
  const bytes = new Uint8Array(length)
  let place = 0
  for (const part of parts) {
    bytes.set(part, place)
    place += part.byteLength
  }
  return bytes
}
