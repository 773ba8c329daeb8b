import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jpegScene, smallerCopy } from './pictures.ts'
import { bingPage, type MadeUpResult } from './results-page.ts'

const sides = { width: 640, height: 480 } as const

/** What a host does with a picture: `shown` to members only; to them, something that is no picture; or to anybody. */
type Manner = 'members' | 'garbage' | 'page' | 'anybody'

export interface ShyPicture {
  readonly host: string
  readonly manner: Manner
}

/**
 * Hosts that show their pictures only to those who bring their cookie: what a server cannot get and the browser of a
 * member can. Thumbnails are shown to everybody.
 *
 * @param pictures - in the order of the results page
 */
export async function startShyWeb(pictures: readonly ShyPicture[]) {
  const bodies = await Promise.all(
    pictures.map(async (_, seed) => {
      const original = await jpegScene(seed + 1, sides.width, sides.height)
      return { original, thumbnail: await smallerCopy(original, 160) }
    }),
  )
  /** Who asked for which original, and how it ended. */
  const asked: {
    readonly place: number
    readonly isMember: boolean
    readonly referer: string | undefined
  }[] = []
  const server = createServer((request, response) => {
    const [, kind, digits] = /^\/(original|thumbnail)-(\d+)\.jpg$/.exec(request.url ?? '') ?? []
    const place = Number(digits)
    const [picture, body] = [pictures[place], bodies[place]]
    if (!kind || !picture || !body) return response.writeHead(404).end()
    const give = (status: number, bytes: Buffer | string, type = 'image/jpeg') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'max-age=600' }).end(bytes)
    if (kind === 'thumbnail') return give(200, body.thumbnail)
    const isMember = /\bmember=yes\b/.test(request.headers.cookie ?? '')
    asked.push({ place, isMember, referer: request.headers.referer })
    if (picture.manner !== 'anybody' && !isMember) return give(403, 'Members only.', 'text/plain')
    if (picture.manner === 'garbage') return give(200, 'This is no picture at all.')
    if (picture.manner === 'page') return give(200, '<!doctype html><p>Sign in, please.', 'text/html')
    return give(200, body.original)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const results = pictures.map(
    ({ host }, place): MadeUpResult => ({
      ...sides,
      imageUrl: `http://${host}:${port}/original-${place}.jpg`,
      thumbnailUrl: `http://thumbs.example:${port}/thumbnail-${place}.jpg`,
      landingUrl: `http://${host}:${port}/page-${place}`,
      title: `Picture no. ${place}`,
    }),
  )
  return {
    port,
    asked: asked as readonly (typeof asked)[number][],
    page: (query: string) => bingPage(query, results),
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
