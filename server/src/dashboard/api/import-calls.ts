/** Requests about imports and recipes: one function per route, bodies as in `@gleaner/shared/imports`. */
import type {
  ImportList,
  ImportRequest,
  ImportStarted,
  ImportSummary,
  Uploaded,
} from '@gleaner/shared/imports'
import { route } from './paths.ts'

type Get = <T>(path: string) => Promise<T>
type Send = <T>(method: 'POST', path: string, body?: object) => Promise<T>
type SendBytes = <T>(path: string, bytes: Blob) => Promise<T>

export const importCalls = (get: Get, send: Send, sendBytes: SendBytes) => ({
  imports: (id: string) => get<ImportList>(route`/api/datasets/${id}/imports`),
  startImport: (body: ImportRequest) => send<ImportStarted>('POST', '/api/imports', body),
  cancelImport: (id: string, importId: number) =>
    send<ImportSummary>('POST', route`/api/datasets/${id}/imports/${importId}/cancel`, {}),
  /** Hands the server a file whose path the page cannot know. */
  upload: (file: Blob) => sendBytes<Uploaded>('/api/imports/uploads', file),
  recipe: (id: string) => get<{ readonly recipe: string }>(route`/api/datasets/${id}/recipe`),
})
