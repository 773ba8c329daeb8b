import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  problemFilter,
  problemRules,
  QualityOverview,
  qualityProblems,
  ThresholdChange,
} from '@gleaner/shared/quality-problems'
import { byOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, Nothing, refusals } from '../schemas.ts'
import type { Dataset } from '../services.ts'

/** What may be wrong with pictures, how many that takes, and from where on it is called a problem. */
export const qualityRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home, hub, log }) => {
  app.get(
    '/api/datasets/:datasetId/quality',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'What may be wrong with pictures and how many that takes, most first. The pictures themselves: the gallery with a filter on the measure.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: QualityOverview, ...refusals },
      },
    },
    async ({ params }) => overviewOf(datasetIn(home, params)),
  )

  app.patch(
    '/api/datasets/:datasetId/quality/thresholds',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Changes from where on something is called a problem. Touches no picture.',
        params: DatasetParams,
        querystring: Nothing,
        body: ThresholdChange,
        response: { 200: QualityOverview, ...refusals },
      },
    },
    async ({ params, body: { thresholds }, caller }) => {
      const dataset = datasetIn(home, params)
      dataset.quality.setThresholds(thresholds)
      log.info('thresholds-changed', { dataset: dataset.id, ...thresholds, by: byOf(caller) })
      hub.changed(dataset.id)
      return overviewOf(dataset)
    },
  )
}

/** All is asked of the memory of the gallery, which has a thread of its own. */
async function overviewOf({ gallery, quality }: Dataset): Promise<QualityOverview> {
  const set = quality.thresholds()
  const counted = qualityProblems.map(async problem => {
    const { measure, takes, usual } = problemRules[problem]
    const threshold = set[problem] ?? usual
    return {
      problem,
      measure,
      takes,
      threshold,
      usual,
      count: await gallery.count(problemFilter(problem, threshold)),
    }
  })
  const [problems, images, measured] = await Promise.all([
    Promise.all(counted),
    gallery.count({}),
    gallery.count({ scores: { sharpness: { min: 0 } } }),
  ])
  return { problems: problems.sort((a, b) => b.count - a.count), images, measured }
}
