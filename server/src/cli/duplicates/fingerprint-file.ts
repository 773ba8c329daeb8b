/** Fingerprints of more pictures than memory should hold, in one temporary file. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fingerprint } from '../../look/fingerprint.ts'
import { packedFingerprintBytes, packFingerprint, unpackFingerprint } from '../../look/packed.ts'

export interface FingerprintFile {
  /** @returns its number: 0 for the first, then one more each time */
  readonly add: (fingerprint: Fingerprint) => number
  readonly read: (number: number) => Fingerprint
  /** Removes the file. */
  readonly close: () => void
}

/** Fingerprints read last stay in memory: a picture with many copies is compared again and again. */
const mostCached = 256

/**
 * @param folder - where the file is made; nobody but this user may read it, and where the system allows it, it has no name
 *   any more as soon as it is open, so that nothing is left of it however the program ends
 */
export function createFingerprintFile(folder = tmpdir()): FingerprintFile {
  const own = mkdtempSync(join(folder, 'gleaner-scan-'))
  const file = openSync(join(own, 'fingerprints'), 'wx+', 0o600)
  const remove = () => rmSync(own, { recursive: true, force: true })
  if (process.platform !== 'win32') remove()
  let count = 0
  const cached = new Map<number, Fingerprint>()
  const load = (number: number) => {
    const packed = Buffer.alloc(packedFingerprintBytes)
    readSync(file, packed, 0, packed.length, number * packedFingerprintBytes)
    return unpackFingerprint(packed)
  }
  return {
    add(fingerprint) {
      const packed = packFingerprint(fingerprint)
      const written = writeSync(file, packed, 0, packed.length, count * packedFingerprintBytes)
      if (written !== packed.length) throw new Error('no room for temporary files')
      return count++
    },
    read(number) {
      const fingerprint = cached.get(number) ?? load(number)
      cached.delete(number)
      cached.set(number, fingerprint)
      const [oldest] = cached.keys()
      if (cached.size > mostCached && oldest !== undefined) cached.delete(oldest)
      return fingerprint
    },
    close() {
      closeSync(file)
      remove()
    },
  }
}
