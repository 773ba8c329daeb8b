/** The pictures of an export as exporters are given them. */
import { readFile } from 'node:fs/promises'
import { AppError } from '@gleaner/shared/errors'
import type { SplitName } from '@gleaner/shared/splits'
import type { PictureMaker } from '../../imaging/wanted-picture.ts'
import type { ExportPicture, ExportSet } from '../exporter.ts'
import type { Plan } from '../plan.ts'
import { type ListedPicture, openPictureList } from './picture-list.ts'
import { pathOf } from './prepare.ts'
import type { Staging } from './staging.ts'

export interface PreparedSet extends ExportSet {
  /** Whether a picture is the filed one itself, which nobody may be given to change. */
  readonly isFiled: (picture: ExportPicture) => boolean
}

export async function openPreparedSet(
  { set, asked }: Plan,
  staging: Staging,
  maker: PictureMaker,
  signal: AbortSignal,
): Promise<PreparedSet> {
  const { images: _, ...common } = set
  const { render } = asked
  const seed = seedOf(set.header.plan?.seed ?? set.version.digest)
  const list = await openPictureList(staging.list, ({ digest }) => shuffleKey(digest, seed))
  const classes = new Map(set.classes.map(one => [one.label, one]))
  const filed = new WeakSet<ExportPicture>()
  const extension = render.format === 'jpeg' ? 'jpg' : render.format

  const toPicture = (listed: ListedPicture): ExportPicture => {
    const { from, split, width, height, sizeBytes, digest, boxes, isFiled } = listed
    const ofClass = classes.get(from.label)
    if (!ofClass) throw new Error(`a picture of no class: ${from.id}`)
    const path = pathOf(staging, from.id, render.format)
    const bytes = () => readFile(path)
    const picture: ExportPicture = {
      ...{ id: from.id, class: ofClass, split, fold: from.fold, trial: from.trial },
      ...{
        width,
        height,
        channels: render.isGrey ? 1 : 3,
        extension,
        sizeBytes,
        digest,
        boxes,
        from,
        path,
        bytes,
      },
      pixels: async () => {
        const raw = await maker.pixels(await bytes(), render.isGrey, signal)
        if (raw.kind === 'raw' && raw.width === width && raw.height === height) return raw.bytes
        const reason = raw.kind === 'raw' ? `is ${raw.width} x ${raw.height}` : raw.code
        throw new AppError('EXPORT_PICTURE_UNREADABLE', { imageId: from.id, reason })
      },
    }
    if (isFiled) filed.add(picture)
    return picture
  }

  return {
    ...common,
    isFiled: picture => filed.has(picture),
    pictures: async function* ({ split, isShuffled = false } = {}) {
      const isWanted = split === undefined ? undefined : (of: SplitName | null) => of === split
      const listed = isShuffled ? list.shuffled(isWanted) : list.all(isWanted)
      for await (const one of listed) {
        signal.throwIfAborted()
        yield toPicture(one)
      }
    },
  }
}

/** 32 bits of FNV-1a. */
function seedOf(text: string): number {
  let sum = 0x811c9dc5
  for (const byte of Buffer.from(text)) sum = Math.imul(sum ^ byte, 0x01000193)
  return sum >>> 0
}

/** Digests are as good as drawn by lot; the seed draws anew (a round of murmur3 over 32 bits of it). */
function shuffleKey(digest: string, seed: number): number {
  let mixed = Number.parseInt(digest.slice(0, 8), 16) ^ seed
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
