import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ExportFormats, ExportList, ExportRequest, ExportSummary, Preflight } from '@gleaner/shared/exports'
import { nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, Done, ExportParams, NoBody, Nothing, refusals } from '../schemas.ts'

/** Versions in the forms others read. Whoever asks is answered at once; how it goes is told by events. */
export const exportRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home, exports, log }) => {
  app.get(
    '/api/export-formats',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'The formats there are, and the options of each as a JSON schema.',
        querystring: Nothing,
        response: { 200: ExportFormats, ...refusals },
      },
    },
    async () => ({ formats: [...exports.formats()] }),
  )

  app.post(
    '/api/datasets/:datasetId/exports/preflight',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'What would be written, and what would be lost or refused, with a fix where there is one. Writes nothing.',
        params: DatasetParams,
        querystring: Nothing,
        body: ExportRequest,
        response: { 200: Preflight, ...refusals },
      },
    },
    async ({ params, body }) => exports.preflight(datasetIn(home, params).id, body),
  )

  app.get(
    '/api/datasets/:datasetId/exports',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Exports there are, were, or will be, newest first.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: ExportList, ...refusals },
      },
    },
    async ({ params }) => ({ exports: [...exports.list(datasetIn(home, params).id)] }),
  )

  app.post(
    '/api/datasets/:datasetId/exports',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Writes a version. It gets its name once it has been read back and found to be what the index says; nothing is begun where something is refused.',
        params: DatasetParams,
        querystring: Nothing,
        body: ExportRequest,
        response: { 202: ExportSummary, ...refusals },
      },
    },
    async ({ params, body, caller }, reply) => {
      const begun = await exports.begin(datasetIn(home, params).id, body, nameOf(caller))
      log.info('export-begun', {
        dataset: params.datasetId,
        export: begun.id,
        format: begun.format,
        by: nameOf(caller),
      })
      return reply.code(202).send(begun)
    },
  )

  app.post(
    '/api/datasets/:datasetId/exports/:exportId/cancel',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Stops an export that is under way or in line. Nothing of it stays.',
        params: ExportParams,
        querystring: Nothing,
        body: NoBody,
        response: { 200: ExportSummary, ...refusals },
      },
    },
    async ({ params, caller }) => {
      const cancelled = await exports.cancel(datasetIn(home, params).id, Number(params.exportId))
      log.info('export-cancelled', { dataset: params.datasetId, export: cancelled.id, by: nameOf(caller) })
      return cancelled
    },
  )

  app.delete(
    '/api/datasets/:datasetId/exports/:exportId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Takes an export away, with its folder or archive. The same version can be written again.',
        params: ExportParams,
        querystring: Nothing,
        body: NoBody,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ params, caller }, reply) => {
      await exports.remove(datasetIn(home, params).id, Number(params.exportId))
      log.info('export-deleted', {
        dataset: params.datasetId,
        export: Number(params.exportId),
        by: nameOf(caller),
      })
      return reply.code(204).send(null)
    },
  )
}
