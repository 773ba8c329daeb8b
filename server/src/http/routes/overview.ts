import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Overview } from '@gleaner/shared/api'
import { overviewOf } from '../overview.ts'
import type { RouteDeps } from '../route-deps.ts'
import { Nothing, refusals } from '../schemas.ts'

/** Where everything stands. */
export const overviewRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  app.get(
    '/api/overview',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Where the first run, the ingest and every dataset stand.',
        querystring: Nothing,
        response: { 200: Overview, ...refusals },
      },
    },
    async () => overviewOf(deps, deps.extension.isSeen),
  )
}
