import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Activity, HostPage, IngestSettings, IngestSettingsPatch } from '@gleaner/shared/activity'
import { byOf } from '../by-of.ts'
import type { RouteDeps } from '../route-deps.ts'
import { HostsQuery, NoBody, Nothing, refusals } from '../schemas.ts'

const hostsPerPage = 100

/** What the ingest is doing, and what a person tells it for the whole installation. */
export const ingestRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (app, { ingest, hub, log }) => {
  app.get(
    '/api/activity',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'What the ingest is doing, or why it is not.',
        querystring: Nothing,
        response: { 200: Activity, ...refusals },
      },
    },
    async () => ingest.activity(),
  )

  app.get(
    '/api/activity/hosts',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'How it stands with every host that has something to do, a page at a time.',
        querystring: HostsQuery,
        response: { 200: HostPage, ...refusals },
      },
    },
    async ({ query }) =>
      ingest.hosts({
        order: query.order ?? 'busiest',
        text: query.text,
        isHeldBack: query.show === 'held-back',
        offset: Number(query.offset ?? 0),
        limit: Number(query.limit ?? hostsPerPage),
      }),
  )

  app.post(
    '/api/ingest/pause',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Takes up nothing more, also after a restart; what is in hand is brought to its end.',
        querystring: Nothing,
        body: NoBody,
        response: { 200: Activity, ...refusals },
      },
    },
    async ({ caller }) => {
      ingest.pause()
      log.info('paused', { by: byOf(caller) })
      hub.changed()
      return ingest.activity()
    },
  )

  app.post(
    '/api/ingest/resume',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Goes on after a pause.',
        querystring: Nothing,
        body: NoBody,
        response: { 200: Activity, ...refusals },
      },
    },
    async ({ caller }) => {
      ingest.resume()
      log.info('resumed', { by: byOf(caller) })
      hub.changed()
      return ingest.activity()
    },
  )

  app.register(settingsRoutes, { ingest, hub, log })
}

const settingsRoutes: FastifyPluginAsyncTypebox<Pick<RouteDeps, 'ingest' | 'hub' | 'log'>> = async (
  app,
  { ingest, hub, log },
) => {
  app.get(
    '/api/ingest/settings',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'What holds for all datasets of this installation.',
        querystring: Nothing,
        response: { 200: IngestSettings, ...refusals },
      },
    },
    async () => ingest.settings(),
  )

  app.patch(
    '/api/ingest/settings',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Changes what holds for all datasets of this installation, from the next request on.',
        querystring: Nothing,
        body: IngestSettingsPatch,
        response: { 200: IngestSettings, ...refusals },
      },
    },
    async ({ body, caller }) => {
      ingest.change(body)
      log.info('ingest-settings', { ...body, by: byOf(caller) })
      hub.changed()
      return ingest.settings()
    },
  )
}
