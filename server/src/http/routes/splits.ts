import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  AssignSplits,
  ChosenGroup,
  ChosenGroups,
  KeepTogether,
  PinSplit,
  SplitDiff,
  SplitState,
} from '@gleaner/shared/splits'
import { byOf, nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, Done, GroupParams, NoBody, Nothing, refusals } from '../schemas.ts'

/** Which pictures are learned from, and which are asked about afterwards. */
export const splitRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { home, hub, log } = deps
  app.get(
    '/api/datasets/:datasetId/splits',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Splits as they are, by class; what came since, and what is left out between two of them.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: SplitState, ...refusals },
      },
    },
    async ({ params }) => datasetIn(home, params).splits.state(),
  )

  app.post(
    '/api/datasets/:datasetId/splits',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Splits pictures that are in none, or all anew but pinned ones; or says what that would do.',
        params: DatasetParams,
        querystring: Nothing,
        body: AssignSplits,
        response: { 200: SplitDiff, ...refusals },
      },
    },
    async ({ params, body, caller }) => {
      const dataset = datasetIn(home, params)
      const diff = await dataset.splits.assign(body, nameOf(caller))
      if (body.dryRun) return diff
      const { assigned, moved } = diff
      log.info('splits-assigned', { dataset: dataset.id, assigned, moved, by: byOf(caller) })
      hub.changed(dataset.id)
      return diff
    },
  )

  app.post(
    '/api/datasets/:datasetId/splits/pin',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Holds pictures and their groups to a split, or lets them go again.',
        params: DatasetParams,
        querystring: Nothing,
        body: PinSplit,
        response: { 200: SplitState, ...refusals },
      },
    },
    async ({ params, body, caller }) => {
      const dataset = datasetIn(home, params)
      const state = await dataset.splits.pin(body, nameOf(caller))
      const { split, imageIds } = body
      log.info('split-pinned', { dataset: dataset.id, split, images: imageIds.length, by: byOf(caller) })
      hub.changed(dataset.id)
      return state
    },
  )

  app.register(togetherRoutes, deps)
}

/** Groups that a person chose. */
const togetherRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home, hub, log }) => {
  app.get(
    '/api/datasets/:datasetId/splits/together',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Groups a person chose, whose pictures are never in different splits.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: ChosenGroups, ...refusals },
      },
    },
    async ({ params }) => ({ groups: [...datasetIn(home, params).splits.together()] }),
  )

  app.post(
    '/api/datasets/:datasetId/splits/together',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Keeps pictures together in splits, whatever they look like. Moves none of them.',
        params: DatasetParams,
        querystring: Nothing,
        body: KeepTogether,
        response: { 201: ChosenGroup, ...refusals },
      },
    },
    async ({ params, body, caller }, reply) => {
      const dataset = datasetIn(home, params)
      const group = dataset.splits.keepTogether(body, nameOf(caller))
      log.info('kept-together', { dataset: dataset.id, images: group.imageIds.length, by: byOf(caller) })
      hub.changed(dataset.id)
      return reply.code(201).send(group)
    },
  )

  app.delete(
    '/api/datasets/:datasetId/splits/together/:groupId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'No longer keeps the pictures of a group together. Moves none of them; can be undone.',
        params: GroupParams,
        querystring: Nothing,
        body: NoBody,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ params, caller }, reply) => {
      const dataset = datasetIn(home, params)
      dataset.splits.letApart(Number(params.groupId), nameOf(caller))
      log.info('let-apart', { dataset: dataset.id, group: params.groupId, by: byOf(caller) })
      hub.changed(dataset.id)
      return reply.code(204).send(null)
    },
  )
}
