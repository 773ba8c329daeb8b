/** Measures on a person's own pictures: copies are made of some, and looked for among all. */

import type { Decoders } from '../../imaging/decoded.ts'
import { type Transform, type TransformName, transforms } from '../../imaging/transforms.ts'
import { createLookIndex } from '../../look/look-index.ts'
import { verify } from '../../look/verify.ts'
import { inOrder } from './in-order.ts'
import { type LookThroughOptions, lookThrough, type Seen, spread } from './look-through.ts'
import { hitsBySeq } from './matcher.ts'
import { readPictureFile } from './picture-file.ts'
import { scanSettings } from './pictures.ts'

/** What one copy was found to be. */
export interface Trial {
  readonly transform: TransformName
  /** Number of the picture it was made of. */
  readonly original: number
  /** Verified, of 256; `null` where the original was not found. */
  readonly foundBits: number | null
  /** Other pictures it was taken for, though they are nothing like the original. */
  readonly mistaken: readonly { readonly number: number; readonly distanceBits: number }[]
}

export interface Evaluated {
  readonly seen: Seen
  readonly trials: readonly Trial[]
}

export interface EvaluateOptions extends Omit<LookThroughOptions, 'isAcross' | 'onPicture' | 'decoders'> {
  readonly decoders: Pick<Decoders, 'decode'>
  /** Of how many pictures copies are made. */
  readonly samples: number
  /** How many pictures they are looked for among. */
  readonly among: number
  readonly onTrial: (done: number, total: number) => void
}

/** Copies are verified against so many pictures at most, the nearest ones. */
const mostVerified = 48

/** @throws as `lookThrough` */
export async function evaluate(root: string, options: EvaluateOptions): Promise<Evaluated> {
  const { fingerprints, decoders, signal, samples, among, onTrial } = options
  const index = createLookIndex()
  const canBeFound: number[] = []
  const seen = await lookThrough([root], {
    ...options,
    mostFiles: among,
    onPicture: (number, _place, { heldForms }) => {
      index.put(number + 1, heldForms)
      if (heldForms.length > 0) canBeFound.push(number)
    },
  })
  const familyOf = families(seen)
  const chosen = spread(canBeFound, samples)
  const trials: Trial[] = []

  const tryCopy = async (bytes: Buffer, transform: TransformName, original: number): Promise<Trial> => {
    const none = { transform, original, foundBits: null, mistaken: [] }
    const copy = await decoders.decode(bytes, scanSettings, signal)
    if (copy.kind === 'failed') return none
    copy.release()
    const { fingerprint, queryForms } = copy
    const [proposals = []] = index.within([queryForms])
    const likes = [...hitsBySeq(proposals, queryForms, options.maxBits)]
      .slice(0, mostVerified)
      .filter(([seq, hits]) => verify(fingerprint, fingerprints.read(seq - 1), hits).isDuplicate)
      .map(([seq, hits]) => ({ number: seq - 1, distanceBits: hits[0]?.distanceBits ?? 0 }))
    const family = familyOf(original)
    return {
      ...none,
      foundBits: likes.find(({ number }) => number === original)?.distanceBits ?? null,
      mistaken: likes.filter(({ number }) => familyOf(number) !== family),
    }
  }

  const tryAll = async (original: number): Promise<Trial[]> => {
    const path = seen.pictures[original]?.path ?? ''
    const base = await cleanCopy(root, path, decoders, signal)
    if (!base) return []
    const found: Trial[] = []
    for (const { name, make } of transforms) found.push(await tryCopy(await make(base), name, original))
    return found
  }

  let done = 0
  for await (const found of inOrder(chosen, 4, tryAll)) {
    trials.push(...found)
    done += 1
    onTrial(done, chosen.length)
  }
  return { seen, trials }
}

/** What is edited is a picture of ours, made by a decoder: a stranger's file is opened nowhere else. */
async function cleanCopy(
  root: string,
  path: string,
  decoders: Pick<Decoders, 'decode'>,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const file = await readPictureFile(root, path)
  if (file.kind !== 'bytes') return undefined
  const settings = { ...scanSettings, render: { ...scanSettings.render, sidePx: 512, keepFitting: false } }
  const picture = await decoders.decode(file.bytes, settings, signal)
  if (picture.kind === 'failed') return undefined
  const rendered = await picture.render()
  return rendered.kind === 'rendered' ? rendered.bytes : undefined
}

/** Pictures a person holds several copies of already are no mistakes for each other. */
function families({ pictures, pairs }: Seen): (number: number) => number {
  const parent = pictures.map((_, number) => number)
  const rootOf = (number: number): number => {
    let at = number
    while (parent[at] !== at && parent[at] !== undefined) at = parent[at] as number
    parent[number] = at
    return at
  }
  for (const { a, b } of pairs) parent[rootOf(a)] = rootOf(b)
  return rootOf
}

export interface Curve {
  readonly bits: number
  /** Share of all copies whose original was found this near or nearer. */
  readonly recall: number
  /** Share of what was found this near or nearer that is right; 1 when nothing was found. */
  readonly precision: number
  readonly mistakes: number
}

export const leastPrecision = 0.999

/** @returns one for each threshold from 0 to `widest` */
export function curveOf(trials: readonly Trial[], widest: number): Curve[] {
  return Array.from({ length: widest + 1 }, (_, bits) => {
    const found = trials.filter(({ foundBits }) => foundBits !== null && foundBits <= bits).length
    const mistakes = trials.reduce(
      (sum, { mistaken }) => sum + mistaken.filter(({ distanceBits }) => distanceBits <= bits).length,
      0,
    )
    return {
      bits,
      recall: trials.length === 0 ? 0 : found / trials.length,
      precision: found + mistakes === 0 ? 1 : found / (found + mistakes),
      mistakes,
    }
  })
}

/**
 * Among the thresholds that are as precise as {@link leastPrecision} the lowest of those that find most.
 *
 * @param most - thresholds above are not asked for
 */
export function proposedBits(curve: readonly Curve[], most: number): number {
  let reach = 0
  for (const { bits, precision } of curve) {
    if (precision < leastPrecision || bits > most) break
    reach = bits
  }
  const best = curve[reach]?.recall ?? 0
  return curve.find(({ recall }) => recall >= best)?.bits ?? reach
}

export const recallOf = (
  trials: readonly Trial[],
  { name }: Pick<Transform, 'name'>,
  bits: number,
): number => {
  const own = trials.filter(({ transform }) => transform === name)
  const found = own.filter(({ foundBits }) => foundBits !== null && foundBits <= bits)
  return own.length === 0 ? Number.NaN : found.length / own.length
}
