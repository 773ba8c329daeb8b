/** Reads archives again: what is in them, and whether it can be taken out whole. By libraries that have written none of them. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { crc32, createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { openPromise } from 'yauzl'

export interface ArchivedFile {
  /** With `/`, as the archive has it. */
  readonly path: string
  readonly sizeBytes: number
  /** SHA-256, hex. */
  readonly digest: string
}

/**
 * @param path - of a file that ends in `.tar`, `.tgz`, `.tar.gz` or `.zip`
 * @returns its files in their order
 * @throws Error when it is cut short, or a checksum does not fit
 */
export async function* readArchive(path: string): AsyncGenerator<ArchivedFile> {
  yield* path.endsWith('.zip') ? readZip(path) : readTar(path)
}

async function* readTar(path: string): AsyncGenerator<ArchivedFile> {
  const files = extract()
  const file = createReadStream(path)
  const feeding = path.endsWith('.tar') ? pipeline(file, files) : pipeline(file, createGunzip(), files)
  // Where feeding fails, reading does so too; it is awaited after that.
  feeding.catch(() => undefined)
  for await (const entry of files) {
    const { sizeBytes, digest } = await taken(entry)
    if (entry.header.type === 'file') yield { path: entry.header.name, sizeBytes, digest }
  }
  await feeding
}

async function* readZip(path: string): AsyncGenerator<ArchivedFile> {
  const zip = await openPromise(path, { autoClose: false })
  try {
    for await (const entry of zip.eachEntry()) {
      const { checksum, ...file } = await taken(await zip.openReadStreamPromise(entry))
      if (checksum !== entry.crc32) throw new Error(`${entry.fileName} does not fit its checksum`)
      yield { path: entry.fileName, ...file }
    }
  } finally {
    zip.close()
  }
}

async function taken(bytes: AsyncIterable<unknown>) {
  let checksum = 0
  const sum = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    sum.update(chunk)
    checksum = crc32(chunk, checksum)
    sizeBytes += chunk.length
  }
  return { checksum, sizeBytes, digest: sum.digest('hex') }
}
