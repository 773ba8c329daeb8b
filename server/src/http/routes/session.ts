import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Session, SessionClaim } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import { sessionLifeMs } from '../../access/sessions.ts'
import { cookieName } from '../plugins/auth.ts'
import type { RouteDeps } from '../route-deps.ts'
import { Done, NoBody, Nothing, refusals } from '../schemas.ts'

/** How the dashboard signs in: a single-use code from the fragment of its link becomes a cookie and a CSRF value. */
export const sessionRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { access: { sessions } }) => {
  app.post(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        summary:
          'Signs the dashboard in with the code from its link; the only answer that holds the CSRF value.',
        querystring: Nothing,
        body: SessionClaim,
        response: { 200: Session, ...refusals },
      },
    },
    async ({ body, headers }, reply) => {
      const session = sessions.openWith(body.code)
      if (!session) throw new AppError('PROTOCOL_UNAUTHORIZED')
      const life = `Max-Age=${sessionLifeMs / 1000}`
      const name = cookieName(headers.host ?? '')
      reply.header('set-cookie', `${name}=${session.cookie}; Path=/; ${life}; HttpOnly; SameSite=Strict`)
      return { csrf: session.csrf }
    },
  )

  app.get(
    '/api/session',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Confirms that the cookie and the CSRF value of a dashboard are still good.',
        querystring: Nothing,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ caller }, reply) => {
      if (caller.kind !== 'owner' || caller.by !== 'session') throw new AppError('PROTOCOL_FORBIDDEN')
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/session/link',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Makes a code that signs a dashboard in once.',
        querystring: Nothing,
        body: NoBody,
        response: { 200: SessionClaim, ...refusals },
      },
    },
    async () => ({ code: sessions.issueLink() }),
  )
}
