/** Every request of the dashboard: one function per route, bodies as in `@gleaner/shared/api`. */
import type {
  Activity,
  HostOrder,
  HostPage,
  IngestSettings,
  IngestSettingsPatch,
} from '@gleaner/shared/activity'
import type {
  Affected,
  CandidatePage,
  Clients,
  DatasetDetail,
  DatasetPatch,
  ImagePage,
  NewDataset,
  Overview,
  PairingCode,
  ReasonCounts,
  RetryQuery,
  Session,
  SessionClaim,
} from '@gleaner/shared/api'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { AppError, type ErrorCode, isErrorCode } from '@gleaner/shared/errors'
import type { ImageDetail, ImageSummary } from '@gleaner/shared/image'
import type { CandidateState } from '@gleaner/shared/outcome'
import { actCalls } from './act-calls.ts'
import { duplicateCalls } from './duplicate-calls.ts'
import { type Hearer, readEvents } from './event-stream.ts'
import { exportCalls } from './export-calls.ts'
import { galleryCalls } from './gallery-calls.ts'
import { importCalls } from './import-calls.ts'
import { type Query, route, withQuery } from './paths.ts'
import { qualityCalls } from './quality-calls.ts'
import { splitCalls } from './split-calls.ts'
import { versionCalls } from './version-calls.ts'

export interface CandidateFilter {
  readonly state?: CandidateState | undefined
  readonly code?: string | undefined
  readonly classId?: number | undefined
  /** Part of a title, address or host. */
  readonly text?: string | undefined
}

export interface HostsQuestion {
  readonly order: HostOrder
  readonly text: string
  readonly isHeldBack: boolean
  readonly offset: number
  readonly limit: number
}

/** @param version - changes with the file, so that browsers may keep what they have; see {@link fileVersion} */
export const imageFileUrl = (datasetId: string, imageId: string, version?: string) =>
  withQuery(route`/api/datasets/${datasetId}/images/${imageId}/file`, { v: version })

/** Another value whenever an image got another file: an upgrade keeps the id but not the moment or the size. */
export const fileVersion = ({ storedAtMs, width, height }: ImageSummary): string =>
  `${storedAtMs.toString(36)}x${width}x${height}`

export const originalUrl = (datasetId: string, imageId: string) =>
  route`/api/datasets/${datasetId}/images/${imageId}/original`

/** Code of a refusal whose body is not one of ours. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'PROTOCOL_UNAUTHORIZED'
  if (status === 403) return 'PROTOCOL_FORBIDDEN'
  if (status === 404) return 'PROTOCOL_NOT_FOUND'
  if (status === 429) return 'PROTOCOL_RATE_LIMITED'
  return 'PROTOCOL_INTERNAL'
}

async function toError(answer: Response): Promise<AppError> {
  const body: unknown = await answer.json().catch(() => null)
  if (typeof body === 'object' && body !== null && 'code' in body && isErrorCode(body.code)) {
    return new AppError(body.code, { status: answer.status })
  }
  return new AppError(codeOfStatus(answer.status), { status: answer.status })
}

export type Api = ReturnType<typeof createApi>

/** Where the CSRF value is kept; the cookie is the browser's own affair. */
const csrfName = 'gleaner-csrf'

/**
 * @param send - `fetch` of the page
 * @param storage - `localStorage`: shared by the tabs of this origin, port included, and never sent by the browser
 * @returns one function per route; each throws an AppError: the code of the refusal, `SERVER_NOT_RUNNING` when no
 *   answer came
 */
