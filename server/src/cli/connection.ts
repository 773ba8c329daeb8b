import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hello, HelloAnswer, Problem } from '@gleaner/shared/api'
import { AppError, isErrorCode } from '@gleaner/shared/errors'
import { protocolVersion } from '@gleaner/shared/limits'
import { ownerClientId, ownerServerKey, proofOf } from '../access/owner-proof.ts'
import { isSameSecret, newSecret } from '../access/secret.ts'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { startServer } from '../main.ts'

/** The server as the command line sees it: the same HTTP API as everybody else's. */
export interface Connection {
  readonly origin: string
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: unknown): Promise<Answer>
  patch<Answer>(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<unknown>
  /** Ends the server if it was started for this command alone. */
  close(): Promise<void>
}

/**
 * Reaches the server of a data folder: the running one, or one started for this command on a port of its own.
 *
 * @throws AppError when the folder cannot be used
 */
export async function connect(config: Config): Promise<Connection> {
  const running = await findRunning(config.home)
  if (running !== undefined) return speak(config.home, running, async () => {})
  const server = await startServer({ ...config, port: 0 }, createLog(config.home))
  return speak(config.home, server.port, server.stop)
}

/** As {@link connect}, but only when a server is running already. */
export async function connectToRunning(config: Config): Promise<Connection> {
  const running = await findRunning(config.home)
  if (running === undefined) throw new AppError('SERVER_NOT_RUNNING', { home: config.home })
  return speak(config.home, running, async () => {})
}

/**
 * Finds the server running for this data folder. A port named in the folder may by now be another program's, so whoever
 * answers has to prove itself before it is believed, and before it gets the owner's token.
 *
 * @returns its port
 */
export async function findRunning(home: string): Promise<number | undefined> {
  try {
    const { port } = JSON.parse(await readFile(join(home, '.gleaner', 'server.json'), 'utf8'))
    const key = ownerServerKey(await readToken(home))
    return (await isProven(`http://127.0.0.1:${port}`, key)) ? port : undefined
  } catch {
    return undefined // no such file, or nobody answers: not running
  }
}

async function isProven(origin: string, key: string): Promise<boolean> {
  const nonce = newSecret(randomBytes)
  const hello: Hello = { protocol: protocolVersion, nonce, clientId: ownerClientId }
  const response = await fetch(`${origin}/api/hello`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(hello),
    redirect: 'error',
    signal: AbortSignal.timeout(2000),
  })
  const { proof } = (await response.json()) as HelloAnswer
  return typeof proof === 'string' && isSameSecret(proof, proofOf(key, nonce))
}

const readToken = async (home: string) => (await readFile(join(home, '.gleaner', 'cli-token'), 'utf8')).trim()

async function speak(home: string, port: number, close: () => Promise<void>): Promise<Connection> {
  const origin = `http://127.0.0.1:${port}`
  const token = await readToken(home)
  const ask = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(origin + path, {
      method,
      redirect: 'error',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw problemToError(text, response.status)
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }
  return {
    origin,
    get: path => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    patch: (path, body) => ask('PATCH', path, body),
    delete: path => ask('DELETE', path),
    close,
  }
}

function problemToError(text: string, status: number): AppError {
  try {
    const { code, facts } = JSON.parse(text) as Problem
    if (isErrorCode(code)) return new AppError(code, facts)
  } catch {
    // not one of our bodies: fall through
  }
  return new AppError('PROTOCOL_INTERNAL', { status })
}
