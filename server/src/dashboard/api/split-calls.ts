/** Requests about splits: one function per route, bodies as in `@gleaner/shared/splits`. */
import type {
  AssignSplits,
  ChosenGroup,
  ChosenGroups,
  KeepTogether,
  PinSplit,
  SplitDiff,
  SplitState,
} from '@gleaner/shared/splits'
import { route } from './paths.ts'

type Get = <T>(path: string) => Promise<T>
type Send = <T>(method: 'POST' | 'DELETE', path: string, body?: object) => Promise<T>

export const splitCalls = (get: Get, send: Send) => ({
  splits: (id: string) => get<SplitState>(route`/api/datasets/${id}/splits`),
  assignSplits: (id: string, body: AssignSplits) =>
    send<SplitDiff>('POST', route`/api/datasets/${id}/splits`, body),
  pinSplit: (id: string, body: PinSplit) =>
    send<SplitState>('POST', route`/api/datasets/${id}/splits/pin`, body),
  chosenGroups: (id: string) => get<ChosenGroups>(route`/api/datasets/${id}/splits/together`),
  keepTogether: (id: string, body: KeepTogether) =>
    send<ChosenGroup>('POST', route`/api/datasets/${id}/splits/together`, body),
  letApart: (id: string, groupId: number) =>
    send<unknown>('DELETE', route`/api/datasets/${id}/splits/together/${groupId}`),
})
