/** What any table of questions is made of, and how an answer crosses: errors as codes, for classes do not. */
import type { ErrorCode, Facts } from '@gleaner/shared/errors'

export type Answer<T> =
  | { readonly isOk: true; readonly answer: T }
  | { readonly isOk: false; readonly code: ErrorCode; readonly facts: Facts }

export type Table = { readonly [name: string]: { ask: unknown; answer: unknown } }
export type Handlers<T extends Table, Context = void> = {
  readonly [N in keyof T]: (ask: T[N]['ask'], context: Context) => Promise<T[N]['answer']>
}
