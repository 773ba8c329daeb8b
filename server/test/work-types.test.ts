/** What crosses to a worker is plain data by its types, too: a function, a date or a class in a job does not compile. */
import { expectTypeOf, test } from 'vitest'
import type {
  FetchJob,
  FetchResult,
  ImageFailure,
  PictureFacts,
  PictureJob,
  Rendered,
} from '../src/work/work.ts'

type Plain = string | number | boolean | null | undefined | Uint8Array

/** `T` where all of it is plain data; `never` in the place of what is not. */
type Crossing<T> = T extends Plain
  ? T
  : T extends (...given: never) => unknown
    ? never
    : T extends Date | Map<unknown, unknown> | Set<unknown> | AbortSignal | bigint | symbol
      ? never
      : { [Key in keyof T]: Crossing<T[Key]> }

type Sent = FetchJob | PictureJob
type Received = FetchResult | PictureFacts | ImageFailure | Rendered

test('jobs and results hold nothing that cannot cross', () => {
  expectTypeOf<Sent>().toExtend<Crossing<Sent>>()
  expectTypeOf<Received>().toExtend<Crossing<Received>>()
  // The check itself finds what it is there for, however deep.
  expectTypeOf<{ readonly job: FetchJob & { readonly tell: () => void } }>().not.toExtend<
    Crossing<{ readonly job: FetchJob & { readonly tell: () => void } }>
  >()
  expectTypeOf<FetchJob & { readonly signal: AbortSignal }>().not.toExtend<
    Crossing<FetchJob & { readonly signal: AbortSignal }>
  >()
})
