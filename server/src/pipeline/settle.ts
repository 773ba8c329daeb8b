/** Turns the verdict of one journey into the next state of the candidate. */

import type { CandidateSource } from '@gleaner/shared/candidate'
import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { ErrorCode } from '@gleaner/shared/errors'
import { catalogue, isAppError } from '@gleaner/shared/errors'
import type { BrowserAsk, CandidateEnd, LeasedCandidate, Postponement } from '../store/types.ts'
import { attemptOf } from './attempt.ts'
import { mayBrowserGet } from './browser-way.ts'
import type { StageContext } from './stage.ts'
import type { Verdict } from './verdict.ts'
import { explain, outcomeOf } from './verdict.ts'

export interface RetryLimits {
  /** How long a candidate waits for the person's browser before its thumbnail is taken. */
  readonly browserWaitMs: number
  /** Tries of one way before the next is taken. */
  readonly maxTries: number
  /** Longest pause after the first failed try; doubles with each further one. */
  readonly backOffMs: number
  /** Longest pause of all. */
  readonly backOffMostMs: number
}

export const retryLimits: RetryLimits = {
  maxTries: 5,
  backOffMs: 10_000,
  backOffMostMs: 600_000,
  browserWaitMs: 120_000,
}

export interface SettleParts {
  readonly now: () => number
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  readonly hostKey: (url: string) => string
  readonly limits: RetryLimits
  /** Whether one of these extensions has lately asked for what its browser is to fetch. */
  readonly isBrowserHere: (clientIds: readonly string[]) => boolean
}

/** The candidate waits: for the pause to end, or for the host of its next way to have a free place. */
export interface Waiting {
  readonly kind: 'waiting'
  readonly host: string
  readonly dueAtMs: number
}

/** `lost`: somebody else has ended the candidate meanwhile, nothing was changed. */
export type Settled = { readonly kind: 'ended' | 'lost' } | Waiting

export type Settle = (context: StageContext, verdict: Verdict) => Promise<Settled>

/** @returns index of the way to take, `from` or after it, that the dataset allows */
export function nextWay(
  sources: readonly CandidateSource[],
  from: number,
  { accept }: Pick<DatasetSettings, 'accept'>,
): number | undefined {
  const way = sources.findIndex(
    (source, index) => index >= from && (accept.thumbnails || source.kind !== 'thumbnail'),
  )
  return way === -1 ? undefined : way
}

/** @returns index of the next way after the one that was tried, if the dataset and what is held already allow one */
function wayAfter({ lease, settings, trip }: StageContext, code: ErrorCode): number | undefined {
  if (code === 'DOWNLOAD_OPTED_OUT') return undefined
  const allowed = lease.heldImageId ? { accept: { ...settings.accept, thumbnails: false } } : settings
  const { sources, sourceIndex } = lease
  // The browser is asked last: the ways between have been tried before it.
  const thumbnail = sources.findIndex(({ kind }, index) => index > sourceIndex && kind === 'thumbnail')
  const from = trip?.isFromBrowser ? thumbnail : sourceIndex + 1
  return from === -1 ? undefined : nextWay(sources, from, allowed)
}

/**
 * What the person's browser is to be asked for, when nothing but the thumbnail is left: the best way whose host refused
 * the server. Only a browser whose extension collected the candidate can be asked.
 */
function browserAskOf(
  { lease, dataset, source, trip }: StageContext,
  code: ErrorCode,
  next: number | undefined,
  hostKey: (url: string) => string,
): BrowserAsk | undefined {
  const isLast = next === undefined || lease.sources[next]?.kind === 'thumbnail'
  if (!isLast || source.kind === 'thumbnail' || code === 'DOWNLOAD_OPTED_OUT' || trip?.isFromBrowser)
    return undefined
  const status = trip?.answer.hops.at(-1)?.status ?? null
  const earlier = dataset.store.triedWays(lease).filter(({ position }) => position !== lease.sourceIndex)
  const ways = [...earlier, { position: lease.sourceIndex, code, status }]
  const refused = ways.filter(mayBrowserGet).sort((a, b) => a.position - b.position)[0]
  const url = refused && lease.sources[refused.position]?.url
  if (!url || dataset.store.clientsOf(lease).length === 0) return undefined
  return { position: refused.position, url, pacingKey: hostKey(url), code: refused.code }
}

/**
 * Ends the candidate, or puts it back: the same way again after a pause (exponential, full jitter), or the next way.
 * The reason kept is that of the first way, for it stands for the picture; only an opt-out ends the candidate at once,
 * since whoever asks that a picture not be used does not mean one copy of it.
 */
