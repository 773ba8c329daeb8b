import type { Activity } from '@gleaner/shared/activity'
import { catalogue, isAppError, isErrorCode } from '@gleaner/shared/errors'
import type { CandidateState } from '@gleaner/shared/outcome'
import { formatNoun } from './format.ts'

/** What happened and what to do about it. */
export interface Reason {
  readonly say: string
  readonly hint: string
}

/** Sentence and hint of a code; a code of a later version stands for itself. */
export function reasonOf(code: string): Reason {
  return isErrorCode(code) ? catalogue[code] : { say: code, hint: '' }
}

export function reasonOfError(error: unknown): Reason {
  return reasonOf(isAppError(error) ? error.code : 'PROTOCOL_INTERNAL')
}

/** States whose candidates a person may send back into the queue. */
const retriable: ReadonlySet<CandidateState> = new Set(['rejected', 'opted_out', 'failed', 'cancelled'])
/** A stored thumbnail keeps its place while its original is tried again; what was undone comes back by a new collect only. */
export const isRetriable = (state: CandidateState, code: string | null): boolean =>
  (retriable.has(state) && code !== 'CANCELLED_UNDONE') || (state === 'stored' && code === 'STORED_THUMBNAIL')

/** Why the ingest does what it does, in plain words. */
export const idleReasonWords: Readonly<Record<Activity['reason'], Reason>> = {
  working: { say: 'Collecting', hint: 'Pictures are being fetched, checked and filed.' },
  'nothing-queued': {
    say: 'Ready',
    hint: 'Nothing is waiting. Collect from a results page, and it starts at once.',
  },
  'hosts-backing-off': {
    say: 'Waiting for hosts',
    hint: 'The hosts that are left asked for a pause or failed just now. They are tried again by themselves.',
  },
  'network-down': {
    say: 'No network',
    hint: 'No host can be reached. Collecting goes on by itself once the network is back.',
  },
  'disk-full': {
    say: 'Disk full',
    hint: 'The disk has too little room left. Free some space; collecting goes on by itself.',
  },
  paused: {
    say: 'Paused by you',
    hint: 'What you collect still waits in line. Nothing more is fetched until you resume.',
  },
  'no-rights': {
    say: 'Folder not writable',
    hint: 'A folder of Gleaner is gone or closed to it. Give it back; collecting goes on by itself.',
  },
  'bandwidth-cap': {
    say: 'Collecting as fast as you allow',
    hint: 'The bandwidth cap holds downloads back. Raise or lift it in the server settings.',
  },
  'waiting-for-browser': {
    say: 'Waiting for your browser',
    hint: 'The hosts that are left refuse the server. Your browser is asked; after two minutes thumbnails stand in.',
  },
  stopping: { say: 'Stopping', hint: 'The server is shutting down. What waits is kept for the next start.' },
}

/** What goes on in spite of a pause, and what waits. */
export function pausedWords({ queued, inHand }: Pick<Activity, 'queued' | 'inHand'>): string {
  const underWay = inHand === 0 ? '' : ` ${formatNoun(inHand, 'picture')} under way will be finished.`
  const waiting = queued === 0 ? 'Nothing waits' : `${formatNoun(queued, 'picture')} in line`
  return `${waiting}; nothing more is fetched until you resume.${underWay}`
}
