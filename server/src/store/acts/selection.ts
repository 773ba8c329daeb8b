/** Numbers of pictures as they are kept with an act: 32 bits each, in the order in which they are dealt with. */

const bytesEach = 4

export function packSeqs(seqs: ArrayLike<number>): Buffer {
  const packed = Buffer.allocUnsafe(seqs.length * bytesEach)
  for (let index = 0; index < seqs.length; index += 1)
    packed.writeUInt32LE(seqs[index] ?? 0, index * bytesEach)
  return packed
}

/** @returns at most `limit` of them from `start` on */
export function unpackSeqs(packed: Buffer, start: number, limit: number): number[] {
  const end = Math.min(packed.length / bytesEach, start + limit)
  return Array.from({ length: Math.max(0, end - start) }, (_, index) =>
    packed.readUInt32LE((start + index) * bytesEach),
  )
}
