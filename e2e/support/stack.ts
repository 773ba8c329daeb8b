import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../server/test/support/loopback-server.ts', import.meta.url))

/** A server in a process of its own that may fetch from this machine under the invented hosts of `*.example`. */
export interface TestServer {
  readonly port: number
  readonly origin: string
  readonly home: string
  /** A fresh single-use link to the dashboard. */
  link(): Promise<string>
  /** Asks the API with the owner's token, as the command line does. */
  ask<Answer>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer>
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Ends it as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>
}

export interface TestServerOptions {
  /** 0 for any; name one to come back at the same address after {@link TestServer.kill}. */
  readonly port?: number
  /** Port of a local host that stands in for all hosts of the web. */
  readonly webPort?: number
}

/** @param home - data folder */
export async function startTestServer(
  home: string,
  { port = 0, webPort }: TestServerOptions = {},
): Promise<TestServer> {
  const args = [home, String(port), ...(webPort === undefined ? [] : [String(webPort)])]
  const child = fork(entry, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const listening = await firstMessage(child)
  const origin = `http://127.0.0.1:${listening.port}`
  const ask = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const token = (await readFile(join(home, '.gleaner', 'cli-token'), 'utf8')).trim()
    const response = await fetch(origin + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text === '' ? 'null' : text)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = await exited
    return code as number | null
  }
  return {
    port: listening.port,
    origin,
    home,
    link: async () => `${origin}/#key=${(await ask<{ code: string }>('POST', '/api/session/link', {})).code}`,
    ask,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}

async function firstMessage(child: ChildProcess): Promise<{ port: number }> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The server ended with code ${code} before it listened.`)
    }),
  ])
  return message
}
