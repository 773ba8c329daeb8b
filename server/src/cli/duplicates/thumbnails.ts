/** Small pictures for a page, made where strangers' bytes are decoded. */
import type { Decoders, DecodeSettings } from '../../imaging/decoded.ts'
import { readPictureFile } from './picture-file.ts'
import { scanSettings } from './pictures.ts'
import type { Thumbnail } from './report-page.ts'

const settings: DecodeSettings = {
  ...scanSettings,
  render: { ...scanSettings.render, sidePx: 320, quality: 72, keepFitting: false },
}

export const createThumbnails =
  (decoders: Pick<Decoders, 'decode'>, signal: AbortSignal): Thumbnail =>
  async (root, path) => {
    const file = await readPictureFile(root, path)
    if (file.kind !== 'bytes') return undefined
    const picture = await decoders.decode(file.bytes, settings, signal)
    if (picture.kind === 'failed') return undefined
    const rendered = await picture.render()
    return rendered.kind === 'rendered' ? rendered.bytes : undefined
  }
