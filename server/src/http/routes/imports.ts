import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppError } from '@gleaner/shared/errors'
import {
  ImportList,
  ImportLook,
  ImportRequest,
  ImportSeen,
  ImportStarted,
  ImportSummary,
  Uploaded,
} from '@gleaner/shared/imports'
import { nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, FileBody, ImportParams, NoBody, Nothing, refusals, UploadQuery } from '../schemas.ts'

/** Pictures from elsewhere: by a path on this machine, or by what was uploaded before. */
export const importRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { home, imports, ingest, log } = deps
  app.post(
    '/api/imports',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Begins to bring pictures in. Nothing is taken unless all of it is sound; what is taken goes the way of what is collected.',
        querystring: Nothing,
        body: ImportRequest,
        response: { 202: ImportStarted, ...refusals },
      },
    },
    async ({ body, caller }, reply) => {
      if (!ingest.mayAccept()) throw new AppError('PROTOCOL_BUSY', { reason: 'disk-full', retryAfterS: 30 })
      const started = await imports.start(body, nameOf(caller))
      log.info('import-started', { dataset: started.datasetId, import: started.import.id })
      return reply.code(202).send(started)
    },
  )

  app.post(
    '/api/imports/look',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Which classes a source names, and how often; for twenty seconds at most, and nothing is taken.',
        querystring: Nothing,
        body: ImportLook,
        response: { 200: ImportSeen, ...refusals },
      },
    },
    async ({ body }) => imports.look(body),
  )

  app.get(
    '/api/datasets/:datasetId/imports',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'What was brought in, newest first, and how it fares.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: ImportList, ...refusals },
      },
    },
    async ({ params }) => ({ imports: [...(await imports.list(datasetIn(home, params).id))] }),
  )

  app.get(
    '/api/datasets/:datasetId/imports/:importId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'How an import fares.',
        params: ImportParams,
        querystring: Nothing,
        response: { 200: ImportSummary, ...refusals },
      },
    },
    async ({ params }) => imports.get(datasetIn(home, params).id, Number(params.importId)),
  )

  app.post(
    '/api/datasets/:datasetId/imports/:importId/cancel',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Takes nothing more of an import; what was taken stays.',
        params: ImportParams,
        querystring: Nothing,
        body: NoBody,
        response: { 200: ImportSummary, ...refusals },
      },
    },
    async ({ params }) => imports.cancel(datasetIn(home, params).id, Number(params.importId)),
  )

  app.post(
    '/api/datasets/:datasetId/imports/:importId/undo',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Takes an import back that has ended: what nothing else brought as well goes, in the background, and may be imported again.',
        params: ImportParams,
        querystring: Nothing,
        body: NoBody,
        response: { 202: ImportSummary, ...refusals },
      },
    },
    async ({ params, caller }, reply) =>
      reply.code(202).send(imports.undo(datasetIn(home, params).id, Number(params.importId), nameOf(caller))),
  )

  app.register(uploadRoute, { ...deps })
}

/** In a scope of its own: here a body is a part of a file. */
const uploadRoute: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { imports, ingest }) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/octet-stream', async (_request: unknown, body: Readable) => body)
  app.post(
    '/api/imports/uploads',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Keeps a part of an archive or list, at most 32 MiB, for an import: the first without `upload`, each with what was sent before as `offset`.',
        querystring: UploadQuery,
        body: FileBody,
        response: { 200: Uploaded, ...refusals },
      },
    },
    async ({ body, query: { upload, offset } }) =>
      imports.uploads.take({ upload, offset: Number(offset), body: body as Readable }, ingest.mayAccept),
  )
}
