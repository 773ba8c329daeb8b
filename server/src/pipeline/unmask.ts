/** Keeps pictures that hosts send in place of others out of the dataset: those that are known, and new ones. */
import { hammingDistance } from '@gleaner/shared/hash'
import { hostKey } from '../net/judge.ts'
import type { ImageId, StandIn } from '../store/types.ts'
import type { Stage, StageContext } from './stage.ts'
import { stop } from './stage.ts'
import type { Seen } from './stages/decode.ts'
import type { Fetched } from './stages/fetch.ts'
import type { Sighting } from './stand-in.ts'
import { judgeStandIn } from './stand-in.ts'
import type { Verdict } from './verdict.ts'

type Duplicate = Extract<Verdict, { kind: 'duplicate' }>

export interface Unmask {
  /** Stops at bytes that are known for a stand-in of their host. */
  readonly byBytes: Stage<Fetched, Fetched>
  /** Stops at pictures that look like one: their text may change. */
  readonly byLook: Stage<Seen, Seen>
  /** Looks whether a picture that came again came for too many addresses: then it is none. */
  readonly judge: (verdict: Duplicate, context: StageContext) => Promise<Verdict>
}

/** Two stand-ins that differ in a line of text are this alike, two photos hardly ever. Bits of 256. */
const sameLookBits = 12

/** Thumbnails are from engines, and what the browser brought was sent to a person. */
const mayBeStandIn = ({ source, trip }: StageContext) => source.kind !== 'thumbnail' && !trip?.isFromBrowser

/** @param requeued - candidates are queued that the queue's memory does not know of */
export function createUnmask(requeued: () => void): Unmask {
  const verdictOf = (context: StageContext, { id }: Pick<StandIn, 'id'>, addresses: number): Verdict => {
    context.dataset.store.standIns.sent(context.lease, { id })
    const facts = { host: hostKey(context.source.url), addresses }
    return { kind: 'no-way', code: 'IMAGE_PLACEHOLDER', facts }
  }

  const takeBack = async ({ dataset }: StageContext, imageId: ImageId) => {
    if ((await dataset.store.standIns.takeBack(imageId)) > 0) requeued()
  }

  return {
    byBytes: {
      name: 'unmask-bytes',
      run: async (input, context) => {
        const { dataset, source } = context
        const host = hostKey(source.url)
        const { digest } = input.file
        const known = mayBeStandIn(context) && dataset.store.standIns.byDigest(host, digest)
        if (!known) return input
        // A stop may have come between finding it out and taking back what was held by then.
        const imageId = dataset.store.imageByDigest(digest)
        if (imageId && isHeldBy(context, imageId, host)) await takeBack(context, imageId)
        return stop(verdictOf(context, known, known.addresses))
      },
    },
    byLook: {
      name: 'unmask-look',
      run: async (input, context) => {
        const { perceptualHash, width, height } = input.picture
        if (!perceptualHash || !mayBeStandIn(context)) return input
        const { store } = context.dataset
        const host = hostKey(context.source.url)
        if (store.standIns.isBelieved(host, input.file.digest)) return input
        const known = store.standIns
          .ofHost(host)
          .find(
            each =>
              each.perceptualHash !== null &&
              each.widthPx === width &&
              each.heightPx === height &&
              hammingDistance(each.perceptualHash, perceptualHash) <= sameLookBits,
          )
        return known ? stop(verdictOf(context, known, known.addresses)) : input
      },
    },
    judge: async (verdict, context) => {
      const { trip, source, dataset } = context
      const answer = trip?.answer
      const { digest, imageId } = verdict
      if (answer?.kind !== 'fetched' || !digest || !mayBeStandIn(context)) return verdict
      const facts = { ...verdict.facts, digest, sizeBytes: answer.bytes.length }
      const told = { ...verdict, facts }
      const host = hostKey(source.url)
      const { standIns } = dataset.store
      if (standIns.isBelieved(host, digest)) return told
      const latest: Sighting = {
        ...{ url: source.url, finalUrl: answer.finalUrl, digest, sizeBytes: answer.bytes.length },
        widthPx: verdict.facts.widthPx ?? null,
        heightPx: verdict.facts.heightPx ?? null,
      }
      const others = judgeStandIn(latest, waysTo(context, imageId))
      if (others === undefined) return told
      standIns.add(host, imageId, digest, others + 1)
      const found = standIns.byDigest(host, digest)
      if (!found) return told
      await takeBack(context, imageId)
      return verdictOf(context, found, others)
    },
  }
}

const waysTo = ({ dataset }: StageContext, imageId: ImageId) =>
  dataset.store.standIns.waysTo(imageId).filter(({ kind }) => kind !== 'thumbnail')

/** Whether an address of this very host led to a held picture. */
const isHeldBy = (context: StageContext, imageId: ImageId, host: string) =>
  waysTo(context, imageId).some(({ url }) => hostKey(url) === host)
