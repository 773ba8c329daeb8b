import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ClassPatch, DatasetDetail, DatasetPatch, NewClass, NewDataset } from '@gleaner/shared/api'
import { ClassSummary, type DatasetSettings, DatasetSummary } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { Type } from 'typebox'
import { byOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { ClassParams, DatasetParams, Nothing, refusals } from '../schemas.ts'
import type { Dataset } from '../services.ts'

const detailOf = (dataset: Dataset): DatasetDetail => ({ ...dataset.summary(), settings: dataset.settings() })

/** @throws AppError `PROTOCOL_NOT_FOUND` */
function classOf(dataset: Dataset, classId: number): ClassSummary {
  const found = dataset.summary().classes.find(({ id }) => id === classId)
  if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { classId })
  return found
}

/** Whether the wishes of hosts are honoured from now on, where that was changed: it is kept in the log who did so when. */
function changedWishes(before: DatasetSettings, { honourOptOut, honourRobots }: DatasetSettings) {
  const isSame = before.honourOptOut === honourOptOut && before.honourRobots === honourRobots
  return isSame ? undefined : { honourOptOut, honourRobots }
}

/** Datasets, their settings and their classes. */
export const datasetRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { home, hub, ingest, log } = deps
  app.get(
    '/api/datasets',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'All datasets.',
        querystring: Nothing,
        response: { 200: Type.Object({ datasets: Type.Array(DatasetSummary) }), ...refusals },
      },
    },
    async () => ({ datasets: home.datasets().map(dataset => dataset.summary()) }),
  )

  app.post(
    '/api/datasets',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Makes an empty dataset.',
        querystring: Nothing,
        body: NewDataset,
        response: { 201: DatasetDetail, ...refusals },
      },
    },
    async ({ body }, reply) => {
      const dataset = home.create(body.name)
      hub.changed(dataset.id)
      return reply.code(201).send(detailOf(dataset))
    },
  )

  app.get(
    '/api/datasets/:datasetId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'One dataset with its settings.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: DatasetDetail, ...refusals },
      },
    },
    async ({ params }) => detailOf(datasetIn(home, params)),
  )

  app.patch(
    '/api/datasets/:datasetId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Renames a dataset or changes its settings.',
        params: DatasetParams,
        querystring: Nothing,
        body: DatasetPatch,
        response: { 200: DatasetDetail, ...refusals },
      },
    },
    async ({ params, body, caller }) => {
      const dataset = datasetIn(home, params)
      const before = dataset.settings()
      dataset.update(body)
      const wishes = changedWishes(before, dataset.settings())
      if (wishes) log.info('wishes-of-hosts', { dataset: dataset.id, ...wishes, by: byOf(caller) })
      ingest.wake()
      hub.changed(dataset.id)
      return detailOf(dataset)
    },
  )

  app.post(
    '/api/datasets/:datasetId/classes',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Makes a class, or finds it by its label, and sets its goal. The act `create-class` makes one that undo takes back.',
        params: DatasetParams,
        querystring: Nothing,
        body: NewClass,
        response: { 201: ClassSummary, ...refusals },
      },
    },
    async ({ params, body }, reply) => {
      const dataset = datasetIn(home, params)
      const { id } = dataset.ensureClass(body.label)
      if (body.goal !== undefined) dataset.setGoal(id, body.goal)
      hub.changed(dataset.id)
      return reply.code(201).send(classOf(dataset, id))
    },
  )

  app.patch(
    '/api/datasets/:datasetId/classes/:classId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Sets the goal of a class.',
        params: ClassParams,
        querystring: Nothing,
        body: ClassPatch,
        response: { 200: ClassSummary, ...refusals },
      },
    },
    async ({ params, body }) => {
      const dataset = datasetIn(home, params)
      const classId = Number(params.classId)
      dataset.setGoal(classId, body.goal)
      hub.changed(dataset.id)
      return classOf(dataset, classId)
    },
  )
}
