import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DatasetStats } from '@gleaner/shared/stats'
import { datasetIn } from '../dataset-in.ts'
import { datasetStats } from '../dataset-stats.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, Nothing, refusals } from '../schemas.ts'

/** What a dataset is made of. */
export const statsRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home }) => {
  app.get(
    '/api/datasets/:datasetId/stats',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Pictures by class, origin, engine, host, licence, size and shape; room taken; acts under way.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: DatasetStats, ...refusals },
      },
    },
    async ({ params }) => datasetStats(datasetIn(home, params)),
  )
}
