import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jpegScene } from './pictures.ts'
import { bingPage, type MadeUpResult } from './results-page.ts'

const sides = { width: 480, height: 320 } as const

/**
 * A web of ours that hands out pictures only as fast as a test allows, so that the test chooses how far the server has
 * come when something happens to it. Every query has results of its own.
 */
export async function startMeteredWeb() {
  const drawn = new Map<string, Promise<Buffer>>()
  const held: (() => void)[] = []
  const queries = new Map<string, number>()
  let allowed = Number.POSITIVE_INFINITY
  let whenHeld: (() => void) | undefined

  const picture = (seed: string) => {
    const made = drawn.get(seed) ?? jpegScene(Number(seed), sides.width, sides.height)
    drawn.set(seed, made)
    return made
  }
  const give = async (path: string, response: ServerResponse) => {
    const seed = /^\/scene-(\d+)\.jpg/.exec(path)?.[1]
    if (seed === undefined) {
      response.writeHead(404).end()
      return
    }
    const body = await picture(seed)
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length }).end(body)
  }
  const server = createServer((request, response) => {
    const send = () => void give(request.url ?? '', response)
    if (allowed > 0) {
      allowed -= 1
      send()
      return
    }
    held.push(send)
    whenHeld?.()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  /** Results of a query: the same ones whenever it is asked for. */
  const results = (query: string, count: number): MadeUpResult[] => {
    const place = queries.get(query) ?? queries.size
    queries.set(query, place)
    return Array.from({ length: count }, (_, index) => {
      const host = `photos${index % 8}.example:${port}`
      return {
        ...sides,
        imageUrl: `http://${host}/scene-${place * 1000 + index + 1}.jpg`,
        thumbnailUrl: `http://thumbs.example:${port}/thumb.svg`,
        landingUrl: `http://${host}/album/${index}`,
        title: `Lanterns, no. ${index + 1}`,
      }
    })
  }

  return {
    results,
    /** What the browser shows: results pages with `count` tiles, thumbnails. */
    answers: (count: number) => (url: URL) => {
      const query = url.searchParams.get('q')
      if (url.hostname === 'www.bing.com' && query) return { body: bingPage(query, results(query, count)) }
      const isOurs = url.hostname.endsWith('.example')
      return isOurs
        ? { body: '<svg xmlns="http://www.w3.org/2000/svg"/>', contentType: 'image/svg+xml' }
        : undefined
    },
    /** Hands out `count` more pictures. @returns when all are taken and the server stands waiting for another */
    async allow(count: number): Promise<void> {
      const isWaiting = new Promise<void>(resolve => {
        whenHeld = resolve
      })
      held.length = 0
      allowed = count
      await isWaiting
    },
    /** From now on everybody gets what they ask for, also those who wait. */
    allowAll(): void {
      allowed = Number.POSITIVE_INFINITY
      for (const send of held.splice(0)) send()
    },
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Address of the results page of a query. */
export const resultsUrl = (query: string) =>
  `https://www.bing.com/images/search?q=${encodeURIComponent(query)}`
