/** The server of an index as the benchmark sees it: asked over HTTP, weighed, and stopped. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ToBench } from './index-process.ts'

export interface IndexServer {
  /** @returns the answer, and the time until all of it was there, in milliseconds */
  readonly ask: (path: string) => Promise<{ readonly answer: unknown; readonly ms: number }>
  /** Asks for an act. */
  readonly post: (path: string, body: object) => Promise<unknown>
  /** Longest turn of the event loop since the last time, and memory now. */
  readonly measure: () => Promise<{ readonly mostMs: number; readonly rssMiB: number }>
  readonly stop: () => Promise<void>
}

const entry = fileURLToPath(new URL('./index-process.ts', import.meta.url))

/** @param folder - of a dataset whose id is `made` */
export async function startIndexServer(folder: string): Promise<IndexServer> {
  const child = fork(entry, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const next = async <Kind extends ToBench['kind']>(kind: Kind) => {
    const [message] = (await once(child, 'message')) as [ToBench]
    if (message.kind !== kind) throw new Error(`The server said ${message.kind} instead of ${kind}.`)
    return message as Extract<ToBench, { kind: Kind }>
  }
  const { port, token } = await next('ready')
  const base = `http://127.0.0.1:${port}/api`
  const headers = { authorization: `Bearer ${token}` }
  const refuse = async (path: string, answer: Response) => {
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  }
  return {
    ask: async path => {
      const from = performance.now()
      const answer = await fetch(base + path, { headers })
      await refuse(path, answer)
      const isJson = answer.headers.get('content-type')?.includes('json')
      const body = isJson ? await answer.json() : await answer.arrayBuffer()
      return { answer: body, ms: performance.now() - from }
    },
    post: async (path, body) => {
      const answer = await fetch(base + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await refuse(path, answer)
      return answer.json()
    },
    measure: () => {
      const said = next('held')
      child.send('measure')
      return said
    },
    stop: async () => {
      const gone = once(child, 'exit')
      child.send('stop')
      await gone
    },
  }
}
