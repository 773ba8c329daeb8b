/** Runs in a page of the bench: reads it with what the content script reads it with, and says how long that took. */
import { createPause } from '../src/content/pause.ts'
import { createReader } from '../src/content/reader.ts'
import { watchPage } from '../src/content/watch.ts'
import type { PageAnswer } from '../src/harvesters/harvester.ts'
import { findHarvester, generic } from '../src/harvesters/registry.ts'

export interface Measured {
  /** Place of the last result that was read. */
  readonly last: number
  /** Time on the main thread in all. */
  readonly totalMs: number
  /** Longest stretch without a pause. */
  readonly longestMs: number
}

export interface Bench {
  /** Begins with what is on the page. */
  start(address: string): Promise<void>
  /** Adds results to the page, as scrolling does, and reads them. */
  grow(html: string, answer: { readonly url: string; readonly body: string } | undefined): Promise<void>
  measured(): Measured
}

let reader: ReturnType<typeof createReader>
let answers: PageAnswer[] = []
let totalMs = 0
let longestMs = 0
let beganMs = 0

function began(): void {
  beganMs = performance.now()
}

function ended(): void {
  const lastedMs = performance.now() - beganMs
  totalMs += lastedMs
  longestMs = Math.max(longestMs, lastedMs)
}

async function read(): Promise<void> {
  began()
  await reader.read()
  ended()
}

/** Ranks count up from 1, so the last one that has a tile tells how many there are. */
function lastRead(): number {
  let last = 0
  while (reader.tileOf(last + 1)) last++
  return last
}

const bench: Bench = {
  start: async address => {
    const pause = createPause()
    reader = createReader({
      document,
      address: () => address,
      findHarvester,
      generic,
      isLateFor: () => false,
      answers: () => answers.splice(0),
      nowMs: () => performance.now(),
      pause: async () => {
        ended()
        await pause()
        began()
      },
    })
    watchPage({
      document,
      harvester: reader.harvester() ?? generic,
      touched: (added, changed) => {
        began()
        reader.touch(added, changed)
        ended()
      },
      changed: () => undefined,
      shown: () => undefined,
      nowMs: () => performance.now(),
      pause,
    })
    await read()
  },
  grow: async (html, answer) => {
    document.querySelector('#results')?.insertAdjacentHTML('beforeend', html)
    if (answer) answers = [...answers, { url: new URL(answer.url), body: answer.body }]
    // A task of its own, as in a page: the watcher has been told by then.
    await new Promise(resolve => setTimeout(resolve))
    await read()
  },
  measured: () => ({
    last: lastRead(),
    totalMs,
    longestMs,
  }),
}

Object.assign(globalThis, { bench })
