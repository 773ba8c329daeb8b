/** What the server and the thread of a gallery's memory say to each other. */
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import type { Question } from './questions.ts'

export interface ThreadData {
  /** Of the index. */
  readonly path: string
  readonly epoch: string
  readonly life: SharedArrayBuffer
}

export type Sent = Question & { readonly id: number }
export type ToThread = Sent | { readonly name: 'close' }

export type FromThread =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: { readonly code: ErrorCode; readonly facts: Facts } | string }
