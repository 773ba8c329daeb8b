/** Tar archives, packed or not, entry by entry. */
import { createReadStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '@gleaner/shared/errors'
import { extract } from 'tar-stream'
import type { EntryKind, Intake, Unpacking } from './unpack.ts'

const blockBytes = 512
const kinds: Readonly<Record<string, EntryKind>> = {
  ...{ file: 'file', 'contiguous-file': 'file', directory: 'folder' },
}

export async function unpackTar(
  { archive, signal }: Unpacking,
  intake: Intake,
  isPacked: boolean,
): Promise<void> {
  const tail = createTail(intake.passed)
  const entries = extract()
  const source = createReadStream(archive)
  const reading = isPacked
    ? pipeline(source, createGunzip(), tail.stream, entries, { signal })
    : pipeline(source, tail.stream, entries, { signal })
  // Whatever ends it first ends the other, too, and is the reason.
  reading.catch(() => {})
  for await (const entry of entries) {
    const { name, type, size = 0 } = entry.header
    const path = intake.entry(name, kinds[type ?? ''] ?? 'other', size)
    if (path === undefined) entry.resume()
    else await intake.write(path, Readable.from(entry))
  }
  await reading
  if (!tail.isEndOfArchive()) throw new AppError('IMPORT_DAMAGED', { reason: 'cut short' })
}

/** An archive ends with blocks of zeros; one that was cut between two entries does not. */
function createTail(passed: Intake['passed']) {
  let last: Buffer = Buffer.alloc(0)
  let bytes = 0
  const stream = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length
      last =
        chunk.length >= blockBytes
          ? chunk.subarray(-blockBytes)
          : Buffer.concat([last, chunk]).subarray(-blockBytes)
      try {
        passed(bytes)
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
  })
  return { stream, isEndOfArchive: () => last.length === blockBytes && last.every(byte => byte === 0) }
}
