/** How the files of a folder go into an archive, one after the other. Blocks the thread it is called in, see `wrap.ts`. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ExportContainer } from '@gleaner/shared/exports'
import { deflatedPart, deflateEnd, isPacked } from './deflate.ts'
import { createGzip } from './gzip.ts'
import type { Output } from './output.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'
import { centralHeader, endOfDirectory, localHeader, needs64, type ZipFile } from './zip.ts'

export type Archive = Exclude<ExportContainer, 'folder'>

/** A file of the folder, open for reading. */
interface Source {
  /** As the archive names it. */
  readonly path: string
  readonly sizeBytes: number
  /** Fills a buffer with the next bytes. @throws Error when the file has become shorter */
  readonly fill: (into: Uint8Array) => void
}

/** Puts files into an archive of one kind. */
export interface Packer {
  readonly add: (source: Source) => void
  readonly end: () => void
}

/** How much text is compressed at a time. */
const textPartBytes = 1 << 20

export const packers: Readonly<Record<Archive, (output: Output) => Packer>> = {
  tar: tarPacker,
  tgz: tgzPacker,
  zip: zipPacker,
}

/**
 * @param folder - where the file is
 * @param path - below it, with `/`
 * @param root - folder of the archive into which it goes
 */
export function addFile(packer: Packer, folder: string, path: string, root: string): void {
  const file = openSync(join(folder, path), 'r')
  try {
    const fill = (into: Uint8Array) => {
      for (let done = 0; done < into.length; ) {
        const read = readSync(file, into, done, into.length - done, null)
        if (read === 0) throw new Error(`${path} became shorter while it was read`)
        done += read
      }
    }
    packer.add({ path: `${root}/${path}`, sizeBytes: fstatSync(file).size, fill })
  } finally {
    closeSync(file)
  }
}

function tarPacker(output: Output): Packer {
  return {
    add: source => {
      output.put(tarHeader(source.path, source.sizeBytes))
      copy(source, output)
      output.put(tarPadding(source.sizeBytes))
    },
    end: () => output.put(tarEnd),
  }
}

function tgzPacker(output: Output): Packer {
  const gzip = createGzip()
  const put = (bytes: Uint8Array, isCompressed: boolean) => {
    for (const part of gzip.part(bytes, isCompressed)) output.put(part)
  }
  output.put(gzip.start)
  return {
    add: source => {
      put(tarHeader(source.path, source.sizeBytes), true)
      for (const part of parts(source)) put(part, isPacked(source.path))
      put(tarPadding(source.sizeBytes), true)
    },
    end: () => {
      put(tarEnd, true)
      output.put(gzip.end())
    },
  }
}

function zipPacker(output: Output): Packer {
  const files: ZipFile[] = []
  return {
    add: source => {
      const method = isPacked(source.path) || source.sizeBytes === 0 ? 'stored' : 'deflated'
      const { path, sizeBytes } = source
      const offset = output.position()
      const known = { path, method, sizeBytes, crc32: 0, packedBytes: sizeBytes, isStreamed: false } as const
      const is64 = needs64(sizeBytes)
      const header = localHeader(known, is64)
      output.put(header)
      const checksum = method === 'stored' ? copy(source, output, true) : compress(source, output)
      const packedBytes = output.position() - offset - header.length
      const file = { ...known, crc32: checksum, packedBytes, offset }
      output.patch(offset, localHeader(file, is64))
      files.push(file)
    },
    end: () => {
      const offset = output.position()
      for (const file of files) output.put(centralHeader(file))
      output.put(endOfDirectory({ files: files.length, offset, sizeBytes: output.position() - offset }))
    },
  }
}

/** Reads a file straight into what is written next. @returns its CRC-32, where it is asked for */
function copy({ sizeBytes, fill }: Source, output: Output, isChecked = false): number {
  let checksum = 0
  for (let left = sizeBytes; left > 0; ) {
    const room = output.take(Math.min(left, output.mostTaken))
    fill(room)
    if (isChecked) checksum = crc32(room, checksum)
    left -= room.length
  }
  return checksum
}

function compress(source: Source, output: Output): number {
  let checksum = 0
  for (const part of parts(source)) {
    checksum = crc32(part, checksum)
    output.put(deflatedPart(part))
  }
  output.put(deflateEnd)
  return checksum
}

const scratch = Buffer.allocUnsafeSlow(textPartBytes)

/** The bytes of a file, part by part; each is overwritten by the next. */
function* parts({ sizeBytes, fill }: Source): Generator<Uint8Array> {
  for (let left = sizeBytes; left > 0; ) {
    const part = scratch.subarray(0, Math.min(left, textPartBytes))
    fill(part)
    yield part
    left -= part.length
  }
}
