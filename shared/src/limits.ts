/** Limits both ends keep. The server enforces them; the extension stays within them. */
export const limits = {
  candidatesPerBatch: 500,
  urlChars: 4096,
  titleChars: 512,
  queryChars: 512,
  filterChars: 128,
  classChars: 64,
  datasetChars: 64,
  /** Ways to one picture a candidate may name: original, mirrors, renditions, thumbnail. */
  sourcesPerCandidate: 8,
  requestBodyBytes: 1024 * 1024,
  /** Batches one undo may name. All of it is one transaction, and nobody else is answered meanwhile. */
  batchesPerUndo: 10,
  /** Bounds of a bandwidth cap. */
  leastBytesPerSecond: 16_384,
  mostBytesPerSecond: 1_000_000_000,
} as const

/** Version of the conversation between extension and server; both refuse a different one. */
export const protocolVersion = 1

/** Where the server listens unless told otherwise. */
export const defaultPort = 4817
