import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NewView, SavedView } from '@gleaner/shared/gallery'
import { Type } from 'typebox'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, Done, NoBody, Nothing, refusals, ViewParams } from '../schemas.ts'

/** Filters a person gave a name. */
export const viewRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home, hub }) => {
  app.get(
    '/api/datasets/:datasetId/views',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Filters that were saved, in order of their names.',
        params: DatasetParams,
        querystring: Nothing,
        response: {
          200: Type.Object({ views: Type.Array(SavedView) }, { additionalProperties: false }),
          ...refusals,
        },
      },
    },
    async ({ params }) => ({ views: [...datasetIn(home, params).views.list()] }),
  )

  app.post(
    '/api/datasets/:datasetId/views',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Saves a filter and its order by a name, in the place of what had that name.',
        params: DatasetParams,
        querystring: Nothing,
        body: NewView,
        response: { 201: SavedView, ...refusals },
      },
    },
    async ({ params, body }, reply) => {
      const dataset = datasetIn(home, params)
      const view = dataset.views.save(body)
      hub.changed(dataset.id)
      return reply.code(201).send(view)
    },
  )

  app.delete(
    '/api/datasets/:datasetId/views/:viewId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Forgets a saved filter; pictures stay as they are.',
        params: ViewParams,
        querystring: Nothing,
        body: NoBody,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ params }, reply) => {
      const dataset = datasetIn(home, params)
      dataset.views.remove(Number(params.viewId))
      hub.changed(dataset.id)
      return reply.code(204).send(null)
    },
  )
}
