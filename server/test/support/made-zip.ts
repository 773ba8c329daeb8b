/** Zip archives made by hand, with whatever an honest tool would not write. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface MadeEntry {
  readonly name: string | Buffer
  readonly content?: Buffer
  readonly isDeflated?: boolean
  readonly flags?: number
  /** Unix mode; a plain file unless given. */
  readonly mode?: number
  /** Places its header elsewhere: another entry's bytes. */
  readonly offset?: number
  /** What the archive says it unpacks to. */
  readonly claimedBytes?: number
}

export function madeZip(entries: readonly MadeEntry[]): Buffer {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const { content = Buffer.from('hello'), isDeflated = false, flags = 0x0800, mode = 0o100644 } = entry
    const name = Buffer.from(entry.name)
    const packed = isDeflated ? deflateRawSync(content) : content
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(isDeflated ? 8 : 0, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(entry.claimedBytes ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    if (entry.offset === undefined) {
      parts.push(Buffer.concat([Buffer.from('504b0304', 'hex'), common, name, packed]))
    }
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    rest.writeUInt32LE(entry.offset ?? at, 10)
    central.push(Buffer.concat([Buffer.from('504b01021403', 'hex'), common, rest, name]))
    if (entry.offset === undefined) at += 30 + name.length + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, directory, end])
}
