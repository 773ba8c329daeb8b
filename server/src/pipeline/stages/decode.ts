import type { Decoded, Decoders } from '../../imaging/decoded.ts'
import type { Stage } from '../stage.ts'
import { stop } from '../stage.ts'
import type { Fetched } from './fetch.ts'

export interface Seen extends Fetched {
  readonly picture: Decoded
}

/** Decodes the whole picture once and measures it. The raster stays with the decoder until the journey ends. */
export const createDecodeStage = (decoders: Pick<Decoders, 'decode'>): Stage<Fetched, Seen> => ({
  name: 'decode',
  run: async (input, { settings, signal, atEnd }) => {
    const picture = await decoders.decode(input.file.bytes, settings, signal)
    if (picture.kind === 'failed') {
      return stop({ kind: 'no-way', code: picture.code, facts: picture.facts })
    }
    atEnd(picture.release)
    const directive = settings.honourOptOut ? optOutIn(picture.rights) : undefined
    return directive
      ? stop({ kind: 'no-way', code: 'DOWNLOAD_OPTED_OUT', facts: { directive } })
      : { ...input, picture }
  },
})

/** The PLUS data-mining property of IPTC 2023.1: all of its `DMI-PROHIBITED…` values forbid training on the picture. */
function optOutIn(rights: Readonly<Record<string, string>>): string | undefined {
  return /DMI-PROHIBITED[A-Z-]*/.exec(rights.dataMining ?? '')?.[0]
}
