import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Affected, CandidatePage, ReasonCounts, RetryQuery } from '@gleaner/shared/api'
import { DoneAct } from '@gleaner/shared/duplicates'
import { AppError } from '@gleaner/shared/errors'
import { type CandidateState, candidateStates } from '@gleaner/shared/outcome'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import {
  CandidateParams,
  CandidatesQuery,
  DatasetParams,
  NoBody,
  Nothing,
  ReasonsQuery,
  refusals,
} from '../schemas.ts'

const perPage = 100

const isState = (text: string): text is CandidateState => candidateStates.some(state => state === text)

function stateNamed(text: string | undefined): CandidateState | undefined {
  if (text === undefined || isState(text)) return text
  throw new AppError('PROTOCOL_INVALID', { part: 'querystring', at: '/state', rule: 'must be a state' })
}

const rowId = (text: string | undefined) => (text === undefined ? undefined : Number(text))

/** What became of every candidate, and trying again. */
export const candidateRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (
  app,
  { home, hub, ingest, rules },
) => {
  app.get(
    '/api/datasets/:datasetId/candidates',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Candidates with their outcomes and reasons, last changed first.',
        params: DatasetParams,
        querystring: CandidatesQuery,
        response: { 200: CandidatePage, ...refusals },
      },
    },
    async ({ params, query }) => {
      const { code, text, cursor, limit } = query
      const filter = { state: stateNamed(query.state), code, classId: rowId(query.classId), text }
      return datasetIn(home, params).candidates(filter, { cursor, limit: Number(limit ?? perPage) })
    },
  )

  app.get(
    '/api/datasets/:datasetId/reasons',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'How many candidates ended, or wait, for each reason.',
        params: DatasetParams,
        querystring: ReasonsQuery,
        response: { 200: ReasonCounts, ...refusals },
      },
    },
    async ({ params, query }) => datasetIn(home, params).reasons(rowId(query.classId)),
  )

  app.post(
    '/api/datasets/:datasetId/retry',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Puts candidates back into the queue.',
        params: DatasetParams,
        querystring: Nothing,
        body: RetryQuery,
        response: { 200: Affected, ...refusals },
      },
    },
    async ({ params, body }) => {
      const dataset = datasetIn(home, params)
      const affected = dataset.retry(body, rules)
      ingest.wake()
      hub.changed(dataset.id)
      return { affected }
    },
  )

  app.post(
    '/api/datasets/:datasetId/candidates/:candidateId/not-duplicate',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Says that a candidate dropped by its look is no copy: it is fetched again and kept.',
        params: CandidateParams,
        querystring: Nothing,
        body: NoBody,
        response: { 200: DoneAct, ...refusals },
      },
    },
    async ({ params }) => {
      const dataset = datasetIn(home, params)
      const done = await dataset.duplicates.notDuplicate(Number(params.candidateId))
      ingest.wake()
      hub.changed(dataset.id)
      return done
    },
  )

  app.post(
    '/api/datasets/:datasetId/cancel',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Ends what is queued, of one class or of all.',
        params: DatasetParams,
        querystring: ReasonsQuery,
        body: NoBody,
        response: { 200: Affected, ...refusals },
      },
    },
    async ({ params, query }) => {
      const dataset = datasetIn(home, params)
      const affected = dataset.cancelQueued(rowId(query.classId))
      ingest.wake()
      hub.changed(dataset.id)
      return { affected }
    },
  )
}
