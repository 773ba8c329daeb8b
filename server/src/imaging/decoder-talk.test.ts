import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { defaultSettings } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { talkWith } from './decoder-talk.ts'

test.runIf(process.platform === 'linux')(
  'killed for its memory, the picture it was killed for is blamed, although it was answered before the end',
  async () => {
    const gone = Promise.withResolvers<void>()
    const killed = Promise.withResolvers<void>()
    const child = Object.assign(new EventEmitter(), {
      pid: process.pid,
      send: () => true,
      kill: killed.resolve,
    })
    const talk = talkWith(child as unknown as ChildProcess, gone.promise, {
      ...{ maxRssBytes: 1, momentMs: Number.POSITIVE_INFINITY, freed: () => {} },
    })
    const [first, second] = [1, 2].map(job =>
      talk.ask(
        { kind: 'open', job, bytes: Buffer.alloc(1), settings: defaultSettings, freeMegapixels: 1 },
        60_000,
      ),
    )
    const ending = Promise.allSettled([first, second])
    await killed.promise
    child.emit('message', { kind: 'failed', job: 1, failure: { kind: 'failed' } })
    gone.resolve()
    expect(await ending).toMatchObject([{ status: 'fulfilled' }, { reason: { reason: 'neighbour' } }])
  },
)
