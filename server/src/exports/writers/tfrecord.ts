/** TFRecord: records of any bytes, each with its length and two checksums. Here they hold `tf.train.Example` messages. */
import { chunked } from './chunks.ts'
import { crc32c } from './crc32c.ts'

export type Feature =
  | { readonly bytes: readonly (string | Uint8Array)[] }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }

/** By key, as readers name them. */
export type Example = Readonly<Record<string, Feature>>

/** Protocol buffers: a field of bytes, by its number. */
const fieldOfBytes = (number: number) => (number << 3) | 2

/** @returns a record: length, its checksum, the message, its checksum */
function exampleRecord(example: Example): Uint8Array[] {
  const message = encodeExample(example)
  const head = Buffer.alloc(12)
  head.writeBigUInt64LE(BigInt(message.length), 0)
  head.writeUInt32LE(masked(crc32c(head.subarray(0, 8))), 8)
  const foot = Buffer.alloc(4)
  foot.writeUInt32LE(masked(crc32c(message)), 0)
  return [head, message, foot]
}

/** Checksums are stored so that a record within a record does not look like one. */
const masked = (sum: number) => (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0

/** Keys are in their order by code point, so that the same example gives the same bytes. */
function encodeExample(example: Example): Buffer {
  const keys = Object.keys(example).sort()
  const entries = keys.flatMap(key => {
    const feature = example[key]
    return feature
      ? message(1, [...message(1, [Buffer.from(key)]), ...message(2, encodeFeature(feature))])
      : []
  })
  return Buffer.concat(message(1, entries))
}

/** `bytes_list` is 1, `float_list` 2, `int64_list` 3; the values are field 1 of each. */
function encodeFeature(feature: Feature): Uint8Array[] {
  if ('bytes' in feature)
    return message(
      1,
      feature.bytes.flatMap(value => message(1, [typeof value === 'string' ? Buffer.from(value) : value])),
    )
  if ('ints' in feature) return message(3, message(1, feature.ints.map(varint)))
  const floats = Buffer.alloc(4 * feature.floats.length)
  for (const [nth, value] of feature.floats.entries()) floats.writeFloatLE(value, 4 * nth)
  return message(2, message(1, [floats]))
}

/** Parts of a message as a field of another one. Nothing is copied here. */
function message(number: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return [Uint8Array.of(fieldOfBytes(number)), varint(length), ...parts]
}

/** @param value - not negative, an exact integer */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80)
  bytes.push(left)
  return Uint8Array.from(bytes)
}

/** @returns a file of one record for each item, in chunks of about a mebibyte */
export async function* recordsOf<Item>(
  items: AsyncIterable<Item>,
  exampleOf: (item: Item) => Example,
): AsyncGenerator<Uint8Array> {
  yield* chunked(partsOf(items, exampleOf))
}

async function* partsOf<Item>(
  items: AsyncIterable<Item>,
  exampleOf: (item: Item) => Example,
): AsyncGenerator<Uint8Array> {
  for await (const item of items) yield* exampleRecord(exampleOf(item))
}