export function createApi(send: typeof fetch, storage: Pick<Storage, 'getItem' | 'setItem'>) {
  async function ask(method: string, path: string, body?: object | Blob): Promise<Response> {
    // Read each time: another tab may have signed in anew.
    const headers: Record<string, string> = { 'x-gleaner-csrf': storage.getItem(csrfName) ?? '' }
    const isFile = body instanceof Blob
    if (body) headers['content-type'] = isFile ? 'application/octet-stream' : 'application/json'
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' }
    if (body) init.body = isFile ? body : JSON.stringify(body)
    const answer = await send(path, init).catch((cause: unknown) => {
      throw new AppError('SERVER_NOT_RUNNING', {}, { cause })
    })
    if (!answer.ok) throw await toError(answer)
    return answer
  }
  async function request<T>(method: string, path: string, body?: object | Blob): Promise<T> {
    const answer = await ask(method, path, body)
    // A 204 has no body; its callers expect nothing.
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }
  const get = <T>(path: string, query: Query = {}) => request<T>('GET', withQuery(path, query))

  return {
    claimSession: async (claim: SessionClaim) => {
      const { csrf } = await request<Session>('POST', '/api/session', claim)
      storage.setItem(csrfName, csrf)
    },
    resumeSession: () => get<void>('/api/session'),
    /** Follows the news until the stream ends; rejects when it is refused or cut. */
    followEvents: async (hearer: Hearer) => readEvents(await ask('GET', '/api/events'), hearer),
    overview: () => get<Overview>('/api/overview'),
    dataset: (id: string) => get<DatasetDetail>(route`/api/datasets/${id}`),
    createDataset: (body: NewDataset) => request<DatasetSummary>('POST', '/api/datasets', body),
    changeDataset: (id: string, body: DatasetPatch) =>
      request<DatasetDetail>('PATCH', route`/api/datasets/${id}`, body),
    images: (id: string, classId: number, cursor: string | null, limit: number) =>
      get<ImagePage>(route`/api/datasets/${id}/images`, { classId, cursor, limit }),
    image: (id: string, imageId: string) => get<ImageDetail>(route`/api/datasets/${id}/images/${imageId}`),
    removeImage: (id: string, imageId: string) =>
      request<unknown>('DELETE', route`/api/datasets/${id}/images/${imageId}`),
    reviveImage: (id: string, imageId: string) =>
      request<Affected>('POST', route`/api/datasets/${id}/images/${imageId}/revive`, {}),
    candidates: (id: string, filter: CandidateFilter, cursor: string | null, limit: number) =>
      get<CandidatePage>(route`/api/datasets/${id}/candidates`, { ...filter, cursor, limit }),
    reasons: (id: string, classId?: number) =>
      get<ReasonCounts>(route`/api/datasets/${id}/reasons`, { classId }),
    retry: (id: string, body: RetryQuery) =>
      request<Affected>('POST', route`/api/datasets/${id}/retry`, body),
    cancelWaiting: (id: string) => request<Affected>('POST', route`/api/datasets/${id}/cancel`, {}),
    hosts: ({ isHeldBack, text, ...rest }: HostsQuestion) =>
      get<HostPage>('/api/activity/hosts', {
        ...rest,
        text: text.trim(),
        show: isHeldBack ? 'held-back' : 'all',
      }),
    pause: () => request<Activity>('POST', '/api/ingest/pause', {}),
    resume: () => request<Activity>('POST', '/api/ingest/resume', {}),
    ingestSettings: () => get<IngestSettings>('/api/ingest/settings'),
    changeIngestSettings: (body: IngestSettingsPatch) =>
      request<IngestSettings>('PATCH', '/api/ingest/settings', body),
    ...duplicateCalls(get, request),
    ...actCalls(get, request),
    ...galleryCalls(get, request, path => ask('GET', path)),
    ...qualityCalls(get, request),
    ...splitCalls(get, request),
    ...versionCalls(get, request),
    ...exportCalls(get, request),
    ...importCalls(get, request, (path, query, bytes) => request('POST', withQuery(path, query), bytes)),
    openPairing: () => request<PairingCode>('POST', '/api/pairing', {}),
    closePairing: () => request<unknown>('DELETE', '/api/pairing'),
    clients: () => get<Clients>('/api/clients'),
    forgetClient: (clientId: string) => request<unknown>('DELETE', route`/api/clients/${clientId}`),
  }
}
