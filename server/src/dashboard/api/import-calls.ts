/** Requests about imports and recipes: one function per route, bodies as in `@gleaner/shared/imports`. */
import type {
  ImportList,
  ImportLook,
  ImportRequest,
  ImportSeen,
  ImportStarted,
  ImportSummary,
  Uploaded,
} from '@gleaner/shared/imports'
import { type Query, route } from './paths.ts'

type Get = <T>(path: string) => Promise<T>
type Send = <T>(method: 'POST', path: string, body?: object) => Promise<T>
type SendBytes = <T>(path: string, query: Query, bytes: Blob) => Promise<T>

/** Small enough for one request on a slow machine: a quarter of what the server takes. */
const partBytes = 8 * 1024 ** 2

export const importCalls = (get: Get, send: Send, sendBytes: SendBytes) => ({
  imports: (id: string) => get<ImportList>(route`/api/datasets/${id}/imports`),
  startImport: (body: ImportRequest) => send<ImportStarted>('POST', '/api/imports', body),
  lookThrough: (body: ImportLook) => send<ImportSeen>('POST', '/api/imports/look', body),
  cancelImport: (id: string, importId: number) =>
    send<ImportSummary>('POST', route`/api/datasets/${id}/imports/${importId}/cancel`, {}),
  undoImport: (id: string, importId: number) =>
    send<ImportSummary>('POST', route`/api/datasets/${id}/imports/${importId}/undo`, {}),
  /**
   * Hands the server a file whose path the page cannot know, part by part.
   *
   * @param onProgress - told after each part how many bytes are there
   */
  upload: async (file: Blob, onProgress: (sentBytes: number) => void): Promise<Uploaded['upload']> => {
    let upload: string | undefined
    let offset = 0
    do {
      const part = file.slice(offset, offset + partBytes)
      const taken: Uploaded = await sendBytes('/api/imports/uploads', { offset, upload }, part)
      upload = taken.upload
      offset += part.size
      onProgress(offset)
    } while (offset < file.size)
    return upload
  },
  recipe: (id: string) => get<{ readonly recipe: string }>(route`/api/datasets/${id}/recipe`),
})
