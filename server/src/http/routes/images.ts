import { basename, extname } from 'node:path'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Affected, ImagePage } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import { ImageDetail } from '@gleaner/shared/image'
import { Type } from 'typebox'
import { type ImageId, thumbnailSides } from '../../store/types.ts'
import { byOf, nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import {
  DatasetParams,
  Done,
  FileQuery,
  ImageParams,
  ImagesQuery,
  NoBody,
  Nothing,
  refusals,
  ThumbnailQuery,
} from '../schemas.ts'
import { sendStoredFile } from '../send-file.ts'

const perPage = 100
const binary = Type.String({ format: 'binary' })

/** Collected pictures: what is known about them, and their files. */
export const imageRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { home, hub, ingest, thumbnails, log } = deps
  app.get(
    '/api/datasets/:datasetId/images',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Pictures, newest first.',
        params: DatasetParams,
        querystring: ImagesQuery,
        response: { 200: ImagePage, ...refusals },
      },
    },
    async ({ params, query }) => {
      const classId = query.classId === undefined ? undefined : Number(query.classId)
      return datasetIn(home, params).images(classId, {
        cursor: query.cursor,
        limit: Number(query.limit ?? perPage),
      })
    },
  )

  app.get(
    '/api/datasets/:datasetId/images/:imageId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Everything known about a picture.',
        params: ImageParams,
        querystring: Nothing,
        response: { 200: ImageDetail, ...refusals },
      },
    },
    async ({ params }) => {
      const image = datasetIn(home, params).image(params.imageId)
      if (!image) throw new AppError('PROTOCOL_NOT_FOUND', { imageId: params.imageId })
      return image
    },
  )

  app.get(
    '/api/datasets/:datasetId/images/:imageId/file',
    {
      config: { access: 'owner', isPictureFile: true },
      schema: {
        summary:
          'The picture as it is filed. With any `v` it may be kept for good: change `v` when the picture changes.',
        params: ImageParams,
        querystring: FileQuery,
        response: {
          200: { description: 'The rendered picture', content: { 'image/jpeg': { schema: binary } } },
          ...refusals,
        },
      },
    },
    async ({ params, query, headers }, reply) => {
      const file = datasetIn(home, params).imageFile(params.imageId)
      const caching = query.v === undefined ? 'no-cache' : 'max-age=31536000, immutable'
      reply.header('cache-control', `private, ${caching}`)
      await sendStoredFile(reply, file, { contentType: 'image/jpeg', known: headers['if-none-match'] })
      return reply
    },
  )

  app.get(
    '/api/datasets/:datasetId/images/:imageId/thumbnail',
    {
      config: { access: 'owner', isPictureFile: true },
      schema: {
        summary: 'A small copy, at most `side` pixels long (256). With any `v` it may be kept for good.',
        params: ImageParams,
        querystring: ThumbnailQuery,
        response: {
          200: { description: 'A small copy', content: { 'image/jpeg': { schema: binary } } },
          ...refusals,
        },
      },
    },
    async ({ params, query, headers }, reply) => {
      const side = thumbnailSides.find(offered => String(offered) === query.side) ?? 256
      const file = await datasetIn(home, params).thumbnail(params.imageId, side, thumbnails.make)
      const caching = query.v === undefined ? 'no-cache' : 'max-age=31536000, immutable'
      reply.header('cache-control', `private, ${caching}`)
      await sendStoredFile(reply, file, { contentType: 'image/jpeg', known: headers['if-none-match'] })
      return reply
    },
  )

  app.get(
    '/api/datasets/:datasetId/images/:imageId/original',
    {
      config: { access: 'owner', isPictureFile: true },
      schema: {
        summary: 'The file as the host sent it, only ever as a download.',
        params: ImageParams,
        querystring: Nothing,
        response: {
          200: {
            description: 'The file as the host sent it, for saving only',
            content: { 'application/octet-stream': { schema: binary } },
          },
          ...refusals,
        },
      },
    },
    async ({ params }, reply) => {
      const file = datasetIn(home, params).originalFile(params.imageId)
      const name = `${params.imageId}${extname(basename(file?.path ?? ''))}`
      reply.header('content-disposition', `attachment; filename="${name}"`)
      await sendStoredFile(reply, file, { contentType: 'application/octet-stream' })
      return reply
    },
  )

  app.delete(
    '/api/datasets/:datasetId/images/:imageId',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Moves a picture to the trash, as an act that can be undone; it does not come back by itself.',
        params: ImageParams,
        querystring: Nothing,
        body: NoBody,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ params, caller }, reply) => {
      const dataset = datasetIn(home, params)
      await dataset.removeImage(params.imageId as ImageId, nameOf(caller)) // the pattern of the parameter is the brand's
      ingest.wake()
      hub.changed(dataset.id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/datasets/:datasetId/images/:imageId/revive',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Lets a removed picture come again: all that led to it is put back into the queue.',
        params: ImageParams,
        querystring: Nothing,
        body: NoBody,
        response: { 200: Affected, ...refusals },
      },
    },
    async ({ params, caller }) => {
      const dataset = datasetIn(home, params)
      const affected = dataset.duplicates.revive(params.imageId)
      log.info('picture-revived', { dataset: dataset.id, image: params.imageId, affected, by: byOf(caller) })
      ingest.wake()
      hub.changed(dataset.id)
      return { affected }
    },
  )
}
