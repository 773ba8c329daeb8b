/** What a process and everything it started use, as the system tells (Linux; elsewhere nothing is known). */
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100
const kibPerMib = 1024

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
  /** Of children that have ended. */
  readonly endedTicks: number
}

/** Fields of `/proc/<pid>/stat` after the name, which may hold anything. */
function statOf(pid: string): Stat | undefined {
  const text = read(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    place => fields[place],
  )
  return { pid: Number(pid), parent, ticks: user + system, endedTicks: endedUser + endedSystem }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The process, its children, their children. */
function treeBelow(root: number): Stat[] {
  let names: string[] = []
  try {
    names = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  } catch {
    return []
  }
  const all = names.map(statOf).filter(stat => stat !== undefined)
  const tree = all.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid))
  return tree
}

/** @returns user and system seconds so far, those of ended children included */
export function cpuSecondsOf(root: number): number | undefined {
  const tree = treeBelow(root)
  if (tree.length === 0) return undefined
  return tree.reduce((sum, { ticks, endedTicks }) => sum + ticks + endedTicks, 0) / ticksPerSecond
}

/** @returns memory in use now; pages several processes share are counted once */
export function memoryMiBOf(root: number): number | undefined {
  const tree = treeBelow(root)
  if (tree.length === 0) return undefined
  const kib = tree.map(({ pid }) => field(`/proc/${pid}/smaps_rollup`, 'Pss') ?? 0)
  return kib.reduce((sum, value) => sum + value, 0) / kibPerMib
}

/** @returns the most memory one process has had resident at a time */
export function peakMiBOf(pid: number): number | undefined {
  const kib = field(`/proc/${pid}/status`, 'VmHWM')
  return kib === undefined ? undefined : kib / kibPerMib
}

/** A line `Name:   123 kB`. */
function field(path: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(path) ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}
