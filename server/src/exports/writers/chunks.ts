/** Gathers small pieces to chunks that are worth a call to the system. */

const chunkBytes = 1 << 20

/**
 * @returns the same bytes in chunks of a mebibyte; what is larger is handed on as it is. A chunk is good until the next one is
 * asked for: its memory is used again, for making new memory takes longer than filling it
 */
export async function* chunked(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes)
  let filled = 0
  for await (const piece of pieces) {
    if (filled > 0 && filled + piece.length > chunkBytes) {
      yield chunk.subarray(0, filled)
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