export function createSettle({ now, random, hostKey, limits, isBrowserHere }: SettleParts): Settle {
  const postpone = async (
    context: StageContext,
    code: ErrorCode,
    to: Pick<Postponement, 'sourceIndex' | 'dueAtMs' | 'countsAsAttempt' | 'browser'>,
    at?: string,
  ): Promise<Settled> => {
    const { lease, dataset } = context
    const host = at ?? hostKey(lease.sources[to.sourceIndex]?.url ?? '')
    const attempts = attemptOf(context, code)
    const isHeld = await dataset.store.postpone(lease, {
      ...to,
      host,
      attempts,
      code: keptReason(lease, code),
    })
    return isHeld ? { kind: 'waiting', host, dueAtMs: to.dueAtMs } : { kind: 'lost' }
  }

  const pauseMs = (tries: number) =>
    Math.ceil(random() * Math.min(limits.backOffMostMs, limits.backOffMs * 2 ** tries))

  const queueAt = (context: StageContext, { host, waitMs }: Extract<Verdict, { kind: 'queue' }>) => {
    const { sourceIndex } = context.lease
    const to = { sourceIndex, dueAtMs: now() + waitMs, countsAsAttempt: false }
    return postpone(context, 'DOWNLOAD_HOST_BUSY', to, host)
  }

  const noWay = async (
    context: StageContext,
    verdict: Extract<Verdict, { kind: 'no-way' }>,
  ): Promise<Settled> => {
    const { lease, dataset } = context
    const { code, waitMs } = verdict
    const { sourceIndex, attempts } = lease
    if (catalogue[code].retry === 'later') {
      const countsAsAttempt = context.trip?.advice.countsAsAttempt ?? true
      if (!countsAsAttempt || attempts + 1 < limits.maxTries) {
        const dueAtMs = now() + (waitMs ?? pauseMs(attempts))
        return postpone(context, code, { sourceIndex, dueAtMs, countsAsAttempt })
      }
    }
    const next = wayAfter(context, code)
    const browser = browserAskOf(context, code, next, hostKey)
    if (next !== undefined) {
      const isWorthWaiting = browser && isBrowserHere(dataset.store.clientsOf(lease))
      const dueAtMs = now() + (isWorthWaiting ? limits.browserWaitMs : 0)
      return postpone(context, code, { sourceIndex: next, dueAtMs, countsAsAttempt: false, browser })
    }
    return giveUp(context, verdict, browser)
  }

  return (context, verdict) => {
    if (verdict.kind === 'queue') return queueAt(context, verdict)
    return verdict.kind === 'no-way' ? noWay(context, verdict) : decided(context, verdict, now)
  }
}

async function giveUp(
  context: StageContext,
  { code, facts }: Extract<Verdict, { kind: 'no-way' }>,
  browser: BrowserAsk | undefined,
): Promise<Settled> {
  const { lease, dataset, settings } = context
  const kept = code === 'DOWNLOAD_OPTED_OUT' ? code : keptReason(lease, code)
  const ways = lease.sources.slice(0, lease.sourceIndex + 1)
  const tried = ways.filter(({ kind }) => settings.accept.thumbnails || kind !== 'thumbnail').length
  const isHeld = await dataset.store.finish(lease, {
    state: outcomeOf(kept),
    code: kept,
    explanation: explain.noWay(
      kept,
      code === 'DOWNLOAD_OPTED_OUT' ? 1 : tried,
      lease.attempts + 1,
      kept === code ? facts : {},
    ),
    facts,
    sourceIndex: lease.sourceIndex,
    attempts: attemptOf(context, code),
    browser,
  })
  return { kind: isHeld ? 'ended' : 'lost' }
}

async function decided(
  context: StageContext,
  verdict: Exclude<Verdict, { kind: 'no-way' | 'queue' }>,
  now: () => number,
): Promise<Settled> {
  if (verdict.kind === 'recorded') return { kind: 'ended' }
  const { lease, dataset } = context
  try {
    const isHeld = await dataset.store.finish(lease, endOf(verdict, context))
    return { kind: isHeld ? 'ended' : 'lost' }
  } catch (error) {
    if (isAppError(error) && error.code === 'PROTOCOL_NOT_FOUND') return beginAnew(context, now)
    throw error
  }
}

function endOf(
  verdict: Extract<Verdict, { kind: 'blocked' | 'duplicate' }>,
  context: StageContext,
): CandidateEnd {
  const { imageId, explanation } = verdict
  const { sourceIndex } = context.lease
  if (verdict.kind === 'blocked') {
    const code = 'BLOCKED_REMOVED'
    const attempts = attemptOf(context, code)
    return { state: 'blocked', code, imageId, explanation, sourceIndex, attempts }
  }
  const { code, distanceBits, digest, pixelDigest, facts } = verdict
  return {
    state: 'duplicate',
    ...{ code, imageId, distanceBits, explanation, sourceIndex },
    ...(digest && { digest }),
    ...(pixelDigest && { pixelDigest }),
    facts: { ...facts },
    attempts: attemptOf(context, code),
  }
}

/** The picture it repeats was forgotten meanwhile: its collect was undone, or it may come again. */
function beginAnew({ lease, dataset }: StageContext, now: () => number): Settled {
  const isHeld = dataset.store.release(lease)
  return isHeld ? { kind: 'waiting', host: lease.host, dueAtMs: now() } : { kind: 'lost' }
}

const keptReason = ({ sourceIndex, lastCode }: LeasedCandidate, code: ErrorCode): ErrorCode =>
  sourceIndex === 0 ? code : (lastCode ?? code)
