/**
 * The memory words of pictures are searched in, and the loop that searches it. The loop is `words.wat`; a test compiles that
 * text and compares it with the bytes below.
 */

/** Pictures whose words lie together: their places fit 16 bits. */
export const stretchBits = 15
export const stretchPlaces = 1 << stretchBits

/** The module, in base64. */
export const compiledWords =
  'AGFzbQEAAAABHQNgA39/fwF/YAZ/f39/f38AYAl/f39/f39/f38AAwQDAAECBQMBAAEHEQIGbWVtb3J5AgAEbWFyawACCt8CAzMBAX8CQANAIAMgAk8E' +
  'QEEBDwsgACADai0AACABIANqLQAARw0BIANBAWohAwwACwtBAAuNAQEEfyABIABBBHZBAnRqKAIAIQYDQCACIAZBAnRqKAIEIABNBEAgBkEBaiEGDAEL' +
  'CyADIAZBAnRqIQcgBCAHKAIEQQF0aiEIIAQgBygCAEEBdGohBwNAIAcgCEkEQCAHLwEAIQkgBSAJQQN2aiEGIAYgBi0AAEEBIAlBB3F0cjoAACAHQQJq' +
  'IQcMAQsLC5kBAgR/AnsgA0EBayEMIAItAAD9DyENIAIgDGotAAD9DyEOA0AgCSABSQRAIAAgCWr9AAQAIA39IyAAIAlqIAxq/QAEACAO/SP9Tv1kIQoD' +
  'QCAKBEAgCSAKaGohCyAKIApBAWtxIQogCyABSQRAIAAgC2ogAiAMEAAEQCALIAQgBSAGIAcgCBABCwsMAQsLIAlBEGohCQwBCwsL'

/** What `words.wat` exports; all but `count` and `length` are addresses. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly mark: (
    text: number,
    count: number,
    part: number,
    length: number,
    blocks: number,
    words: number,
    placeStarts: number,
    places: number,
    bits: number,
  ) => void
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const pageBytes = 65_536
const maskBytes = stretchPlaces / 8
/** Two masks of a stretch, then what is looked for. */
const partAt = 2 * maskBytes
/** A search has 200 letters at most, and the text of a query no more than a few kilobytes. */
const mostPartBytes = 4_096
const wordsModule = new WebAssembly.Module(Buffer.from(compiledWords, 'base64'))

/** Words of a stretch with the pictures that have them. */
export interface WordList {
  /** In UTF-8, a line end behind each. */
  readonly text: Uint8Array
  /** Where each word begins, and the end. */
  readonly starts: Uint32Array
  readonly places: Uint16Array
  /** Where the places of each word begin, and the end. */
  readonly placeStarts: Uint32Array
}
/** Where a list lies in the memory. */
export interface HeldWords {
  readonly at: number
  readonly pages: number
  readonly textBytes: number
  readonly words: number
  readonly postings: number
}

/** Addresses of the parts of a list, one after the other. */
function placesOf({ at, textBytes, words, postings }: HeldWords) {
  const blocks = at + 16 * Math.ceil(textBytes / 16)
  const starts = blocks + 4 * Math.ceil(textBytes / 16)
  const placeStarts = starts + 4 * (words + 1)
  const places = placeStarts + 4 * (words + 1)
  return { blocks, starts, placeStarts, places, end: places + 2 * postings }
}

export function createWordMemory() {
  const { memory, mark } = new WebAssembly.Instance(wordsModule).exports as Exports
  /** Free pages, by where they begin. */
  const free = new Map<number, number>()

  const allocate = (pages: number): number => {
    for (const [at, there] of free) {
      if (there < pages) continue
      free.delete(at)
      if (there > pages) free.set(at + pages * pageBytes, there - pages)
      return at
    }
    return memory.grow(pages) * pageBytes
  }
  const release = ({ at, pages }: HeldWords): void => {
    const next = at + pages * pageBytes
    const after = free.get(next) ?? 0
    free.delete(next)
    const [before, there] = [...free].find(([from, length]) => from + length * pageBytes === at) ?? [at, 0]
    free.set(before, there + pages + after)
  }

  return {
    /** @returns masks of a stretch for the results of {@link find}, good until something is held anew */
    masks: (): readonly [Uint32Array, Uint32Array] => [
      new Uint32Array(memory.buffer, 0, maskBytes / 4),
      new Uint32Array(memory.buffer, maskBytes, maskBytes / 4),
    ],
    /** Takes a list in, in place of another. */
    hold: ({ text, starts, places, placeStarts }: WordList, former: HeldWords | undefined): HeldWords => {
      if (former) release(former)
      const counts = { textBytes: text.length, words: starts.length - 1, postings: places.length }
      // Sixteen bytes are read at a time, at the end as well.
      const bytes = placesOf({ at: 0, pages: 0, ...counts }).end + 16 + mostPartBytes
      const pages = Math.ceil(bytes / pageBytes)
      const held = { at: allocate(pages), pages, ...counts }
      const to = placesOf(held)
      new Uint8Array(memory.buffer, held.at).set(text)
      new Uint32Array(memory.buffer, to.starts).set(starts)
      new Uint32Array(memory.buffer, to.placeStarts).set(placeStarts)
      new Uint16Array(memory.buffer, to.places).set(places)
      const blocks = new Uint32Array(memory.buffer, to.blocks, Math.ceil(text.length / 16))
      let word = 0
      for (let block = 0; block < blocks.length; block++) {
        while (word + 2 < starts.length && (starts[word + 1] ?? 0) <= 16 * block) word++
        blocks[block] = word
      }
      return held
    },
    /** The list as it lies in memory, good until something is held anew. */
    list: (held: HeldWords): WordList => {
      const from = placesOf(held)
      return {
        text: new Uint8Array(memory.buffer, held.at, held.textBytes),
        starts: new Uint32Array(memory.buffer, from.starts, held.words + 1),
        places: new Uint16Array(memory.buffer, from.places, held.postings),
        placeStarts: new Uint32Array(memory.buffer, from.placeStarts, held.words + 1),
      }
    },
    /**
     * Sets the bits of all that have a word with this part in it.
     *
     * @param part - in UTF-8, no longer than 4,096 bytes
     * @param into - one of {@link masks}
     */
    find: (held: HeldWords, part: Uint8Array, into: Uint32Array): void => {
      new Uint8Array(memory.buffer, partAt, mostPartBytes).set(part)
      const { blocks, starts, placeStarts, places } = placesOf(held)
      const count = Math.max(0, held.textBytes - part.length + 1)
      mark(held.at, count, partAt, part.length, blocks, starts, placeStarts, places, into.byteOffset)
    },
  }
}
export type WordMemory = ReturnType<typeof createWordMemory>
