/** How long other requests wait while very many pictures are moved from class to class, with their files. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ActPage, ActSummary } from '@gleaner/shared/acts'
import { newestFirst } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { syncFolderNow } from '../../src/store/sync-now.ts'
import { type Bench, quantile, type Result } from '../figure.ts'
import { type IndexServer, startIndexServer } from './index-server.ts'
import { makeSynthetic, syntheticFile, syntheticId } from './synthetic.ts'

const acts = '/datasets/made/acts'
const key = () => randomBytes(16).toString('hex')
const pauseMs = 5

/** Of pictures of class 1, whose numbers come first. */
function writeFiles(folder: string, count: number): void {
  const images = join(folder, 'images', 'class-1')
  mkdirSync(images, { recursive: true, mode: 0o700 })
  for (let seq = 1; seq <= count; seq++) writeFileSync(join(images, `${syntheticId(seq)}.jpg`), syntheticFile)
  syncFolderNow(images)
}

/** What a person does in another tab, by name; each is another one every time. */
function othersOf(server: IndexServer, firstOther: number): Readonly<Record<string, () => Promise<unknown>>> {
  let seq = firstOther
  return {
    overview: () => server.ask('/overview'),
    list: () => server.ask(`/datasets/made/gallery?${filterToQuery({}, newestFirst)}&limit=100`),
    history: () => server.ask(`${acts}?limit=20`),
    mark: () =>
      server.post(acts, {
        key: key(),
        act: { kind: 'mark', mark: 'kept', of: { imageIds: [syntheticId(++seq)] } },
      }),
  }
}

/** Asks one after the other until told to stop. @returns times by name, in milliseconds */
async function ask(others: ReturnType<typeof othersOf>, isOver: () => boolean) {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(others).map(name => [name, []]))
  while (!isOver()) {
    for (const [name, other] of Object.entries(others)) {
      const from = performance.now()
      await other()
      times[name]?.push(performance.now() - from)
      await delay(pauseMs)
    }
  }
  return times
}

/** Starts an act on all of a class, and asks for other things until it is done. */
async function during(
  server: IndexServer,
  others: ReturnType<typeof othersOf>,
  begin: () => Promise<unknown>,
) {
  const from = performance.now()
  const { id } = (await begin()) as ActSummary
  const answeredMs = performance.now() - from
  let state = 'running'
  const times = await ask(
    {
      ...others,
      // The acts of one of its pictures: of all others there are many by now.
      progress: async () => {
        const { acts: known } = (await server.ask(`${acts}?imageId=${syntheticId(1)}`)).answer as ActPage
        state = known.find(act => act.id === id)?.state ?? state
      },
    },
    () => !['running', 'undoing'].includes(state),
  )
  return { times, answeredMs, tookMs: performance.now() - from }
}

export async function measureBulk(bench: Bench): Promise<Result> {
  const count = bench.isQuick ? 10_000 : 100_000
  const folder = join(bench.folder, 'bulk', 'made')
  bench.say(`bulk: making ${count} pictures with files`)
  makeSynthetic({ folder, pictures: count * 2, inFirstClass: count })
  writeFiles(folder, count)
  const server = await startIndexServer(folder)
  try {
    const others = othersOf(server, count)
    let rounds = 0
    // The gallery is read, and everything has been asked for before.
    await server.ask(`/datasets/made/gallery?${filterToQuery({ marks: ['none'] })}&limit=1`)
    await ask(others, () => rounds++ > 20)
    rounds = 0
    const alone = await ask(others, () => rounds++ > 50)
    await server.measure()
    bench.say('bulk: moving')
    const moved = await during(server, others, () =>
      server.post(acts, {
        key: key(),
        act: { kind: 'move', label: 'moved', of: { filter: { classIds: [1] } } },
      }),
    )
    const { mostMs } = await server.measure()
    const names = Object.keys(others)
    const worst = Math.max(
      ...names.map(name => Math.max(...(moved.times[name] ?? [])) - quantile(alone[name] ?? [], 0.5)),
    )
    const line = (name: string) => {
      const [before, while_] = [alone[name] ?? [], moved.times[name] ?? []]
      const of = (share: number) => quantile(while_, share).toFixed(1)
      return `${name}: ${quantile(before, 0.5).toFixed(1)} ms alone; meanwhile median ${of(0.5)}, p99 ${of(0.99)}, most ${of(1)} ms (${while_.length} times)`
    }
    return {
      figures: { bulkBlocksMs: worst, bulkLongestTurnMs: mostMs, bulkAnsweredMs: moved.answeredMs },
      lines: [
        `${count} pictures moved to another class in ${(moved.tookMs / 1000).toFixed(1)} s; the act itself was answered after ${moved.answeredMs.toFixed(0)} ms`,
        ...names.map(line),
        `longest turn of the event loop: ${mostMs.toFixed(1)} ms`,
      ],
    }
  } finally {
    await server.stop()
  }
}
