import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Clients } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import type { RouteDeps } from '../route-deps.ts'
import { ClientParams, Done, NoBody, Nothing, refusals } from '../schemas.ts'

/** Paired extensions, and taking a pairing back. */
export const clientRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (
  app,
  { access: { clients }, hub },
) => {
  app.get(
    '/api/clients',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Paired extensions.',
        querystring: Nothing,
        response: { 200: Clients, ...refusals },
      },
    },
    async () => ({ clients: clients.list() }),
  )

  app.delete(
    '/api/clients/:clientId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Takes a pairing back; its token is refused from now on.',
        params: ClientParams,
        querystring: Nothing,
        body: NoBody,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ params: { clientId } }, reply) => {
      if (!clients.revoke(clientId)) throw new AppError('PROTOCOL_NOT_FOUND', { clientId })
      hub.changed()
      return reply.code(204).send(null)
    },
  )
}
