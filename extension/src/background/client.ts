/**
 * The only code of the extension that talks to the server. Before any token or address leaves, the server proves by an
 * HMAC that it is the paired one; every reason why not is a state of its own.
 */
import { type Hello, HelloAnswer, PairingGrant, Problem } from '@gleaner/shared/api'
import { AppError, type ErrorCode, isErrorCode } from '@gleaner/shared/errors'
import { protocolVersion } from '@gleaner/shared/limits'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { fromHex, toHex } from './hex.ts'

/** What pairing agreed. `serverKey` proves the server to us, `token` proves us to the server. */
export type Pairing = PairingGrant

export interface Client {
  /** @throws AppError with the state the connection is in, unless the paired server answered and proved itself */
  readonly greet: () => Promise<void>
  /**
   * Greets, then posts to a route of scope `collect`.
   *
   * @throws AppError with the state of the connection or the code of the refusal
   */
  readonly post: <S extends TSchema>(path: string, body: unknown, answer: S) => Promise<Static<S>>
  /** Like {@link Client.post} for what has no answer. Bytes travel as they are, anything else as JSON. */
  readonly hand: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<void>
  /** Exchanges the code the dashboard shows for a token. */
  readonly claim: (code: string) => Promise<Pairing>
}

const deadlinesMs = { hello: 5_000, call: 20_000 } as const

/** How long a proof holds while nothing fails, so that several open pages do not each ask for one a second. */
const proofLastsMs = 2_000

type HeaderFields = Readonly<Record<string, string>>

/** Status codes by which the server says that all is well. */
const taken: ReadonlySet<number> = new Set([200, 202, 204])

/** Refusals that are no state of the connection, whatever their status says. */
const answers: ReadonlySet<ErrorCode> = new Set([
  'PAIRING_CODE_WRONG',
  'PAIRING_CLOSED',
  'BROWSER_FETCH_NOT_ASKED',
])

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly retryAfterMs: number | null
}

/** What a refusal means when its body is not one of ours or its code is not known here. */
const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'PROTOCOL_INVALID',
  409: 'PROTOCOL_CONFLICT',
  413: 'PROTOCOL_TOO_LARGE',
  415: 'PROTOCOL_MEDIA_TYPE',
  422: 'PROTOCOL_INVALID',
  429: 'PROTOCOL_RATE_LIMITED',
  426: 'PROTOCOL_VERSION',
}

/** A proven server that does not know the token, or the route, is not a reason to throw a batch away. */
const statesByStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'SERVER_NOT_PAIRED',
  403: 'SERVER_NOT_PAIRED',
  404: 'PROTOCOL_VERSION',
  405: 'PROTOCOL_VERSION',
}

function refusal({ status, body, retryAfterMs }: Reply): AppError {
  const facts = retryAfterMs === null ? { status } : { status, retryAfterMs }
  const named = Check(Problem, body) && isErrorCode(body.code) ? body.code : undefined
  if (named !== undefined && answers.has(named)) return new AppError(named, facts)
  const state = statesByStatus[status]
  if (state) return new AppError(state, facts)
  return new AppError(named ?? codesByStatus[status] ?? 'PROTOCOL_BUSY', facts)
}

async function isProof(proof: string, nonce: Uint8Array<ArrayBuffer>, serverKey: string): Promise<boolean> {
  const signature = fromHex(proof)
  const keyBytes = fromHex(serverKey)
  if (!signature || !keyBytes || keyBytes.length === 0) return false
  const key = await crypto.subtle.importKey('raw', keyBytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ])
  return crypto.subtle.verify('HMAC', key, signature, nonce)
}

