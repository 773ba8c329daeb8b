import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { RouteDeps } from '../route-deps.ts'
import { Nothing, refusals } from '../schemas.ts'

/** The description of this API. */
export const openApiRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async app => {
  const description = Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1 document' })
  app.get(
    '/api/openapi.json',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'This description.',
        querystring: Nothing,
        response: { 200: description, ...refusals },
      },
    },
    async () => app.swagger(),
  )
}
