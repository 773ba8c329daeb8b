/** A process that makes small copies of filed pictures, one request after the other; it is lost before the server is. */
import sharp from 'sharp'
import type { ThumbnailAnswer, ThumbnailRequest } from './thumbnails.ts'

const quality = 80

sharp.cache(false)
sharp.concurrency(1)

process.on('message', (message: unknown) => void answer(message as ThumbnailRequest)) // of our own parent
process.once('disconnect', () => process.exit())

async function answer({ id, bytes, sidePx }: ThumbnailRequest): Promise<void> {
  say({ id, bytes: await small(bytes, sidePx).catch(() => null) })
}

const small = (bytes: Uint8Array, sidePx: number): Promise<Uint8Array> =>
  sharp(bytes)
    .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer()

function say(answer: ThumbnailAnswer): void {
  process.send?.(answer)
}
