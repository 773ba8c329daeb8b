import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  Batch,
  LookupAnswer,
  LookupQuery,
  Progress,
  ProgressQuery,
  Receipt,
  UndoAnswer,
  UndoQuery,
  Vocabulary,
} from '@gleaner/shared/collect'
import { takeBatch, undoBatches } from '../intake.ts'
import type { RouteDeps } from '../route-deps.ts'
import { NoBody, Nothing, refusals } from '../schemas.ts'
import { senderOf } from '../sender-of.ts'

/** All that a paired extension may do: learn the names to choose from, hand over batches and take them back, ask how they fare. */
export const collectRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { home } = deps

  app.post(
    '/api/collect/vocabulary',
    {
      config: { access: 'collect' },
      schema: {
        summary: 'Names of the datasets and classes to choose from.',
        querystring: Nothing,
        body: NoBody,
        response: { 200: Vocabulary, ...refusals },
      },
    },
    async () => ({
      datasets: home.datasets().map(dataset => {
        const { id, name, classes } = dataset.summary()
        return { id, name, classes: classes.map(({ label, images, goal }) => ({ label, images, goal })) }
      }),
    }),
  )

  app.post(
    '/api/collect/batches',
    {
      config: { access: 'collect' },
      schema: {
        summary: 'Takes a batch durably; the same batch always gets the same receipt.',
        querystring: Nothing,
        body: Batch,
        response: { 202: Receipt, ...refusals },
      },
    },
    async ({ body, caller }, reply) => reply.code(202).send(takeBatch(deps, senderOf(caller), body)),
  )

  app.post(
    '/api/collect/undo',
    {
      config: { access: 'collect' },
      schema: {
        summary: 'Takes back what batches of one’s own brought; files go in the background.',
        querystring: Nothing,
        body: UndoQuery,
        response: { 200: UndoAnswer, ...refusals },
      },
    },
    async ({ body, caller }) => undoBatches(deps, senderOf(caller), body.batchIds),
  )

  app.post(
    '/api/collect/progress',
    {
      config: { access: 'collect' },
      schema: {
        summary: 'How the candidates of one’s own batches fare.',
        querystring: Nothing,
        body: ProgressQuery,
        response: { 200: Progress, ...refusals },
      },
    },
    async ({ body, caller }) => ({ counts: home.progress(senderOf(caller), body.batchIds) }),
  )

  app.post(
    '/api/collect/lookup',
    {
      config: { access: 'collect' },
      schema: {
        summary: 'What a dataset knows of some addresses.',
        querystring: Nothing,
        body: LookupQuery,
        response: { 200: LookupAnswer, ...refusals },
      },
    },
    async ({ body }) => ({
      known: home.byName(body.dataset)?.lookup(body.urls) ?? body.urls.map(() => null),
    }),
  )

  app.post(
    '/api/import',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Takes a batch of the owner’s, as if an extension had sent it.',
        querystring: Nothing,
        body: Batch,
        response: { 202: Receipt, ...refusals },
      },
    },
    async ({ body, caller }, reply) => reply.code(202).send(takeBatch(deps, senderOf(caller), body)),
  )
}
