import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppError } from '@gleaner/shared/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { RouteDeps } from '../route-deps.ts'

/** Query strings of the shell are the dashboard's own business. */
const AnyQuery = Type.Object({}, { additionalProperties: true })
const AnyFile = Type.Object({ '*': Type.String({ maxLength: 128 }) })
const RootFile = Type.Object({ file: Type.String({ maxLength: 64 }) })

/** The one page of the dashboard. @throws AppError `PROTOCOL_NOT_FOUND` when it has not been built */
export function sendShell(
  request: FastifyRequest,
  reply: FastifyReply,
  dashboardFolder: string,
): FastifyReply {
  const { hostname, port } = new URL(`http://${request.headers.host}`)
  // `localhost` is another site to a browser: cookies and storage would not be shared. One address, then.
  if (hostname !== '127.0.0.1') return reply.redirect(`http://127.0.0.1:${port}${request.url}`, 307)
  if (!existsSync(join(dashboardFolder, 'index.html'))) throw new AppError('PROTOCOL_NOT_FOUND')
  return reply.sendFile('index.html', dashboardFolder, { cacheControl: false })
}

/**
 * The built dashboard: constant files without data, the only thing a browser gets without a credential. Pages that the
 * dashboard routes itself arrive at the not-found handler and get {@link sendShell} too.
 */
export const shellRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (
  app,
  { config: { dashboardFolder } },
) => {
  app.get(
    '/',
    { config: { access: 'public', isShell: true }, schema: { hide: true, querystring: AnyQuery } },
    (request, reply) => sendShell(request, reply, dashboardFolder),
  )

  app.get(
    '/assets/*',
    {
      config: { access: 'public', isShell: true },
      schema: { hide: true, params: AnyFile, querystring: AnyQuery },
    },
    ({ params }, reply) => {
      reply.header('cache-control', 'public, max-age=31536000, immutable') // names hold a digest of the content
      return reply.sendFile(params['*'], join(dashboardFolder, 'assets'), { cacheControl: false })
    },
  )

  app.get(
    '/:file(^[a-z0-9-]+\\.(?:svg|png|ico|webmanifest)$)',
    {
      config: { access: 'public', isShell: true },
      schema: { hide: true, params: RootFile, querystring: AnyQuery },
    },
    ({ params }, reply) => reply.sendFile(params.file, dashboardFolder, { cacheControl: false }),
  )
}
