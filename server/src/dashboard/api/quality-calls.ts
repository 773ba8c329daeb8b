/** Requests about quality: one function per route, bodies as in `@gleaner/shared/quality-problems`. */
import type { QualityOverview, ThresholdChange } from '@gleaner/shared/quality-problems'
import { route } from './paths.ts'

type Get = <T>(path: string) => Promise<T>
type Send = <T>(method: 'PATCH', path: string, body?: object) => Promise<T>

export const qualityCalls = (get: Get, send: Send) => ({
  quality: (id: string) => get<QualityOverview>(route`/api/datasets/${id}/quality`),
  changeThresholds: (id: string, thresholds: ThresholdChange['thresholds']) =>
    send<QualityOverview>('PATCH', route`/api/datasets/${id}/quality/thresholds`, { thresholds }),
})
