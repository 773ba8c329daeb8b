import type { OpenPicture, PictureFacts, Workshop } from '../../work/work.ts'
import type { Stage } from '../stage.ts'
import { stop } from '../stage.ts'
import type { Fetched } from './fetch.ts'

export interface Seen extends Fetched {
  readonly picture: PictureFacts
  /** Renders what was decoded, where it lies. */
  readonly render: OpenPicture['render']
}

/** Decodes the whole picture once and measures it. What takes long to render stays with the worker until the journey ends. */
export const createDecodeStage = (workshop: Pick<Workshop, 'open'>): Stage<Fetched, Seen> => ({
  name: 'decode',
  run: async (input, { settings, signal, atEnd }) => {
    const { accept, render } = settings
    const job = { bytes: input.file.bytes, settings: { accept, render, isLikelyWanted: true } }
    const opened = await workshop.open(job, signal)
    if (opened.kind === 'failed') {
      return stop({ kind: 'no-way', code: opened.code, facts: opened.facts })
    }
    atEnd(opened.release)
    const { facts: picture } = opened
    const directive = settings.honourOptOut ? optOutIn(picture.rights) : undefined
    return directive
      ? stop({ kind: 'no-way', code: 'DOWNLOAD_OPTED_OUT', facts: { directive } })
      : { ...input, picture, render: opened.render }
  },
})

/** The PLUS data-mining property of IPTC 2023.1: all of its `DMI-PROHIBITED…` values forbid training on the picture. */
function optOutIn(rights: Readonly<Record<string, string>>): string | undefined {
  return /DMI-PROHIBITED[A-Z-]*/.exec(rights.dataMining ?? '')?.[0]
}
