/** How exports are timed beside what others take for the same. */
import { spawnSync } from 'node:child_process'
import type { Bench as AnyBench } from '../figure.ts'
import { quantile } from '../figure.ts'
import { makeFiles, type PictureFile } from './pictures.ts'

export interface Bench extends AnyBench {
  /** Pictures in class folders below {@link Bench.pictures}. */
  readonly files: readonly PictureFile[]
  readonly pictures: string
}

export const withFiles = (bench: AnyBench, pictures: string): Bench => ({
  ...bench,
  pictures,
  files: makeFiles(pictures, bench.isQuick ? 1_000 : 4_000),
})

/** Wall time of a program, from its start to its end. @throws Error when it fails */
export function programMs(program: string, args: readonly string[], cwd: string): number {
  const startedAt = performance.now()
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return performance.now() - startedAt
}

export async function wallMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

export interface Pair {
  /** Median of ours over theirs, pair by pair. */
  readonly ratio: number
  readonly line: string
}

/** Times two ways of doing the same in turns, each first as often as the other, after a round that does not count. */
export async function paired(
  rounds: number,
  name: string,
  {
    ours,
    theirs,
    theirName,
  }: {
    readonly ours: () => Promise<number>
    readonly theirs: () => Promise<number>
    readonly theirName: string
  },
): Promise<Pair> {
  const pairs: { ours: number; theirs: number }[] = []
  for (let round = -1; round < rounds; round++) {
    const isFirst = round % 2 === 0
    const before = isFirst ? await ours() : undefined
    const their = await theirs()
    const pair = { ours: before ?? (await ours()), theirs: their }
    if (round >= 0) pairs.push(pair)
  }
  const median = (of: (pair: (typeof pairs)[number]) => number) => quantile(pairs.map(of), 0.5)
  const ratios = pairs.map(pair => pair.ours / pair.theirs)
  const shown = [Math.min(...ratios), Math.max(...ratios)].map(ratio => ratio.toFixed(2)).join(' to ')
  const times = `${Math.round(median(pair => pair.ours))} ms, ${theirName} ${Math.round(median(pair => pair.theirs))} ms`
  return { ratio: median(pair => pair.ours / pair.theirs), line: `${name}: ${times}; ratios ${shown}` }
}
