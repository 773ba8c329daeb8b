/** Requests about duplicates: one function per route, bodies as in `@gleaner/shared/duplicates`. */
import type {
  ConflictDecision,
  ConflictPage,
  DoneAct,
  DuplicateOverview,
  GroupDecision,
  GroupDetail,
  GroupKind,
  GroupPage,
  GroupState,
} from '@gleaner/shared/duplicates'
import { type Query, route } from './paths.ts'

export interface GroupFilter {
  readonly kind?: GroupKind
  readonly state: GroupState
}

type Get = <T>(path: string, query?: Query) => Promise<T>
type Post = <T>(method: 'POST', path: string, body: object) => Promise<T>

const baseOf = (datasetId: string) => route`/api/datasets/${datasetId}/duplicates`

export const duplicateCalls = (get: Get, send: Post) => ({
  duplicates: (id: string) => get<DuplicateOverview>(baseOf(id)),
  groups: (id: string, filter: GroupFilter, cursor: string | null, limit: number) =>
    get<GroupPage>(`${baseOf(id)}/groups`, { ...filter, cursor, limit }),
  group: (id: string, groupId: number) => get<GroupDetail>(`${baseOf(id)}${route`/groups/${groupId}`}`),
  decideGroup: (id: string, groupId: number, decision: GroupDecision) =>
    send<DoneAct>('POST', `${baseOf(id)}${route`/groups/${groupId}/decision`}`, decision),
  conflicts: (id: string, cursor: string | null, limit: number) =>
    get<ConflictPage>(`${baseOf(id)}/conflicts`, { cursor, limit }),
  decideConflict: (id: string, conflictId: number, decision: ConflictDecision) =>
    send<DoneAct>('POST', `${baseOf(id)}${route`/conflicts/${conflictId}/decision`}`, decision),
  /** For a candidate that was dropped by its look. */
  notDuplicate: (id: string, candidateId: number) =>
    send<DoneAct>('POST', route`/api/datasets/${id}/candidates/${candidateId}/not-duplicate`, {}),
  undoAct: (id: string, actId: number) => send<DoneAct>('POST', `${baseOf(id)}/undo`, { actId }),
})
