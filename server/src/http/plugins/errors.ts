/** Every way a request can fail, as one kind of answer. */
import type { Problem } from '@gleaner/shared/api'
import { AppError, catalogue, type ErrorCode, type Facts, isAppError } from '@gleaner/shared/errors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../log.ts'

/** The body and status of a refusal. */
export function problemOf(error: AppError): { readonly status: number; readonly problem: Problem } {
  const { say, hint, status } = catalogue[error.code]
  return { status, problem: { code: error.code, message: say, hint, facts: { ...error.facts } } }
}

/** What went wrong, in the words of the catalogue. Never holds text of an unknown error. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error
  const { code, statusCode, validation, validationContext } = (error ?? {}) as Partial<FastifyError>
  if (validation) {
    const [first] = validation
    const facts = {
      part: validationContext ?? null,
      at: first?.instancePath ?? null,
      rule: first?.message ?? null,
    }
    return new AppError('PROTOCOL_INVALID', { ...facts, property: unknownProperty(first?.params) })
  }
  const known = code === undefined ? undefined : frameworkCodes[code]
  if (known) return new AppError(known)
  const isRefusal = statusCode !== undefined && statusCode >= 400 && statusCode < 500
  if (isRefusal) return new AppError('PROTOCOL_INVALID', { rule: code ?? 'not valid JSON' })
  return new AppError('PROTOCOL_INTERNAL', {}, { cause: error })
}

const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'PROTOCOL_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PROTOCOL_TOO_LARGE',
  FST_ERR_NOT_FOUND: 'PROTOCOL_NOT_FOUND',
}

/** The name that does not belong, cut: it was chosen by the sender. */
function unknownProperty(params: Record<string, unknown> | undefined): string | null {
  const name = params?.additionalProperty
  return typeof name === 'string' ? name.slice(0, 64) : null
}

export function addErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log))
}

/** Sends a failure as a `Problem` with the status of its code, and logs it if it is the server's own. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const known = toAppError(error)
  const { status, problem } = problemOf(known)
  if (status >= 500)
    log.error('request failed', { ...whatFailed(request), code: known.code, ...cause(known) })
  if (catalogue[known.code].retry === 'later' && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', retryAfterS(known.facts))
  }
  reply.code(status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(problem)
}

const retryAfterS = ({ retryAfterS: given }: Facts) => (typeof given === 'number' ? given : 5)

/** The pattern of the route, never the address: that may hold what a person searched for. */
const whatFailed = ({ method, routeOptions }: FastifyRequest): Facts => ({
  method,
  route: routeOptions.url ?? null,
})

function cause({ cause: error }: AppError): Facts {
  return error instanceof Error
    ? { error: error.name, reason: error.message, stack: error.stack ?? null }
    : {}
}
