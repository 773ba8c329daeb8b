import type { FastifyRequest } from 'fastify'

/**
 * Whether an unrouted request is a page of the dashboard, which makes its own routes: a plain path, asked for as HTML.
 * Anything encoded, doubled or dotted is not, so that no spelling of an API path is ever answered without credentials.
 */
export function isShellPath({ method, url, headers }: Pick<FastifyRequest, 'method' | 'url' | 'headers'>) {
  const [path = ''] = url.split('?')
  const isPlain = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/|$))*$/.test(path)
  const isTaken = /^\/(?:api|assets|health)(?:\/|$)/i.test(path)
  return method === 'GET' && isPlain && !isTaken && (headers.accept ?? '').includes('text/html')
}
