import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Hello, HelloAnswer, PairingClaim, PairingCode, PairingGrant } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import { protocolVersion } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import { isExtensionOrigin } from '../plugins/sender.ts'
import type { RouteDeps } from '../route-deps.ts'
import { Done, NoBody, Nothing, refusals } from '../schemas.ts'

/** How an extension finds this server, makes sure of it, and gets its token. */
export const pairingRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (
  app,
  { access, extension, hub },
) => {
  app.get(
    '/health',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Says that something listens here, and nothing more.',
        querystring: Nothing,
        response: { 204: Done, ...refusals },
      },
    },
    async (_request, reply) => reply.code(204).send(null),
  )

  app.post(
    '/api/hello',
    {
      config: { access: 'public', greetsExtensions: true },
      schema: {
        summary: 'Proves to an extension that this is the server it was paired with.',
        querystring: Nothing,
        body: Hello,
        response: { 200: HelloAnswer, ...refusals },
      },
    },
    async ({ body, headers }) => {
      if (!extension.isSeen && isExtensionOrigin(headers.origin ?? '')) {
        extension.isSeen = true
        hub.changed()
      }
      return { protocol: protocolVersion, proof: access.prove(body.nonce, body.clientId) }
    },
  )

  app.post(
    '/api/pairing/claim',
    {
      config: { access: 'public', greetsExtensions: true },
      schema: {
        summary: 'Pairs the extension that shows the code.',
        querystring: Nothing,
        body: PairingClaim,
        response: { 200: PairingGrant, ...refusals },
      },
    },
    async ({ body, headers }) => {
      if (body.protocol !== protocolVersion) {
        throw new AppError('PROTOCOL_VERSION', { client: body.protocol, server: protocolVersion })
      }
      const origin = headers.origin ?? null
      if (origin?.startsWith('http')) throw new AppError('PROTOCOL_FORBIDDEN')
      const name = cleanText(body.clientName, 64) ?? 'Extension'
      const grant = access.pairing.claim({ code: body.code, name, origin })
      if (grant === 'closed') throw new AppError('PAIRING_CLOSED')
      if (grant === 'wrong') throw new AppError('PAIRING_CODE_WRONG')
      hub.changed()
      return grant
    },
  )

  app.post(
    '/api/pairing',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Opens a pairing and shows its code; an earlier code is void.',
        querystring: Nothing,
        body: NoBody,
        response: { 200: PairingCode, ...refusals },
      },
    },
    async () => access.pairing.open(),
  )

  app.delete(
    '/api/pairing',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'Closes the open pairing.',
        querystring: Nothing,
        body: NoBody,
        response: { 204: Done, ...refusals },
      },
    },
    async (_request, reply) => {
      access.pairing.close()
      return reply.code(204).send(null)
    },
  )
}
