import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jpegScene, smallerCopy } from './pictures.ts'
import type { MadeUpResult } from './results-page.ts'

/** What a picture of the made-up web does when it is asked for, and what should become of it. */
export interface MadeUpPicture {
  readonly result: MadeUpResult
  readonly says: string
}

interface Answer {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

/**
 * A small web of our own: hosts under `.example`, all of them served by one local process, with good pictures, copies,
 * thumbnails whose originals are gone, pages that pose as pictures, and a host that opts out.
 */
export async function startMadeUpWeb() {
  const answers = new Map<string, Answer>()
  const server = createServer((request, response) => {
    const {
      status = 200,
      type = 'image/jpeg',
      headers = {},
      body,
    } = answers.get(request.url ?? '') ?? {
      status: 404,
      type: 'text/plain',
      body: 'gone',
    }
    response
      .writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers })
      .end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const pictures: MadeUpPicture[] = []

  const add = async (seed: number, says: string, original?: Answer) => {
    const jpeg = await jpegScene(seed, 960, 640)
    const path = `/scene-${seed}-${pictures.length}.jpg`
    answers.set(path, original ?? { body: jpeg })
    answers.set(`/thumb${path}`, { body: await smallerCopy(jpeg, 240) })
    const host = `photos${1 + (pictures.length % 5)}.example:${port}`
    pictures.push({
      says,
      result: {
        imageUrl: `http://${host}${path}`,
        thumbnailUrl: `http://thumbs.example:${port}/thumb${path}`,
        landingUrl: `http://${host}/album/${seed}`,
        title: `Lanterns above the hills, no. ${seed}`,
        width: 960,
        height: 640,
      },
    })
    return jpeg
  }

  const originals: Buffer[] = []
  for (let seed = 1; seed <= 16; seed++) originals.push(await add(seed, 'a good picture'))
  const [first, second] = originals
  if (!first || !second) throw new Error('No pictures were drawn.')
  await add(1, 'the very same file on another host', { body: first })
  await add(2, 'the same picture, smaller, but no worse as it is filed', {
    body: await smallerCopy(second, 640, 88),
  })
  await add(21, 'the original is gone, the thumbnail is there', {
    status: 404,
    type: 'text/plain',
    body: 'gone',
  })
  await add(22, 'a page that poses as a picture', {
    body: '<!doctype html><title>Sign in</title><p>Sign in to see this.',
  })
  await add(23, 'cut off in the middle', { body: first.subarray(0, first.length >> 1) })
  await add(24, 'the host opts out of machine learning', {
    headers: { 'x-robots-tag': 'noai, noimageai' },
    body: second,
  })

  return {
    pictures,
    /** Bytes of a picture or thumbnail, for the browser to show. */
    answer(url: URL) {
      const found = url.hostname.endsWith('.example') ? answers.get(url.pathname) : undefined
      return found && { body: found.body, contentType: found.type ?? 'image/jpeg' }
    },
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
