/** Gathers small pieces to chunks that are worth a call to the system. */

const chunkBytes = 1 << 20

/** @returns the same bytes in chunks of a mebibyte; what is larger is handed on as it is */
export async function* chunked(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let chunk = Buffer.allocUnsafeSlow(chunkBytes)
  let filled = 0
  for await (const piece of pieces) {
    if (filled > 0 && filled + piece.length > chunkBytes) {
      yield chunk.subarray(0, filled)
      // What was handed on may still be on its way to the disk.
      chunk = Buffer.allocUnsafeSlow(chunkBytes)
      filled = 0
    }
    if (piece.length > chunkBytes) yield piece
    else {
      chunk.set(piece, filled)
      filled += piece.length
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}
