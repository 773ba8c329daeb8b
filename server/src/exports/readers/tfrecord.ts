/** Reads TFRecord files of `tf.train.Example` messages as TensorFlow does: checksums first, then the message. */
import { createReadStream } from 'node:fs'

/** Values by key; bytes as they are, numbers as numbers. */
export type FoundExample = ReadonlyMap<string, readonly (Buffer | number)[]>

/**
 * @param mostBytes - of a record; longer ones are not taken into memory
 * @throws Error when a file ends within a record, a checksum does not fit, or a record is too long
 */
export async function* readExamples(path: string, mostBytes = 2 ** 31): AsyncGenerator<FoundExample> {
  const bytes = createByteSource(createReadStream(path, { highWaterMark: 1 << 20 }))
  for (let nth = 0; ; nth++) {
    const head = await bytes.next(12)
    if (head.length === 0) return
    const wrong = (what: string) => new Error(`${path}, record ${nth}: ${what}`)
    if (head.length < 12) throw wrong('cut short')
    if (head.readUInt32LE(8) !== maskedSum(head.subarray(0, 8))) throw wrong('the length is corrupted')
    const length = Number(head.readBigUInt64LE(0))
    if (length > mostBytes) throw wrong('too long')
    const message = await bytes.next(length + 4)
    if (message.length < length + 4) throw wrong('cut short')
    const content = message.subarray(0, length)
    if (message.readUInt32LE(length) !== maskedSum(content)) throw wrong('the data is corrupted')
    yield parseExample(content)
  }
}

/** Takes exact numbers of bytes out of a stream. */
function createByteSource(stream: AsyncIterable<Buffer>) {
  const source = stream[Symbol.asyncIterator]()
  let left: Buffer = Buffer.alloc(0)
  return {
    /** @returns fewer bytes at the end of the stream */
    next: async (count: number): Promise<Buffer> => {
      const parts = [left]
      let have = left.length
      while (have < count) {
        const read = await source.next()
        if (read.done === true) break
        parts.push(read.value)
        have += read.value.length
      }
      const all = parts.length === 1 ? left : Buffer.concat(parts)
      left = all.subarray(count)
      return all.subarray(0, count)
    },
  }
}

/** Whether a file begins like one: with a length and its checksum. */
export const isRecordHead = (bytes: Buffer): boolean =>
  bytes.length >= 12 && bytes.readUInt32LE(8) === maskedSum(bytes.subarray(0, 8))

/** One byte of CRC-32C at a time, for it is only asked whether the other way of doing it is right. */
const sums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1
  return sum
})

function maskedSum(bytes: Buffer): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = (sum >>> 8) ^ (sums[(sum ^ byte) & 0xff] ?? 0)
  sum = ~sum >>> 0
  const turned = ((sum >>> 15) | (sum << 17)) >>> 0
  return (turned + 0xa282ead8) % 2 ** 32
}

/** Example { Features features = 1 }, Features { map<string, Feature> feature = 1 }. */
function parseExample(message: Buffer): FoundExample {
  const found = new Map<string, readonly (Buffer | number)[]>()
  for (const features of fieldsOf(message))
    for (const entry of fieldsOf(features.bytes)) {
      const [key, feature] = fieldsOf(entry.bytes)
      if (!key || !feature) throw new Error('an example with an entry that is none')
      found.set(key.bytes.toString(), fieldsOf(feature.bytes).flatMap(valuesOf))
    }
  return found
}

interface Field {
  readonly number: number
  readonly bytes: Buffer
}

/** bytes_list = 1, float_list = 2, int64_list = 3; numbers are packed. */
function valuesOf({ number, bytes }: Field): readonly (Buffer | number)[] {
  const lists = fieldsOf(bytes).map(field => field.bytes)
  if (number === 1) return lists
  if (number === 2)
    return lists.flatMap(list =>
      Array.from({ length: list.length / 4 }, (_, nth) => list.readFloatLE(4 * nth)),
    )
  return lists.flatMap(list => {
    const values: number[] = []
    for (let at = 0; at < list.length; ) {
      const [value, next] = varintAt(list, at)
      values.push(value)
      at = next
    }
    return values
  })
}

/** All fields of a message; only those of bytes are expected. */
function fieldsOf(message: Buffer): readonly Field[] {
  const fields: Field[] = []
  for (let at = 0; at < message.length; ) {
    const [tag, afterTag] = varintAt(message, at)
    if (tag % 8 !== 2) throw new Error(`a field of wire type ${tag % 8}, where bytes belong`)
    const [length, from] = varintAt(message, afterTag)
    if (from + length > message.length) throw new Error('a field that is longer than its message')
    fields.push({ number: Math.floor(tag / 8), bytes: message.subarray(from, from + length) })
    at = from + length
  }
  return fields
}

/** @returns the value, which is negative where all 64 bits are used for that, and where the next one begins */
function varintAt(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0
  for (let nth = 0; nth < 7; nth++) {
    const byte = bytes[at + nth] ?? 0
    value += (byte % 128) * 128 ** nth
    if (byte < 128) return [value, at + nth + 1]
  }
  let long = BigInt(value)
  for (let nth = 7; nth < 10; nth++) {
    const byte = bytes[at + nth] ?? 0
    long += BigInt(byte % 128) << BigInt(7 * nth)
    if (byte < 128) return [Number(BigInt.asIntN(64, long)), at + nth + 1]
  }
  throw new Error('a number that is too large')
}

/** @throws Error when the key is not there */
export function bytesOf(example: FoundExample, key: string): readonly Buffer[] {
  const values = example.get(key)
  if (!values) throw new Error(`an example without ${key}`)
  return values.filter(value => typeof value !== 'number')
}

export const textsOf = (example: FoundExample, key: string): readonly string[] =>
  bytesOf(example, key).map(String)

/** @throws Error when the key is not there */
export function numbersOf(example: FoundExample, key: string): readonly number[] {
  const values = example.get(key)
  if (!values) throw new Error(`an example without ${key}`)
  return values.filter(value => typeof value === 'number')
}

export function oneNumber(example: FoundExample, key: string): number {
  const [value, ...more] = numbersOf(example, key)
  if (value === undefined || more.length > 0) throw new Error(`${key} is not one number`)
  return value
}
