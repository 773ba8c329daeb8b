import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ActPage, ActRequest, ActStep, ActSummary, EmptyTrash } from '@gleaner/shared/acts'
import { nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { ActParams, ActsQuery, DatasetParams, NoBody, Nothing, refusals } from '../schemas.ts'

const perPage = 50
const answers = { 200: ActSummary, ...refusals }

/** What a person does to pictures and classes: one history, undone and redone to any depth. */
export const actRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home, ingest, log }) => {
  /** The index says what changed by the events of the act itself. */
  const tell = (datasetId: string, event: string, act: ActSummary, by: string): ActSummary => {
    const { id, kind, state, total, done, skipped } = act
    log.info(event, { dataset: datasetId, actId: id, kind, state, total, done, skipped, by })
    ingest.wake()
    return act
  }

  app.get(
    '/api/datasets/:datasetId/acts',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'The history, newest first, or the acts that changed one picture; and what undo and redo would do.',
        params: DatasetParams,
        querystring: ActsQuery,
        response: { 200: ActPage, ...refusals },
      },
    },
    async ({ params, query: { cursor, limit, imageId } }) =>
      datasetIn(home, params).acts.page({ cursor, limit: Number(limit ?? perPage) }, imageId),
  )

  app.post(
    '/api/datasets/:datasetId/acts',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Does something to pictures or a class. Up to 200 pictures it is done when it is answered; more go on, as the events tell.',
        params: DatasetParams,
        querystring: Nothing,
        body: ActRequest,
        response: answers,
      },
    },
    async ({ params, body, caller }) => {
      const by = nameOf(caller)
      return tell(params.datasetId, 'act', await datasetIn(home, params).acts.ask(body, by), by)
    },
  )

  app.post(
    '/api/datasets/:datasetId/acts/undo',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Takes the latest act that stands back, or the one that is named. What changed since stays.',
        params: DatasetParams,
        querystring: Nothing,
        body: ActStep,
        response: answers,
      },
    },
    async ({ params, body, caller }) =>
      tell(params.datasetId, 'act-undone', await datasetIn(home, params).acts.undo(body), nameOf(caller)),
  )

  app.post(
    '/api/datasets/:datasetId/acts/redo',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Does again what was undone last, or the undone act that is named.',
        params: DatasetParams,
        querystring: Nothing,
        body: ActStep,
        response: answers,
      },
    },
    async ({ params, body, caller }) =>
      tell(params.datasetId, 'act-redone', await datasetIn(home, params).acts.redo(body), nameOf(caller)),
  )

  app.post(
    '/api/datasets/:datasetId/acts/:actId/cancel',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Stops an act that is under way. What was done until then stays, and can be undone.',
        params: ActParams,
        querystring: Nothing,
        body: NoBody,
        response: answers,
      },
    },
    async ({ params, caller }) =>
      tell(
        params.datasetId,
        'act-cancelled',
        datasetIn(home, params).acts.cancel(Number(params.actId)),
        nameOf(caller),
      ),
  )

  app.post(
    '/api/datasets/:datasetId/trash/empty',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Removes what is in the trash for good, all of it or some. Nothing brings it back.',
        params: DatasetParams,
        querystring: Nothing,
        body: EmptyTrash,
        response: answers,
      },
    },
    async ({ params, body, caller }) => {
      const by = nameOf(caller)
      return tell(
        params.datasetId,
        'trash-emptied',
        await datasetIn(home, params).acts.emptyTrash(body, by),
        by,
      )
    },
  )
}
