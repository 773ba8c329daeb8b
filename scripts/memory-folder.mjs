/**
 * Where tests keep their files for a moment. They bring thousands of small files to the disk, and all of them wait for it:
 * on a slow one a test takes twice as long, and a server may stand still for seconds. What they look at are the calls and
 * their order, which are the same in memory.
 */
import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
const beginning = 'gleaner-tests-'
/** Of a file system in memory: `TMPFS_MAGIC`. */
const tmpfs = 0x01021994
const gibibyte = 2 ** 30

function hasRoom() {
  try {
    const { type, bavail, bsize } = statfsSync(memory)
    const free = process.availableMemory?.() ?? freemem()
    return type === tmpfs && bavail * bsize >= 4 * gibibyte && free >= 6 * gibibyte
  } catch {
    return false // no such folder, as on other systems
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Folders of runs that were killed take up memory for nothing. */
function removeLeftovers() {
  for (const name of readdirSync(memory)) {
    const [, pid] = new RegExp(`^${beginning}(\\d+)-`).exec(name) ?? []
    if (pid && !isRunning(Number(pid))) rmSync(join(memory, name), { recursive: true, force: true })
  }
}

/**
 * @returns a folder for temporary files, in memory where there is plenty, and what to call when it is no longer needed;
 *   the usual one where the person named one
 */
export function makeTemporaryFolder() {
  if (process.env.TMPDIR || !hasRoom()) return { path: tmpdir(), remove: () => {} }
  removeLeftovers()
  const path = mkdtempSync(join(memory, `${beginning}${process.pid}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}
