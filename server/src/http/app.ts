/** Puts the HTTP side together. Builds without listening: `main` listens, tests listen or inject. */
import fastifyStatic from '@fastify/static'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import Fastify, { type FastifyInstance } from 'fastify'
import { createEventHub } from './events.ts'
import { createUndoneBatches } from './intake.ts'
import { overviewOf } from './overview.ts'
import { addAuth } from './plugins/auth.ts'
import { addErrors, problemOf, sendProblem, toAppError } from './plugins/errors.ts'
import { createGatedServer, refuseNonsense } from './plugins/gate.ts'
import { addOpenApi } from './plugins/openapi.ts'
import { addRateLimit, defaultRateLimits, type RateLimits } from './plugins/rate-limit.ts'
import { isShellPath } from './plugins/shell-path.ts'
import type { RouteDeps } from './route-deps.ts'
import { actRoutes } from './routes/acts.ts'
import { browserFetchRoutes } from './routes/browser-fetches.ts'
import { candidateRoutes } from './routes/candidates.ts'
import { clientRoutes } from './routes/clients.ts'
import { collectRoutes } from './routes/collect.ts'
import { datasetRoutes } from './routes/datasets.ts'
import { duplicateRoutes } from './routes/duplicates.ts'
import { eventRoutes } from './routes/events.ts'
import { exportRoutes } from './routes/exports.ts'
import { galleryRoutes } from './routes/gallery.ts'
import { imageRoutes } from './routes/images.ts'
import { importRoutes } from './routes/imports.ts'
import { ingestRoutes } from './routes/ingest.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { overviewRoutes } from './routes/overview.ts'
import { pairingRoutes } from './routes/pairing.ts'
import { qualityRoutes } from './routes/quality.ts'
import { recipeRoutes } from './routes/recipes.ts'
import { sessionRoutes } from './routes/session.ts'
import { sendShell, shellRoutes } from './routes/shell.ts'
import { splitRoutes } from './routes/splits.ts'
import { statsRoutes } from './routes/stats.ts'
import { versionRoutes } from './routes/versions.ts'
import { viewRoutes } from './routes/views.ts'
import type { Services } from './services.ts'

/** A line for every noun; what is not listed here is not served. */
const routes = [
  pairingRoutes,
  sessionRoutes,
  collectRoutes,
  browserFetchRoutes,
  overviewRoutes,
  ingestRoutes,
  eventRoutes,
  datasetRoutes,
  imageRoutes,
  galleryRoutes,
  viewRoutes,
  statsRoutes,
  duplicateRoutes,
  qualityRoutes,
  actRoutes,
  splitRoutes,
  versionRoutes,
  candidateRoutes,
  exportRoutes,
  importRoutes,
  recipeRoutes,
  clientRoutes,
  openApiRoutes,
  shellRoutes,
]

export interface AppOptions {
  readonly rateLimits?: RateLimits
  /** How long closing waits for requests under way before it cuts their connections. */
  readonly closeMs?: number
}

const defaultCloseMs = 2_000

/**
 * @returns the app, not yet listening; `close()` ends event streams and idle connections at once, and all others
 *   after a moment, however slow their senders. The host and port it may be called by are those of the socket it
 *   listens on.
 */
export function buildApp(
  services: Services,
  { rateLimits = defaultRateLimits, closeMs = defaultCloseMs }: AppOptions = {},
): FastifyInstance {
  const { access, exports, imports, ingest, log, config } = services
  const app = createServer(services).withTypeProvider<TypeBoxTypeProvider>()
  const extension = { isSeen: false }
  const hub = createEventHub(() => overviewOf(services, extension.isSeen))
  const stopListening = [
    ingest.onChange(hub.changed),
    ingest.onAct(hub.act),
    imports.onChange(hub.changed),
    exports.onChange(hub.export),
  ]
  app.addHook('preClose', async () => {
    for (const stop of stopListening) stop()
    hub.close()
    // A closing server no longer watches for senders that stall.
    const cut = setTimeout(() => app.server.closeAllConnections(), closeMs).unref()
    app.server.once('close', () => clearTimeout(cut))
  })

  app.addHook('onError', async (_request, _reply, error) => {
    if (problemOf(toAppError(error)).status >= 500) ingest.trouble(error)
  })

  addAuth(app, access)
  addErrors(app, log)
  addOpenApi(app, config.version)
  addRateLimit(app, rateLimits)
  app.register(fastifyStatic, { serve: false, root: config.dashboardFolder, suppressWarning: true })
  const deps: RouteDeps = { ...services, hub, extension, undone: createUndoneBatches() }
  for (const plugin of routes) app.register(plugin, deps)
  app.setNotFoundHandler((request, reply) => {
    if (isShellPath(request)) return sendShell(request, reply, config.dashboardFolder)
    throw new AppError('PROTOCOL_NOT_FOUND')
  })
  return app
}

function createServer({ log }: Services) {
  const app = Fastify({
    bodyLimit: limits.requestBodyBytes,
    clientErrorHandler: refuseNonsense,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, log),
    routerOptions: { maxParamLength: 128 },
    serverFactory: createGatedServer,
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false },
    },
  })
  app.removeContentTypeParser('text/plain')
  return app
}
