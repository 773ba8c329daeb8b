/** Fingerprints of more pictures than memory should hold, in one temporary file, with the forms they are looked up by. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fingerprint, Orientation, QueryForm } from '../../look/fingerprint.ts'
import { packedFingerprintBytes, packFingerprint, unpackFingerprint } from '../../look/packed.ts'

export interface FingerprintFile {
  /** @returns its number: 0 for the first, then one more each time */
  readonly add: (fingerprint: Fingerprint, queryForms: readonly QueryForm[]) => number
  readonly read: (number: number) => Fingerprint
  readonly readForms: (number: number) => readonly QueryForm[]
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
  /** Where each record begins; the last is the end of the file. */
  const starts = [0]
  const cached = new Map<number, Fingerprint>()
  const load = (number: number, from: number, to?: number) => {
    const start = (starts[number] ?? 0) + from
    const bytes = Buffer.alloc(
      (to === undefined ? (starts[number + 1] ?? 0) : (starts[number] ?? 0) + to) - start,
    )
    readSync(file, bytes, 0, bytes.length, start)
    return bytes
  }
  return {
    add(fingerprint, queryForms) {
      const record = Buffer.concat([packFingerprint(fingerprint), ...queryForms.map(packForm)])
      const start = starts.at(-1) ?? 0
      const written = writeSync(file, record, 0, record.length, start)
      if (written !== record.length) throw new Error('no room for temporary files')
      return starts.push(start + record.length) - 2
    },
    read(number) {
      const fingerprint = cached.get(number) ?? unpackFingerprint(load(number, 0, packedFingerprintBytes))
      cached.delete(number)
      cached.set(number, fingerprint)
      const [oldest] = cached.keys()
      if (cached.size > mostCached && oldest !== undefined) cached.delete(oldest)
      return fingerprint
    },
    readForms(number) {
      const bytes = load(number, packedFingerprintBytes)
      return Array.from({ length: bytes.length / formBytes }, (_, at) =>
        unpackForm(bytes.subarray(at * formBytes, (at + 1) * formBytes)),
      )
    },
    close() {
      closeSync(file)
      remove()
    },
  }
}

/** Kind, orientation, radius, a bit for each kind it is compared with (two bytes), hash. */
const formBytes = 5 + 32

function packForm({ kind, orientation, radiusBits, among, bits }: QueryForm): Buffer {
  const mask = among.reduce((sum, held) => sum | (1 << held), 0)
  return Buffer.concat([Buffer.from([kind, orientation, radiusBits, mask & 255, mask >> 8]), bits])
}

function unpackForm(bytes: Buffer): QueryForm {
  const [kind = 0, orientation = 0, radiusBits = 0, low = 0, high = 0] = bytes
  const mask = low | (high << 8)
  const among = Array.from({ length: 16 }, (_, held) => held).filter(held => mask & (1 << held))
  return { kind, orientation: orientation as Orientation, radiusBits, among, bits: bytes.subarray(5) }
}
