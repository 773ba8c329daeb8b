/**
 * Which pictures have a word with this in it. Words are held once for each stretch of pictures, with the pictures that
 * have them: text itself is not kept.
 */
import { type HeldWords, stretchBits, stretchPlaces, type WordList, type WordMemory } from './word-memory.ts'

/** Texts that wait before the words of their stretch are sorted anew, at least; more where more is sorted already. */
const leastLoose = 2_048

interface Stretch {
  sorted: HeldWords | undefined
  /** Pictures with texts that are sorted. */
  texts: number
  /** Texts that came since, by place; each counts instead of what was sorted. */
  readonly loose: Map<number, string>
}

export interface WordIndex {
  /** @param text - words between single spaces */
  readonly put: (seq: number, text: string) => void
  /** Sorts what is loose: to be called when many texts have been put, and before that only whole stretches are sorted. */
  readonly settle: () => void
  /**
   * Sets the bit of each picture of a stretch that has a word with `part` in it, and clears all others.
   *
   * @param part - without spaces, up to 4,096 bytes
   * @param found - one of the masks of the memory
   */
  readonly mark: (stretch: number, part: string, found: Uint32Array) => void
}

export function createWordIndex(memory: WordMemory): WordIndex {
  const stretches: (Stretch | undefined)[] = []
  let isSettled = false

  const sort = (stretch: Stretch) => {
    if (stretch.loose.size === 0) return
    const { list, texts } = sortedAnew(stretch, memory)
    stretch.sorted = memory.hold(list, stretch.sorted)
    stretch.texts = texts
    stretch.loose.clear()
  }
  const isFull = ({ loose, texts }: Stretch) =>
    loose.size >= (isSettled ? Math.max(leastLoose, texts) : stretchPlaces)

  return {
    put: (seq, text) => {
      const number = seq >>> stretchBits
      const known = stretches[number]
      const stretch = known ?? { sorted: undefined, texts: 0, loose: new Map<number, string>() }
      stretches[number] = stretch
      stretch.loose.set(seq & (stretchPlaces - 1), text)
      const before = known ? undefined : stretches[number - 1]
      if (before && !isSettled) sort(before)
      if (isFull(stretch)) sort(stretch)
    },
    settle: () => {
      for (const stretch of stretches) if (stretch) sort(stretch)
      isSettled = true
    },
    mark: (number, part, found) => {
      found.fill(0)
      const stretch = stretches[number]
      if (!stretch) return
      if (stretch.sorted) memory.find(stretch.sorted, Buffer.from(part), found)
      for (const [place, text] of stretch.loose) {
        const [at, bit] = [place >>> 5, 1 << (place & 31)]
        const others = (found[at] ?? 0) & ~bit
        found[at] = text.includes(part) ? others | bit : others
      }
    },
  }
}

/** Words and who has them: of what was sorted before, and of what came since. */
function sortedAnew(
  stretch: Stretch,
  memory: WordMemory,
): { readonly list: WordList; readonly texts: number } {
  const ids = new Map<string, number>()
  const words: string[] = []
  const wordOf: number[] = []
  const placeOf: number[] = []
  /** The place that had the word last. */
  const lastOf: number[] = []
  const seen = new Uint8Array(stretchPlaces)
  const add = (word: string, place: number) => {
    seen[place] = 1
    let id = ids.get(word)
    if (id === undefined) {
      id = words.push(word) - 1
      ids.set(word, id)
    } else if (lastOf[id] === place) return
    lastOf[id] = place
    wordOf.push(id)
    placeOf.push(place)
  }
  if (stretch.sorted) eachHeld(memory.list(stretch.sorted), stretch.loose, add)
  for (const [place, text] of stretch.loose) {
    if (text !== '') for (const word of text.split(' ')) add(word, place)
  }
  const list = { ...textOf(words), ...byWord(words.length, wordOf, placeOf) }
  return { list, texts: seen.reduce((sum, one) => sum + one, 0) }
}

function eachHeld(
  { text, starts, places, placeStarts }: WordList,
  except: ReadonlyMap<number, string>,
  add: (word: string, place: number) => void,
): void {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length)
  for (let index = 0; index + 1 < starts.length; index++) {
    const word = bytes.toString('utf8', starts[index], (starts[index + 1] ?? 1) - 1)
    for (const place of places.subarray(placeStarts[index], placeStarts[index + 1])) {
      if (!except.has(place)) add(word, place)
    }
  }
}

function textOf(words: readonly string[]): Pick<WordList, 'text' | 'starts'> {
  const starts = new Uint32Array(words.length + 1)
  let at = 0
  for (const [index, word] of words.entries()) {
    starts[index] = at
    at += Buffer.byteLength(word) + 1
  }
  starts[words.length] = at
  return { text: Buffer.from(words.map(word => `${word}\n`).join('')), starts }
}

/** Orders places by their words. */
function byWord(words: number, wordOf: readonly number[], placeOf: readonly number[]) {
  const placeStarts = new Uint32Array(words + 1)
  for (const word of wordOf) placeStarts[word + 1] = (placeStarts[word + 1] ?? 0) + 1
  for (let word = 0; word < words; word++)
    placeStarts[word + 1] = (placeStarts[word + 1] ?? 0) + (placeStarts[word] ?? 0)
  const next = placeStarts.slice()
  const places = new Uint16Array(placeOf.length)
  for (const [index, word] of wordOf.entries()) {
    const to = next[word] ?? 0
    places[to] = placeOf[index] ?? 0
    next[word] = to + 1
  }
  return { placeStarts, places }
}
