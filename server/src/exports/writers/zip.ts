/**
 * Records of zip archives, with their 64-bit forms where they are needed. All files have the same time and mode, so that the
 * same files give the same bytes.
 */

/** What fits into 32 bits; the last value says "see the 64-bit record". */
const most32 = 0xffff_ffff
const most16 = 0xffff
/** 1980-01-01 00:00, the oldest there is. */
const dosDate = 0x21
const isUtf8 = 0x0800
const hasDescriptor = 0x0008
/** A plain file that everybody may read, as Unix says it. */
const unixMode = (0o100644 << 16) >>> 0

export type ZipMethod = 'stored' | 'deflated'
const methodNumbers: Readonly<Record<ZipMethod, number>> = { stored: 0, deflated: 8 }

export interface ZipFile {
  /** Relative, with `/`. */
  readonly path: string
  readonly method: ZipMethod
  /** Of the bytes as they were. */
  readonly crc32: number
  readonly sizeBytes: number
  readonly packedBytes: number
  /** Where its local header begins. */
  readonly offset: number
  /** Whether sizes and checksum follow the bytes, because they were not known before. */
  readonly isStreamed: boolean
}

/** A file whose sizes may need more than 32 bits; compressed ones may grow a little. */
export const needs64 = (sizeBytes: number): boolean => sizeBytes > 0xf000_0000

/** @param is64 - keeps room for 64-bit sizes; has to be known before, see {@link needs64} */
export function localHeader(file: Omit<ZipFile, 'offset'>, is64: boolean): Buffer {
  const name = Buffer.from(file.path)
  const extra = is64
    ? extra64([file.isStreamed ? 0 : file.sizeBytes, file.isStreamed ? 0 : file.packedBytes])
    : Buffer.alloc(0)
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  common(header, 4, file, is64)
  header.writeUInt32LE(file.isStreamed ? 0 : file.crc32, 14)
  header.writeUInt32LE(is64 ? most32 : file.isStreamed ? 0 : file.packedBytes, 18)
  header.writeUInt32LE(is64 ? most32 : file.isStreamed ? 0 : file.sizeBytes, 22)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extra.length, 28)
  return Buffer.concat([header, name, extra])
}

/** What follows the bytes of a streamed file. */
export function dataDescriptor(
  { crc32, sizeBytes, packedBytes }: Pick<ZipFile, 'crc32' | 'sizeBytes' | 'packedBytes'>,
  is64: boolean,
): Buffer {
  const descriptor = Buffer.alloc(is64 ? 24 : 16)
  descriptor.writeUInt32LE(0x08074b50, 0)
  descriptor.writeUInt32LE(crc32, 4)
  if (is64) {
    descriptor.writeBigUInt64LE(BigInt(packedBytes), 8)
    descriptor.writeBigUInt64LE(BigInt(sizeBytes), 16)
  } else {
    descriptor.writeUInt32LE(packedBytes, 8)
    descriptor.writeUInt32LE(sizeBytes, 12)
  }
  return descriptor
}

/** @returns the line of a file in the directory at the end of the archive */
export function centralHeader(file: ZipFile): Buffer {
  const name = Buffer.from(file.path)
  const isLarge = file.sizeBytes >= most32 || file.packedBytes >= most32
  const isFar = file.offset >= most32
  const sizes = isLarge ? [file.sizeBytes, file.packedBytes] : []
  const extra = isLarge || isFar ? extra64([...sizes, ...(isFar ? [file.offset] : [])]) : Buffer.alloc(0)
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE((3 << 8) | 45, 4)
  common(header, 6, file, extra.length > 0)
  header.writeUInt32LE(file.crc32, 16)
  header.writeUInt32LE(isLarge ? most32 : file.packedBytes, 20)
  header.writeUInt32LE(isLarge ? most32 : file.sizeBytes, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt16LE(extra.length, 30)
  header.writeUInt32LE(unixMode, 38)
  header.writeUInt32LE(isFar ? most32 : file.offset, 42)
  return Buffer.concat([header, name, extra])
}

export interface ZipDirectory {
  readonly files: number
  readonly offset: number
  readonly sizeBytes: number
}

/** @returns the last bytes of an archive; with a 64-bit record before them where numbers are too large */
export function endOfDirectory({ files, offset, sizeBytes }: ZipDirectory): Buffer {
  const is64 = files >= most16 || offset >= most32 || sizeBytes >= most32
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(is64 ? most16 : files, 8)
  end.writeUInt16LE(is64 ? most16 : files, 10)
  end.writeUInt32LE(is64 ? most32 : sizeBytes, 12)
  end.writeUInt32LE(is64 ? most32 : offset, 16)
  if (!is64) return end
  const record = Buffer.alloc(56)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt16LE((3 << 8) | 45, 12)
  record.writeUInt16LE(45, 14)
  record.writeBigUInt64LE(BigInt(files), 24)
  record.writeBigUInt64LE(BigInt(files), 32)
  record.writeBigUInt64LE(BigInt(sizeBytes), 40)
  record.writeBigUInt64LE(BigInt(offset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(offset + sizeBytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator, end])
}

/** Version, flags, method and time: what local and central headers have in common. */
function common(
  header: Buffer,
  at: number,
  file: Pick<ZipFile, 'method' | 'isStreamed'>,
  is64: boolean,
): void {
  header.writeUInt16LE(is64 ? 45 : 20, at)
  header.writeUInt16LE(isUtf8 | (file.isStreamed ? hasDescriptor : 0), at + 2)
  header.writeUInt16LE(methodNumbers[file.method], at + 4)
  header.writeUInt16LE(0, at + 6)
  header.writeUInt16LE(dosDate, at + 8)
}

function extra64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * values.length, 2)
  for (const [nth, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * nth)
  return extra
}
