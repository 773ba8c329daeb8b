import swagger from '@fastify/swagger'
import type { FastifyContextConfig, FastifyInstance } from 'fastify'

/** Collects the description of the API from the routes' own schemas. Must be registered before the routes. */
export function addOpenApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gleaner',
        version,
        description: 'The server on this machine, as extension, dashboard and command line talk to it.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'gleaner-<port>' },
          csrf: { type: 'apiKey', in: 'header', name: 'x-gleaner-csrf' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, security: security[kindOf(route.config)] },
      url,
    }),
  })
}

const kindOf = (config: FastifyContextConfig | undefined) =>
  config?.isPictureFile ? 'pictureFile' : (config?.access ?? 'owner')

const security = {
  public: [],
  collect: [{ bearer: [] }],
  owner: [{ session: [], csrf: [] }, { bearer: [] }],
  pictureFile: [{ session: [] }, { bearer: [] }],
}
