/**
 * Decides before any handler, and before the body is read, who is asking and whether they may. Deny is the default: a
 * route is open only if its own `config.access` says so, never because of how its path looks.
 */
import { AppError } from '@gleaner/shared/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../../access/access.ts'
import { digestOf, isSameSecret } from '../../access/secret.ts'
import { isExtensionOrigin, mayAsk, ownOrigin } from './sender.ts'
import { isShellPath } from './shell-path.ts'

/** Who may call a route: anybody, paired extensions (and the owner), or the owner alone. */
export type RouteAccess = 'public' | 'collect' | 'owner'

/** Who is asking. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'client'; readonly clientId: string; readonly origin: string | null }
  | { readonly kind: 'owner'; readonly by: 'token' }
  | { readonly kind: 'owner'; readonly by: 'session'; readonly csrfDigest: string }

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
    /** Reached by extensions before they are paired. */
    greetsExtensions?: true
    /** Part of the constant page that holds the dashboard. */
    isShell?: true
    /**
     * A file that the browser itself fetches, for a picture in a page or for saving: no script can add a header there,
     * so the session's cookie opens it without the CSRF value. Never for JSON.
     */
    isPictureFile?: true
  }
  interface FastifyRequest {
    caller: Caller
  }
}

const nobody: Caller = { kind: 'nobody' }

/** Adds the hook; routes registered before this call are not covered, so it comes first. */
export function addAuth(app: FastifyInstance, access: Access): void {
  app.decorateRequest('caller')
  app.addHook('onRequest', async (request, reply) => {
    request.caller = identify(request, access)
    const mayRead = allowReading(request, reply, access)
    if (mayRead && request.method === 'OPTIONS') return answerPreflight(reply)
    judgeSender(request)
    judgeCaller(request)
  })
}

/** Lines of a header as they were received: duplicates count, unlike in `request.headers`. */
function linesOf({ raw: { rawHeaders } }: FastifyRequest, name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}

/** Name of the session cookie. Cookies ignore ports, so the name holds it. */
export function cookieName(host: string): string {
  return `gleaner-${host.slice(host.lastIndexOf(':') + 1)}`
}

function identify(request: FastifyRequest, access: Access): Caller {
  const authorizations = linesOf(request, 'authorization')
  if (authorizations.length > 0) return identifyBearer(authorizations, access)
  const name = `${cookieName(hostOf(request))}=`
  const cookies = linesOf(request, 'cookie').flatMap(line => line.split(';').map(pair => pair.trim()))
  const ours = cookies.filter(pair => pair.startsWith(name)).map(pair => pair.slice(name.length))
  const csrfDigest = ours.length === 1 && ours[0] ? access.sessions.csrfDigestOf(ours[0]) : undefined
  return csrfDigest === undefined ? nobody : { kind: 'owner', by: 'session', csrfDigest }
}

function identifyBearer(authorizations: readonly string[], access: Access): Caller {
  const token = authorizations.length === 1 ? /^Bearer ([0-9a-f]{64})$/.exec(authorizations[0] ?? '') : null
  const bearer = token?.[1] === undefined ? undefined : access.byToken(token[1])
  if (!bearer) return nobody
  if (bearer.kind === 'owner') return { kind: 'owner', by: 'token' }
  return { kind: 'client', clientId: bearer.client.id, origin: bearer.client.origin }
}

const hostOf = (request: FastifyRequest) => request.headers.host ?? ''

/** Lets a paired extension read the answer where the browser asks for leave. Nobody else gets a CORS header. */
function allowReading(request: FastifyRequest, reply: FastifyReply, access: Access): boolean {
  const [origin, ...more] = linesOf(request, 'origin')
  if (origin === undefined || more.length > 0) return false
  if (!isExtensionOrigin(origin) || !access.clients.hasOrigin(origin)) return false
  reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
  return true
}

function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .header('access-control-allow-methods', 'POST')
    .header('access-control-allow-headers', 'authorization, content-type, x-gleaner-robots-tag')
    .send()
}

function routeOf(request: FastifyRequest) {
  const config = request.routeOptions.config
  const isShell = request.is404 ? isShellPath(request) : config.isShell === true
  return {
    access: request.is404 && isShell ? 'public' : (config.access ?? 'owner'),
    greetsExtensions: config.greetsExtensions === true,
    isShell,
  }
}

/** @throws AppError `PROTOCOL_FORBIDDEN`; `PROTOCOL_UNAUTHORIZED` for an extension whose token is no longer good */
function judgeSender(request: FastifyRequest): void {
  const { caller, headers } = request
  const route = routeOf(request)
  const origins = linesOf(request, 'origin')
  const isTopLevel = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  const isNavigation = request.method === 'GET' && isTopLevel
  const sender = {
    host: hostOf(request),
    origins,
    site: linesOf(request, 'sec-fetch-site').join(),
    isNavigation,
    boundOrigin: caller.kind === 'client' ? caller.origin : null,
  }
  if (mayAsk(sender, route)) return
  const isUnpaired = caller.kind === 'nobody' && origins.length === 1 && isExtensionOrigin(origins[0] ?? '')
  throw new AppError(isUnpaired && route.access !== 'public' ? 'PROTOCOL_UNAUTHORIZED' : 'PROTOCOL_FORBIDDEN')
}

/** @throws AppError `PROTOCOL_UNAUTHORIZED`, `PROTOCOL_FORBIDDEN` */
function judgeCaller(request: FastifyRequest): void {
  const { caller } = request
  const { access } = routeOf(request)
  if (access === 'public') return
  if (caller.kind === 'nobody') throw new AppError('PROTOCOL_UNAUTHORIZED')
  if (caller.kind === 'client' && access !== 'collect') throw new AppError('PROTOCOL_FORBIDDEN')
  if (caller.kind === 'owner' && caller.by === 'session') judgeSession(request, caller.csrfDigest)
}

/**
 * A cookie travels with requests the dashboard did not make, and to whatever listens on other ports of this machine. So
 * it never suffices for data: the CSRF value must stand beside it, which only the dashboard's own origin can read.
 *
 * @throws AppError `PROTOCOL_FORBIDDEN` for another sender, `PROTOCOL_UNAUTHORIZED` without the right value
 */
function judgeSession(request: FastifyRequest, csrfDigest: string): void {
  const { headers, method } = request
  const isRead = method === 'GET'
  const isOurs = isRead || headers.origin === ownOrigin(hostOf(request))
  if (headers['sec-fetch-site'] !== 'same-origin' || !isOurs) throw new AppError('PROTOCOL_FORBIDDEN')
  if (isRead && request.routeOptions.config.isPictureFile) return
  const csrf = headers['x-gleaner-csrf']
  if (typeof csrf !== 'string' || !isSameSecret(digestOf(csrf), csrfDigest)) {
    throw new AppError('PROTOCOL_UNAUTHORIZED')
  }
}
