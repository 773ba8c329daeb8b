/** Requests about exports: one function per route, bodies as in `@gleaner/shared/exports`. */
import type {
  ExportFormats,
  ExportList,
  ExportRequest,
  ExportSummary,
  Preflight,
} from '@gleaner/shared/exports'
import { route } from './paths.ts'

type Get = <T>(path: string) => Promise<T>
type Send = <T>(method: 'POST' | 'DELETE', path: string, body?: object) => Promise<T>

export const exportCalls = (get: Get, send: Send) => ({
  exportFormats: () => get<ExportFormats>('/api/export-formats'),
  exports: (id: string) => get<ExportList>(route`/api/datasets/${id}/exports`),
  preflight: (id: string, body: ExportRequest) =>
    send<Preflight>('POST', route`/api/datasets/${id}/exports/preflight`, body),
  startExport: (id: string, body: ExportRequest) =>
    send<ExportSummary>('POST', route`/api/datasets/${id}/exports`, body),
  cancelExport: (id: string, exportId: number) =>
    send<ExportSummary>('POST', route`/api/datasets/${id}/exports/${exportId}/cancel`, {}),
  deleteExport: (id: string, exportId: number) =>
    send<unknown>('DELETE', route`/api/datasets/${id}/exports/${exportId}`),
})
