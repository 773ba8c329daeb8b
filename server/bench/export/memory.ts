/** How much memory writing and reading back takes, at a number of pictures that no memory holds. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Measure } from '../figure.ts'
import type { Bench } from './figure.ts'

const formats = ['tar', 'zip', 'hf-parquet', 'webdataset', 'tfrecord', 'numpy'] as const
const script = fileURLToPath(new URL('memory-process.ts', import.meta.url))

/** Each format in a process of its own; the most memory that one of them had resident at a time. */
export const measureMemory: Measure<Bench> = async ({ folder, isQuick, say }) => {
  const count = isQuick ? 10_000 : 100_000
  const lines: string[] = []
  let most = 0
  for (const format of formats) {
    say(`memory: ${format}`)
    const place = join(folder, `memory-${format}`)
    mkdirSync(place)
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...process.execArgv, script, format, place, String(count)],
      { encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`${format}: ${stderr}`)
    const { writtenMb, seconds, peakMb, read } = JSON.parse(stdout)
    most = Math.max(most, peakMb)
    lines.push(`${format}: ${peakMb} MB at most, ${read} pictures, ${writtenMb} MB written in ${seconds} s`)
    rmSync(place, { recursive: true, force: true })
  }
  return { figures: { [isQuick ? 'memoryMbAt10k' : 'memoryMbAt100k']: most }, lines }
}

const engineScript = fileURLToPath(new URL('engine-process.ts', import.meta.url))

/** The whole way of one export of class folders: plan, pictures, set, companions, proof, clearing away. */
export const measureEngine: Measure<Bench> = async ({ folder, isQuick, say }) => {
  const count = isQuick ? 10_000 : 100_000
  const place = join(folder, 'engine')
  mkdirSync(place)
  say(`engine: ${count} pictures`)
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, engineScript, place, String(count)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  const { images, files, seconds, beforeMb, peakMb } = JSON.parse(stdout)
  rmSync(place, { recursive: true, force: true })
  return {
    figures: { [isQuick ? 'engineMemoryMbAt10k' : 'engineMemoryMbAt100k']: peakMb },
    lines: [
      `${images} pictures, ${files} files in ${seconds} s: ${peakMb} MB at most, ${beforeMb} MB before it began`,
    ],
  }
}
