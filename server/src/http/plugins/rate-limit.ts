import rateLimit from '@fastify/rate-limit'
import { AppError } from '@gleaner/shared/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Requests a minute, by who asks. The gallery asks once a picture, so the owner has plenty. */
export interface RateLimits {
  readonly nobody: number
  readonly client: number
  readonly owner: number
}

export const defaultRateLimits: RateLimits = { nobody: 300, client: 900, owner: 20_000 }

/** Counts requests by credential, after authentication. Must be registered before the routes. */
export function addRateLimit(app: FastifyInstance, limits: RateLimits): void {
  app.register(rateLimit, {
    timeWindow: 60_000,
    cache: 1000,
    max: ({ caller }: FastifyRequest) => limits[caller.kind],
    keyGenerator: ({ caller }) => (caller.kind === 'client' ? caller.clientId : caller.kind),
    allowList: ({ routeOptions }) => routeOptions.config.isShell === true,
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: (_request, { ttl }) =>
      new AppError('PROTOCOL_RATE_LIMITED', { retryAfterS: Math.max(1, Math.ceil(ttl / 1000)) }),
  })
}
