/**
 * The memory facts about pictures are sifted in, and the loops that sift it. The loops are `sieve.wat`; a test compiles that
 * text and compares it with the bytes below.
 */

/** The module, in base64. */
export const compiledSieve =
  'AGFzbQEAAAABQglgBH9/f38AYAV/f39/fwBgBX9/f319AGADf3t7AX9gBX9/f3x8AGADf39/AGACf38Bf2AEf39/fwF/YAN/f38BfAMQDwAAAQECAwQA' +
  'AQUGBwAACAUDAQABB6gBDwZtZW1vcnkCAAR0YWtlAAAKa2VlcExpc3RlZAABCWtlZXBCeXRlcwACC2tlZXBOdW1iZXJzAAMKa2VlcEZsb2F0cwAEC2tl' +
  'ZXBEb3VibGVzAAYIYWRkRXF1YWwABwlhZGRMaXN0ZWQACARrZWVwAAkFY291bnQACgpjb3VudEJ5dGVzAAsMdGFsbHlOdW1iZXJzAAwKdGFsbHlCeXRl' +
  'cwANA3N1bQAOCtMKDzoCAX8BeyABIAJqIQQgA/0PIQUDQCAAIAH9AAQAIAX9I/1kOwEAIABBAmohACABQRBqIgEgBEkNAAsLQgIBfwF7IAEgAmohBCAD' +
  '/QAEACEFA0AgACAALwEAIAUgAf0ABAD9Dv1kcTsBACAAQQJqIQAgAUEQaiIBIARJDQALC0oCAX8CeyABIAJqIQUgA/0PIQYgBP0PIQcDQCAAIAAvAQAg' +
  'Af0ABAAgBv1xIAf9Kv1kcTsBACAAQQJqIQAgAUEQaiIBIAVJDQALC4QBAgF/AnsgASACQQJ0aiEFIAP9ESEGIAT9ESEHA0AgACAALwEAIAH9AAQAIAb9' +
  'sQEgB/0+IAH9AAQQIAb9sQEgB/0+/YUBIAH9AAQgIAb9sQEgB/0+IAH9AAQwIAb9sQEgB/0+/YUB/WX9ZHE7AQAgAEECaiEAIAFBwABqIgEgBUkNAAsL' +
  'oAECAX8GeyABIAJBAnRqIQUgA/0TIQYgBP0TIQcDQCAB/QAEACEIIAH9AAQQIQkgAf0ABCAhCiAB/QAEMCELIAAgAC8BACAIIAb9RiAIIAf9Rf1OIAkg' +
  'Bv1GIAkgB/1F/U79hQEgCiAG/UYgCiAH/UX9TiALIAb9RiALIAf9Rf1O/YUB/WX9ZHE7AQAgAEECaiEAIAFBwABqIgEgBUkNAAsLdAEEeyAA/QAEACED' +
  'IAD9AAQQIQQgAP0ABCAhBSAA/QAEMCEGIAMgAf1MIAMgAv1L/U79xAEgBCAB/UwgBCAC/Uv9Tv3EAUECdHIgBSAB/UwgBSAC/Uv9Tv3EAUEEdCAGIAH9' +
  'TCAGIAL9S/1O/cQBQQZ0cnILRgIBfwJ7IAEgAkEDdGohBSAD/RQhBiAE/RQhBwNAIAAgAC0AACABIAYgBxAFcToAACAAQQFqIQAgAUHAAGoiASAFSQ0A' +
  'CwtqAgF/AXsgASACQQJ0aiEEIAP9ESEFA0AgACAALwEAIAH9AAQAIAX9NyAB/QAEECAF/Tf9hQEgAf0ABCAgBf03IAH9AAQwIAX9N/2FAf1l/WRyOwEA' +
  'IABBAmohACABQcAAaiIBIARJDQALC2YBBH8gASACQQJ0aiEFA0AgACgCACEHQQAhBgNAIAEoAgAhCCAHIAMgCCAEIAggBEkbai0AACAGdHIhByABQQRq' +
  'IQEgBkEBaiIGQSBJDQALIAAgBzYCACAAQQRqIQAgASAFSQ0ACws0AQF/IAAgAkEDdmohAwNAIAAgACkDACABKQMAgzcDACABQQhqIQEgAEEIaiIAIANJ' +
  'DQALCy0CAX8BfiAAIAFBA3ZqIQIDQCADIAApAwB7fCEDIABBCGoiACACSQ0ACyADpwtDAgJ/AXsgASACaiEEIAP9DyEGA0AgBSAALwEAIAH9AAQAIAb9' +
  'I/1kcWlqIQUgAEECaiEAIAFBEGoiASAESQ0ACyAFC2kDAX8BfgF/IAAgAkEDdmohBANAIAApAwAhBQJAA0AgBVANASADIAEgBXqnQQJ0aigCAEECdGoh' +
  'BiAGIAYoAgBBAWo2AgAgBSAFQgF9gyEFDAALCyABQYACaiEBIABBCGoiACAESQ0ACwtmAwF/AX4BfyAAIAJBA3ZqIQQDQCAAKQMAIQUCQANAIAVQDQEg' +
  'AyABIAV6p2otAABBAnRqIQYgBiAGKAIAQQFqNgIAIAUgBUIBfYMhBQwACwsgAUHAAGohASAAQQhqIgAgBEkNAAsLWgIBfwJ+IAAgAkEDdmohAwNAIAAp' +
  'AwAhBAJAA0AgBFANASAFIAEgBHqnQQJ0ajUCAHwhBSAEIARCAX2DIQQMAAsLIAFBgAJqIQEgAEEIaiIAIANJDQALIAW6Cw=='

/** What `sieve.wat` exports. Masks, columns and tables are addresses; rows are multiples of 64. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly take: (mask: number, column: number, rows: number, value: number) => void
  readonly keepListed: (mask: number, column: number, rows: number, table: number) => void
  readonly keepBytes: (mask: number, column: number, rows: number, least: number, span: number) => void
  readonly keepNumbers: (mask: number, column: number, rows: number, least: number, span: number) => void
  readonly keepFloats: (mask: number, column: number, rows: number, least: number, most: number) => void
  readonly keepDoubles: (mask: number, column: number, rows: number, least: number, most: number) => void
  readonly addEqual: (mask: number, column: number, rows: number, value: number) => void
  readonly addListed: (mask: number, column: number, rows: number, table: number, last: number) => void
  readonly keep: (mask: number, other: number, rows: number) => void
  readonly count: (mask: number, rows: number) => number
  readonly countBytes: (mask: number, column: number, rows: number, value: number) => number
  readonly tallyNumbers: (mask: number, column: number, rows: number, counts: number) => void
  readonly tallyBytes: (mask: number, column: number, rows: number, counts: number) => void
  readonly sum: (mask: number, column: number, rows: number) => number
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const pageBytes = 65_536
const sieveModule = new WebAssembly.Module(Buffer.from(compiledSieve, 'base64'))

export function createSieve() {
  const { memory, ...loops } = new WebAssembly.Instance(sieveModule).exports as Exports
  return {
    ...loops,
    /** Valid until more is reserved. */
    buffer: () => memory.buffer,
    /** Makes the memory at least so large; what is there stays. */
    reserve: (bytes: number) => {
      const missing = bytes - memory.buffer.byteLength
      if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
    },
  }
}
