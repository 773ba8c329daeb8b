import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type BrowserBytesQuery,
  BrowserFetches,
  BrowserFetchesQuery,
  BrowserRefusal,
} from '@gleaner/shared/collect'
import { AppError, isAppError } from '@gleaner/shared/errors'
import { readFile } from '../read-file.ts'
import type { RouteDeps } from '../route-deps.ts'
import { BytesQuery, Done, FileBody, FileHeaders, Nothing, refusals } from '../schemas.ts'
import { senderOf } from '../sender-of.ts'

/** Files on their way in at a time: each is held in memory whole. */
const mostFiles = 4

/** Where hosts refuse the server, the person's own browser may fetch: what it is asked for, and what it brings. */
export const browserFetchRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { browser } = deps
  app.post(
    '/api/collect/browser-fetches',
    {
      config: { access: 'collect' },
      schema: {
        summary:
          'Pictures of one’s own batches that the browser is asked to fetch. Asking says that it is there.',
        querystring: Nothing,
        body: BrowserFetchesQuery,
        response: { 200: BrowserFetches, ...refusals },
      },
    },
    async ({ body, caller }) => browser.list(senderOf(caller), body),
  )

  app.post(
    '/api/collect/browser-fetches/refused',
    {
      config: { access: 'collect' },
      schema: {
        summary: 'Says that the browser could not get a picture either.',
        querystring: Nothing,
        body: BrowserRefusal,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ body: { code, ...way }, caller }, reply) => {
      browser.refuse(senderOf(caller), way, code)
      return reply.code(204).send(null)
    },
  )

  app.register(fileRoute, { ...deps })
}

/** In a scope of its own: here, and nowhere else, a body may be something other than JSON. */
const fileRoute: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { browser, ingest }) => {
  let filesUnderWay = 0
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/octet-stream', async (_request: unknown, body: Readable) => body)

  const take = async (clientId: string, way: BrowserBytesQuery, body: Readable, robotsTag?: string) => {
    const mostBytes = browser.mostBytes(clientId, way)
    if (!ingest.mayAccept()) throw new AppError('PROTOCOL_BUSY', { reason: 'disk-full', retryAfterS: 30 })
    if (filesUnderWay >= mostFiles) throw new AppError('PROTOCOL_BUSY', { reason: 'files', retryAfterS: 1 })
    filesUnderWay += 1
    try {
      const bytes = await readFile(body, mostBytes)
      await browser.deliver(clientId, way, { bytes, robotsTag })
    } catch (error) {
      // Asked for again, it would be as large again.
      if (isAppError(error) && error.code === 'BROWSER_FETCH_TOO_LARGE')
        browser.refuse(clientId, way, error.code)
      throw error
    } finally {
      filesUnderWay -= 1
    }
  }

  app.post(
    '/api/collect/browser-fetches/bytes',
    {
      config: { access: 'collect' },
      schema: {
        summary:
          'Brings a picture as the browser got it; the same is done with it as with what a host sends.',
        querystring: BytesQuery,
        headers: FileHeaders,
        body: FileBody,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ body, query, headers, caller }, reply) => {
      const { datasetId, candidateId, position } = query
      const way = { datasetId, candidateId: Number(candidateId), position: Number(position) }
      await take(senderOf(caller), way, body as Readable, headers['x-gleaner-robots-tag'])
      return reply.code(204).send(null)
    },
  )
}
