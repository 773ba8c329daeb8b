/** What a workshop behind a socket and its workers say to each other. Every job has a number; bytes stand beside the head. */
import type {
  DecodeSettings,
  FetchJob,
  FetchResult,
  ImageFailure,
  PictureFacts,
  Rendered,
} from '../../src/work/work.ts'

/** What is left for the head of a message when the bytes travel in its body. */
type WithoutBytes<T> = T extends unknown ? Omit<T, 'bytes'> : never

/** Begins a job, or asks for more of it. */
export type JobRequest =
  | { readonly kind: 'fetch'; readonly job: number; readonly what: FetchJob }
  /** With the file. */
  | { readonly kind: 'open'; readonly job: number; readonly settings: DecodeSettings }
  | { readonly kind: 'render'; readonly job: number }

export type WorkRequest =
  | JobRequest
  /** Not answered. Ends whatever the job is at. */
  | { readonly kind: 'let-go'; readonly job: number }
  /** Answered at once, whatever else is being done. */
  | { readonly kind: 'are-you-there' }

export type JobAnswer =
  | { readonly kind: 'fetched'; readonly job: number; readonly result: WithoutBytes<FetchResult> }
  | { readonly kind: 'opened'; readonly job: number; readonly facts: PictureFacts }
  | { readonly kind: 'failed'; readonly job: number; readonly failure: ImageFailure }
  | { readonly kind: 'rendered'; readonly job: number; readonly picture: WithoutBytes<Rendered> }
  /** A fault of the program. */
  | { readonly kind: 'broken'; readonly job: number; readonly reason: string }

export type WorkAnswer =
  | JobAnswer
  /** Said first: how many fetches and how many pictures it takes at a time. */
  | { readonly kind: 'ready'; readonly fetches: number; readonly pictures: number }
  | { readonly kind: 'here' }
