import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NewVersion, VersionDiff, VersionList, VersionPatch, VersionSummary } from '@gleaner/shared/versions'
import { byOf, nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import {
  DatasetParams,
  DiffQuery,
  Done,
  NoBody,
  Nothing,
  refusals,
  VersionParams,
  VersionsParams,
} from '../schemas.ts'

const perPage = 200

/** What a dataset was at some moment, for good. */
export const versionRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { home } = deps
  app.get(
    '/api/datasets/:datasetId/versions',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Versions, newest first.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: VersionList, ...refusals },
      },
    },
    async ({ params }) => ({ versions: [...(await datasetIn(home, params).versions.list())] }),
  )

  app.get(
    '/api/datasets/:datasetId/versions/:versionId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'One version, with its certificate.',
        params: VersionParams,
        querystring: Nothing,
        response: { 200: VersionSummary, ...refusals },
      },
    },
    async ({ params }) => datasetIn(home, params).versions.summary(Number(params.versionId)),
  )

  app.get(
    '/api/datasets/:datasetId/versions/:fromId/diff/:toId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'What became of pictures from one version to another; counts of all, pictures page by page.',
        params: VersionsParams,
        querystring: DiffQuery,
        response: { 200: VersionDiff, ...refusals },
      },
    },
    async ({ params, query: { cursor, limit } }) =>
      datasetIn(home, params).versions.diff(Number(params.fromId), Number(params.toId), {
        after: cursor,
        limit: Number(limit ?? perPage),
      }),
  )

  app.register(changeRoutes, deps)
}

const changeRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home, hub, log }) => {
  app.post(
    '/api/datasets/:datasetId/versions',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Makes a version of what is held now. Copies no pixels.',
        params: DatasetParams,
        querystring: Nothing,
        body: NewVersion,
        response: { 201: VersionSummary, ...refusals },
      },
    },
    async ({ params, body, caller }, reply) => {
      const dataset = datasetIn(home, params)
      const version = await dataset.versions.create(body, nameOf(caller))
      const { id: versionId, images, digest } = version
      log.info('version-made', { dataset: dataset.id, versionId, images, digest, by: byOf(caller) })
      hub.changed(dataset.id)
      return reply.code(201).send(version)
    },
  )

  app.patch(
    '/api/datasets/:datasetId/versions/:versionId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Gives a version another name or description; nothing else of it ever changes.',
        params: VersionParams,
        querystring: Nothing,
        body: VersionPatch,
        response: { 200: VersionSummary, ...refusals },
      },
    },
    async ({ params, body }) => {
      const dataset = datasetIn(home, params)
      const version = await dataset.versions.describe(Number(params.versionId), body)
      hub.changed(dataset.id)
      return version
    },
  )

  app.delete(
    '/api/datasets/:datasetId/versions/:versionId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Forgets a version for good; pictures and exports stay as they are.',
        params: VersionParams,
        querystring: Nothing,
        body: NoBody,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ params, caller }, reply) => {
      const dataset = datasetIn(home, params)
      await dataset.versions.remove(Number(params.versionId))
      log.info('version-removed', { dataset: dataset.id, versionId: params.versionId, by: byOf(caller) })
      hub.changed(dataset.id)
      return reply.code(204).send(null)
    },
  )
}
