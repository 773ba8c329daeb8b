/** Requests about acts: one function per route, bodies as in `@gleaner/shared/acts`. */
import type { ActPage, ActRequest, ActSummary } from '@gleaner/shared/acts'
import type { Selection } from '@gleaner/shared/gallery'
import { type Query, route } from './paths.ts'

type Get = <T>(path: string, query?: Query) => Promise<T>
type Post = <T>(method: 'POST', path: string, body: object) => Promise<T>

/** `key` is made once for each wish and sent again with it after a lost answer; see {@link createActQueue}. */
interface Step {
  readonly key: string
  /** By default the latest one. */
  readonly actId?: number
}

interface Emptying {
  readonly key: string
  /** By default everything in the trash. */
  readonly of?: Selection
}

const baseOf = (datasetId: string) => route`/api/datasets/${datasetId}/acts`

export const actCalls = (get: Get, send: Post) => ({
  act: (id: string, body: ActRequest) => send<ActSummary>('POST', baseOf(id), body),
  undo: (id: string, body: Step) => send<ActSummary>('POST', `${baseOf(id)}/undo`, body),
  redo: (id: string, body: Step) => send<ActSummary>('POST', `${baseOf(id)}/redo`, body),
  cancelAct: (id: string, actId: number) =>
    send<ActSummary>('POST', `${baseOf(id)}${route`/${actId}/cancel`}`, {}),
  /** @param imageId - only what was done to this picture */
  acts: (id: string, cursor: string | null, limit: number, imageId?: string) =>
    get<ActPage>(baseOf(id), { cursor, limit, imageId }),
  emptyTrash: (id: string, body: Emptying) =>
    send<ActSummary>('POST', route`/api/datasets/${id}/trash/empty`, body),
})
