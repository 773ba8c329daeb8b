import type { CandidateSource } from '@gleaner/shared/candidate'
import type { Brought } from '../../store/types.ts'
import type { FetchedFile, FetchFailure } from '../../work/work.ts'
import type { Stage } from '../stage.ts'
import { stop } from '../stage.ts'
import type { Visit } from '../visit.ts'

export interface Fetched {
  readonly file: FetchedFile
}

export interface FetchStageParts {
  readonly visit: Visit
  readonly now: () => number
}

/**
 * Gets the bytes of one way to the picture: those kept from an earlier time, those the person's browser brought, or else
 * from the host. Nothing about them is believed yet.
 */
export const createFetchStage = ({ visit, now }: FetchStageParts): Stage<CandidateSource, Fetched> => ({
  name: 'fetch',
  run: async (source, context) => {
    const { accept } = context.settings
    const { landingUrl } = context.lease
    const kept = await context.dataset.store.keptOriginal(context.lease)
    if (kept) {
      context.leaveHost?.({ kind: 'aborted' })
      return { file: { ...kept, ...nothingAsked, finalUrl: source.url } }
    }
    if (source.kind === 'thumbnail' && !accept.thumbnails) {
      return stop({ kind: 'no-way', code: 'IMAGE_ONLY_THUMBNAIL', facts: {} })
    }
    const brought = await context.dataset.store.broughtByBrowser(context.lease)
    if (context.dataset.store.isBroughtFile(context.lease)) {
      context.leaveHost?.({ kind: 'aborted' })
      // Never asked of a host, whatever the import said where it is from: that is hearsay.
      if (brought?.kind !== 'bytes') return stop({ kind: 'no-way', code: 'IMPORT_FILE_GONE', facts: {} })
      return { file: { ...brought, ...nothingAsked, finalUrl: source.url } }
    }
    if (brought) {
      context.leaveHost?.({ kind: 'aborted' })
      const answer = answerOf(brought, source)
      const trip = { startedAtMs: brought.atMs, answer, advice: { countsAsAttempt: true, restMs: 0 } }
      context.trip = { ...trip, isFromBrowser: true }
      return answer.kind === 'fetched' ? { file: answer } : stop(noWay(answer))
    }
    const startedAtMs = now()
    const job = {
      url: source.url,
      maxBytes: accept.maxFileMiB * 1024 * 1024,
      honourOptOut: context.settings.honourOptOut,
      ...(context.settings.sendReferer && landingUrl ? { landingUrl } : {}),
    }
    const end = await visit(job, {
      signal: context.signal,
      startedFor: context.lease.host,
      leave: context.leaveHost,
      honourRobots: context.settings.honourRobots,
    })
    if (end.kind === 'queue') return stop(end)
    const { answer, advice } = end
    context.trip = { startedAtMs, answer, advice, isFromBrowser: false }
    return answer.kind === 'fetched' ? { file: answer } : stop(noWay(answer))
  },
})

const nothingAsked = { kind: 'fetched', hops: [], contentType: null, tookMs: 0 } as const

/** What the browser brought, in the form of a host's answer. */
function answerOf(brought: Brought, source: CandidateSource): FetchedFile | FetchFailure {
  if (brought.kind === 'bytes') {
    const { bytes, digest } = brought
    return { ...nothingAsked, bytes, digest, finalUrl: source.url }
  }
  const failed = { kind: 'failed', hops: [], tookMs: 0 } as const
  return brought.kind === 'opt-out'
    ? { ...failed, code: 'DOWNLOAD_OPTED_OUT', facts: { directive: brought.directive } }
    : { ...failed, code: 'BROWSER_FETCH_FAILED', facts: {} }
}

const noWay = ({ code, facts, retryAfterMs }: FetchFailure) => ({
  kind: 'no-way' as const,
  code,
  facts,
  ...(retryAfterMs === undefined ? {} : { waitMs: retryAfterMs }),
})
