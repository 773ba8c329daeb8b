/** Requests about versions: one function per route, bodies as in `@gleaner/shared/versions`. */
import type {
  NewVersion,
  VersionDiff,
  VersionList,
  VersionPatch,
  VersionSummary,
} from '@gleaner/shared/versions'
import { type Query, route } from './paths.ts'

type Get = <T>(path: string, query?: Query) => Promise<T>
type Send = <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<T>

export const versionCalls = (get: Get, send: Send) => ({
  versions: (id: string) => get<VersionList>(route`/api/datasets/${id}/versions`),
  createVersion: (id: string, body: NewVersion) =>
    send<VersionSummary>('POST', route`/api/datasets/${id}/versions`, body),
  changeVersion: (id: string, versionId: number, body: VersionPatch) =>
    send<VersionSummary>('PATCH', route`/api/datasets/${id}/versions/${versionId}`, body),
  deleteVersion: (id: string, versionId: number) =>
    send<unknown>('DELETE', route`/api/datasets/${id}/versions/${versionId}`),
  versionDiff: (id: string, from: number, to: number, cursor: string | null) =>
    get<VersionDiff>(route`/api/datasets/${id}/versions/${from}/diff/${to}`, { cursor }),
})
