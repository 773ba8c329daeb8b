import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ServerEvent } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import type { RouteDeps } from '../route-deps.ts'
import { Nothing, refusals } from '../schemas.ts'

/** Live news as server-sent events: `data:` lines with the JSON of a `ServerEvent`. */
export const eventRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { hub }) => {
  app.get(
    '/api/events',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Live news: the overview at once and after changes, and which datasets changed.',
        querystring: Nothing,
        response: {
          200: {
            description: 'Server-sent events',
            content: { 'text/event-stream': { schema: ServerEvent } },
          },
          ...refusals,
        },
      },
    },
    (_request, reply) => {
      if (!hub.hasRoom()) throw new AppError('PROTOCOL_BUSY', { reason: 'too many dashboards are open' })
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      hub.add(reply.raw)
    },
  )
}
