import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  ConflictDecision,
  ConflictPage,
  DoneAct,
  DuplicateOverview,
  GroupDecision,
  GroupDetail,
  GroupPage,
  UndoAct,
} from '@gleaner/shared/duplicates'
import { AppError } from '@gleaner/shared/errors'
import { byOf, nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import {
  ConflictParams,
  DatasetParams,
  GroupParams,
  GroupsQuery,
  Nothing,
  PageQuery,
  refusals,
} from '../schemas.ts'
import type { Dataset } from '../services.ts'

const perPage = 50

/** Groups of copies, label conflicts, and what a person decides about them. */
export const duplicateRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, deps) => {
  const { home } = deps
  app.get(
    '/api/datasets/:datasetId/duplicates',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'How much waits for a decision, and what an undo would take back.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: DuplicateOverview, ...refusals },
      },
    },
    async ({ params }) => datasetIn(home, params).duplicates.overview(),
  )

  app.get(
    '/api/datasets/:datasetId/duplicates/groups',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Groups of pictures that belong together, oldest first; those that are open unless told.',
        params: DatasetParams,
        querystring: GroupsQuery,
        response: { 200: GroupPage, ...refusals },
      },
    },
    async ({ params, query: { kind, state = 'open', classId, cursor, limit } }) => {
      const filter = { kind, state, classId: classId === undefined ? undefined : Number(classId) }
      return datasetIn(home, params).duplicates.groups(filter, { cursor, limit: Number(limit ?? perPage) })
    },
  )

  app.get(
    '/api/datasets/:datasetId/duplicates/groups/:groupId',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'One group: its pictures, how they relate, which is proposed to be kept and why.',
        params: GroupParams,
        querystring: Nothing,
        response: { 200: GroupDetail, ...refusals },
      },
    },
    async ({ params }) => {
      const group = datasetIn(home, params).duplicates.group(Number(params.groupId))
      if (!group) throw new AppError('PROTOCOL_NOT_FOUND', { groupId: params.groupId })
      return group
    },
  )

  app.get(
    '/api/datasets/:datasetId/duplicates/conflicts',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Pictures that were found for another class than the one they are in, oldest first.',
        params: DatasetParams,
        querystring: PageQuery,
        response: { 200: ConflictPage, ...refusals },
      },
    },
    async ({ params, query: { cursor, limit } }) =>
      datasetIn(home, params).duplicates.conflicts({ cursor, limit: Number(limit ?? perPage) }),
  )

  app.register(decisionRoutes, deps)
}

/** What changes something: each is one act, and can be taken back as one. */
const decisionRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { home, hub, ingest, log }) => {
  /** @param done - the act, committed */
  const tell = (dataset: Dataset, event: string, done: DoneAct, by: string): DoneAct => {
    log.info(event, { dataset: dataset.id, act: done.act, actId: done.id, removed: done.removed, by })
    ingest.wake()
    hub.changed(dataset.id)
    return done
  }

  app.post(
    '/api/datasets/:datasetId/duplicates/groups/:groupId/decision',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Decides about a group: keep some and remove the others, keep all, or never ask again. Can be undone.',
        params: GroupParams,
        querystring: Nothing,
        body: GroupDecision,
        response: { 200: DoneAct, ...refusals },
      },
    },
    async ({ params, body, caller }) => {
      refuseNonsense(body)
      const dataset = datasetIn(home, params)
      const done = await dataset.duplicates.decide(Number(params.groupId), body, nameOf(caller))
      return tell(dataset, 'duplicates-decided', done, byOf(caller))
    },
  )

  app.post(
    '/api/datasets/:datasetId/duplicates/conflicts/:conflictId/decision',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Says to which class a picture belongs, or that it belongs to none. Can be undone.',
        params: ConflictParams,
        querystring: Nothing,
        body: ConflictDecision,
        response: { 200: DoneAct, ...refusals },
      },
    },
    async ({ params, body, caller }) => {
      const dataset = datasetIn(home, params)
      const done = await dataset.duplicates.decideConflict(Number(params.conflictId), body, nameOf(caller))
      return tell(dataset, 'conflict-decided', done, byOf(caller))
    },
  )

  app.post(
    '/api/datasets/:datasetId/duplicates/undo',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Takes a decision back, with everything it did.',
        params: DatasetParams,
        querystring: Nothing,
        body: UndoAct,
        response: { 200: DoneAct, ...refusals },
      },
    },
    async ({ params, body, caller }) => {
      const dataset = datasetIn(home, params)
      const done = await dataset.duplicates.undo(body.actId)
      return tell(dataset, 'decision-undone', done, byOf(caller))
    },
  )
}

/** Whatever a decision keeps or takes out has to be among the members it was made about. */
function refuseNonsense(decision: GroupDecision): void {
  const named =
    decision.act === 'keep'
      ? decision.keepIds
      : decision.act === 'not-duplicates' && decision.imageId !== undefined
        ? [decision.imageId]
        : []
  const stranger = named.find(id => !decision.memberIds.includes(id))
  if (stranger !== undefined) {
    throw new AppError('PROTOCOL_INVALID', { part: 'body', at: '/memberIds', rule: `must hold ${stranger}` })
  }
}
