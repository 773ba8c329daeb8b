/** CPU time of this process and the processes it started. */
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
  /** Of children that have ended. */
  readonly endedTicks: number
}

/** Fields of `/proc/<pid>/stat` after the name, which may hold anything. */
function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
      place => fields[place],
    )
    return { pid: Number(pid), parent, ticks: user + system, endedTicks: endedUser + endedSystem }
  } catch {
    return undefined
  }
}

/**
 * @param except - children that do not count
 * @returns seconds so far, children included where the system tells (Linux); `undefined` elsewhere
 */
export function cpuSeconds(except: ReadonlySet<number>): number | undefined {
  const own = statOf(String(process.pid))
  if (!own) return undefined
  const children = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(statOf)
    .filter(stat => stat?.parent === process.pid && !except.has(stat.pid))
  const ticks = children.reduce((sum, child) => sum + (child?.ticks ?? 0), own.ticks + own.endedTicks)
  return ticks / ticksPerSecond
}
