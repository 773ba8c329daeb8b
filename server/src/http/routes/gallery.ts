import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FacetCounts, GalleryPage, galleryFacets, Histogram } from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { datasetIn } from '../dataset-in.ts'
import {
  FacetQuery,
  GalleryListing,
  GalleryPageQuery,
  HistogramQuery,
  listingOf,
  windowOf,
} from '../gallery-query.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, refusals } from '../schemas.ts'

const perPage = 100
const perFacet = 50
const usualSteps = 50

const FacetParams = Type.Object(
  { ...DatasetParams.properties, facet: Type.Enum([...galleryFacets]) },
  { additionalProperties: false },
)
const HistogramParams = Type.Object(
  { ...DatasetParams.properties, measure: Type.Enum([...qualityMeasures, 'side', 'aspect']) },
  { additionalProperties: false },
)
const binary = Type.String({ format: 'binary' })

/** Pictures by any filter, in any order, and how many there are of what. */
export const galleryRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home }) => {
  app.get(
    '/api/datasets/:datasetId/gallery',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Pictures by a filter, in an order: from `offset` on, after the last one (`cursor`), or with one in the middle (`around`).',
        params: DatasetParams,
        querystring: GalleryPageQuery,
        response: { 200: GalleryPage, ...refusals },
      },
    },
    async ({ params, query }) => {
      const { gallery } = datasetIn(home, params)
      const limit = Number(query.limit ?? perPage)
      return gallery.page({ ...listingOf(query), window: windowOf(query), limit })
    },
  )

  app.get(
    '/api/datasets/:datasetId/gallery/aspects',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'One byte for each picture that the filter takes, in order: 128 + 32 × log2(width / height). `x-gleaner-revision` is that of the page.',
        params: DatasetParams,
        querystring: GalleryListing,
        response: {
          200: {
            description: 'Aspects of the filed pictures',
            content: { 'application/octet-stream': { schema: binary } },
          },
          ...refusals,
        },
      },
    },
    async ({ params, query }, reply) => {
      const { bytes, revision } = await datasetIn(home, params).gallery.aspects(listingOf(query))
      reply.header('x-gleaner-revision', revision).type('application/octet-stream')
      // Bytes are no JSON: the schema of the answer is for readers of the document.
      ;(reply as FastifyReply).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      return reply
    },
  )

  app.get(
    '/api/datasets/:datasetId/gallery/facets/:facet',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'How many of the pictures a filter takes have each value, most frequent first.',
        params: FacetParams,
        querystring: FacetQuery,
        response: { 200: FacetCounts, ...refusals },
      },
    },
    async ({ params, query }) => {
      const { filter } = listingOf(query)
      const limit = Number(query.limit ?? perFacet)
      return datasetIn(home, params).gallery.facet({ filter, facet: params.facet, limit })
    },
  )

  app.get(
    '/api/datasets/:datasetId/gallery/histogram/:measure',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'How many of the pictures a filter takes fall into each of equal steps; `aspect` is in steps of log2 from -2 to 2.',
        params: HistogramParams,
        querystring: HistogramQuery,
        response: { 200: Histogram, ...refusals },
      },
    },
    async ({ params, query }) => {
      const { filter } = listingOf(query)
      const steps = Number(query.steps ?? usualSteps)
      return datasetIn(home, params).gallery.histogram({ filter, measure: params.measure, steps })
    },
  )
}
