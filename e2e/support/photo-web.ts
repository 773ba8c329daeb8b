import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** How the host treats one address. Which one it is depends on the address alone. */
export const manners = ['well', 'gone', 'page', 'cut', 'flaky', 'opt-out'] as const
export type Manner = (typeof manners)[number]

/** Of a hundred addresses: how many meet each manner. */
const shares: Readonly<Record<Manner, number>> = {
  well: 76,
  gone: 8,
  page: 4,
  cut: 4,
  flaky: 4,
  'opt-out': 4,
}

const numberOf = (text: string) => createHash('sha256').update(text).digest().readUInt32BE()

/** @returns the manner an address meets here: the same in every run */
export function mannerOf(address: string): Manner {
  let rest = numberOf(address) % 100
  for (const manner of manners) {
    rest -= shares[manner]
    if (rest < 0) return manner
  }
  return 'well'
}

/**
 * Stands in for every host a saved page names: answers any address with a real photo, or with bad manners. The server under
 * test sends `GET /?url=<the address it wanted>` here.
 *
 * @param photosFolder - one sub-folder per class, as in the shared corpus
 */
export async function startPhotoWeb(photosFolder: string) {
  const photos = readdirSync(photosFolder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.jpe?g$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
  const asked = new Map<string, number>()
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://local').searchParams.get('url') ?? ''
    const times = (asked.get(address) ?? 0) + 1
    asked.set(address, times)
    const photo = photos[numberOf(`photo of ${address}`) % photos.length]
    if (photo) answer(response, mannerOf(address), readFileSync(photo), times)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    /** How often each address was asked for. */
    asked: asked as ReadonlyMap<string, number>,
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function answer(response: ServerResponse, manner: Manner, photo: Buffer, times: number): void {
  const jpeg = { 'content-type': 'image/jpeg', 'content-length': photo.length }
  if (manner === 'gone') response.writeHead(404).end('gone')
  else if (manner === 'page')
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end('<!doctype html><p>Sign in')
  else if (manner === 'cut') {
    response.writeHead(200, jpeg)
    response.write(photo.subarray(0, photo.length >> 1), () => response.destroy())
  } else if (manner === 'flaky' && times === 1) response.writeHead(500).end('again, please')
  else if (manner === 'opt-out') response.writeHead(200, { ...jpeg, 'x-robots-tag': 'noai' }).end(photo)
  else response.writeHead(200, jpeg).end(photo)
}