export function createClient(deps: {
  readonly fetch: typeof fetch
  /** Whether the browser grants requests to 127.0.0.1. */
  readonly mayReach: () => Promise<boolean>
  readonly port: () => Promise<number>
  readonly pairing: () => Promise<Pairing | undefined>
  readonly clientName: string
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number
  /** Milliseconds after which a request is given up; shorter in tests. */
  readonly deadlines?: { readonly hello: number; readonly call: number }
}): Client {
  const deadlines = deps.deadlines ?? deadlinesMs
  let proof = { of: '', untilMs: 0 }

  async function send(
    path: string,
    body: unknown,
    deadlineMs: number,
    headers: HeaderFields = {},
  ): Promise<Reply> {
    const isBytes = body instanceof Uint8Array
    const response = await deps.fetch(`http://127.0.0.1:${await deps.port()}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
      body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(deadlineMs),
    })
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    const text = await response.text()
    return {
      status: response.status,
      body: parsed(text),
      retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
    }
  }

  /** Whether someone speaking our protocol is there. Sends a nonce and the client id, nothing else. */
  async function hello(clientId: string | undefined, nonce: Uint8Array): Promise<Static<typeof HelloAnswer>> {
    if (!(await deps.mayReach())) throw new AppError('SERVER_PERMISSION')
    const port = await deps.port()
    const question: Hello = {
      protocol: protocolVersion,
      nonce: toHex(nonce),
      ...(clientId === undefined ? {} : { clientId }),
    }
    let reply: Reply
    try {
      reply = await send('/api/hello', question, deadlines.hello)
    } catch (cause) {
      throw new AppError('SERVER_NOT_RUNNING', { port }, { cause })
    }
    if (reply.status === 426) throw new AppError('PROTOCOL_VERSION', { port })
    if (Check(Problem, reply.body) && (reply.status === 429 || reply.status === 503)) throw refusal(reply)
    if (reply.status !== 200 || !Check(HelloAnswer, reply.body)) {
      throw new AppError('SERVER_NOT_OURS', { port })
    }
    if (reply.body.protocol !== protocolVersion) throw new AppError('PROTOCOL_VERSION', { port })
    return reply.body
  }

  async function prove(): Promise<Pairing> {
    const pairing = await deps.pairing()
    const nonce = crypto.getRandomValues(new Uint8Array(32))
    const answer = await hello(pairing?.clientId, nonce)
    const port = await deps.port()
    if (!pairing || answer.proof === null) throw new AppError('SERVER_NOT_PAIRED', { port })
    if (!(await isProof(answer.proof, nonce, pairing.serverKey)))
      throw new AppError('SERVER_NOT_OURS', { port })
    return pairing
  }

  /** Makes sure of the server, unless it proved itself a moment ago and nothing has failed since. */
  async function greet(): Promise<Pairing> {
    const pairing = await deps.pairing()
    const of = JSON.stringify([await deps.port(), pairing])
    if (pairing && proof.of === of && deps.now() < proof.untilMs) return pairing
    const proven = await prove()
    proof = { of, untilMs: deps.now() + proofLastsMs }
    return proven
  }

  /** Posts with the token. Whatever fails makes the server prove itself anew. */
  async function call(path: string, body: unknown, headers: HeaderFields = {}): Promise<Reply> {
    const { token } = await greet()
    const { untilMs } = proof
    proof = { ...proof, untilMs: 0 }
    let reply: Reply
    try {
      reply = await send(path, body, deadlines.call, { ...headers, authorization: `Bearer ${token}` })
    } catch (cause) {
      const isLate = cause instanceof DOMException && cause.name === 'TimeoutError'
      throw new AppError(isLate ? 'PROTOCOL_BUSY' : 'SERVER_NOT_RUNNING', {}, { cause })
    }
    if (!taken.has(reply.status)) throw refusal(reply)
    proof = { ...proof, untilMs }
    return reply
  }

  return {
    greet: async () => {
      await greet()
    },

    post: async (path, body, answer) => {
      const { body: answered } = await call(path, body)
      if (!Check(answer, answered)) throw new AppError('PROTOCOL_VERSION', { path })
      return answered
    },

    hand: async (path, body, headers) => {
      await call(path, body, headers)
    },

    claim: async code => {
      await hello(undefined, crypto.getRandomValues(new Uint8Array(32)))
      const claim = { protocol: protocolVersion, code: code.trim(), clientName: deps.clientName }
      let reply: Reply
      try {
        reply = await send('/api/pairing/claim', claim, deadlines.call)
      } catch (cause) {
        throw new AppError('SERVER_NOT_RUNNING', {}, { cause })
      }
      if (reply.status !== 200) throw refusal(reply)
      if (!Check(PairingGrant, reply.body)) throw new AppError('SERVER_NOT_OURS')
      return reply.body
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
