import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { jpegScene } from './pictures.ts'

/** What happens to a picture on its way through the web. */
const edits = {
  whole: (picture: Buffer) => Promise.resolve(picture),
  half: (picture: Buffer) => sharp(picture).resize({ width: 480 }).jpeg({ quality: 60 }).toBuffer(),
  mirrored: (picture: Buffer) => sharp(picture).flop().jpeg({ quality: 85 }).toBuffer(),
  cut: (picture: Buffer) =>
    sharp(picture).extract({ left: 48, top: 32, width: 864, height: 576 }).jpeg({ quality: 85 }).toBuffer(),
  grey: (picture: Buffer) => sharp(picture).greyscale().jpeg({ quality: 85 }).toBuffer(),
} as const
export type Edit = keyof typeof edits

const isEdit = (text: string): text is Edit => Object.hasOwn(edits, text)

/** A web of ours in which pictures have copies: `/<scene>/<edit>.jpg`. */
export async function startCopiesWeb() {
  const server = createServer((request, response) => {
    const [, scene = '', edit = ''] = /^\/(\d+)\/(\w+)\.jpg/.exec(request.url ?? '') ?? []
    if (!isEdit(edit)) {
      response.writeHead(404).end()
      return
    }
    const made = jpegScene(Number(scene), 960, 640, 92).then(edits[edit])
    made.then(
      body =>
        response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length }).end(body),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    /** @param host - of the many that hold copies */
    url: (scene: number, edit: Edit, host = 'photos') =>
      `http://${host}.example:${port}/${scene}/${edit}.jpg`,
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
