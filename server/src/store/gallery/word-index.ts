/**
 * Which pictures have a word with this in it. Words are held once for each stretch of pictures, with the pictures that
 * have them: text itself is not kept.
 */

/** Pictures of one stretch: their places in it fit 16 bits. */
const stretchBits = 15
const stretchSize = 1 << stretchBits
/** Texts that wait before the words of their stretch are sorted anew, at least; more where more is sorted already. */
const leastLoose = 2_048

/** Words of sorted texts: the bytes of each between two line ends, and places of pictures. */
interface Sorted {
  readonly words: Buffer
  /** Where each word begins, and the end. */
  readonly starts: Uint32Array
  readonly places: Uint16Array
  /** Where the places of each word begin, and the end. */
  readonly placeStarts: Uint32Array
  readonly texts: number
}
interface Stretch {
  sorted: Sorted | undefined
  /** Texts that came since, by place; each counts instead of what was sorted. */
  readonly loose: Map<number, string>
}

export interface WordIndex {
  /** @param text - words between single spaces */
  readonly put: (seq: number, text: string) => void
  /** Sets 1 at the number of each picture that has a word with `part` in it. @param part - without spaces */
  readonly mark: (part: string, found: Uint8Array) => void
}

export function createWordIndex(): WordIndex {
  const stretches: (Stretch | undefined)[] = []
  return {
    put: (seq, text) => {
      const number = seq >>> stretchBits
      const stretch = stretches[number] ?? { sorted: undefined, loose: new Map<number, string>() }
      stretches[number] = stretch
      stretch.loose.set(seq & (stretchSize - 1), text)
      if (stretch.loose.size < Math.max(leastLoose, stretch.sorted?.texts ?? 0)) return
      stretch.sorted = sort(stretch)
      stretch.loose.clear()
    },
    mark: (part, found) => {
      const needle = Buffer.from(part)
      for (const [number, stretch] of stretches.entries()) {
        if (!stretch) continue
        const base = number * stretchSize
        markSorted(stretch, needle, base, found)
        for (const [place, text] of stretch.loose) if (text.includes(part)) found[base + place] = 1
      }
    },
  }
}

function markSorted({ sorted, loose }: Stretch, needle: Buffer, base: number, found: Uint8Array): void {
  if (!sorted) return
  const { words, starts, places, placeStarts } = sorted
  for (let at = words.indexOf(needle); at >= 0; ) {
    const word = wordAt(starts, at)
    const end = placeStarts[word + 1] ?? 0
    for (let next = placeStarts[word] ?? 0; next < end; next++) {
      const place = places[next] ?? 0
      if (loose.size === 0 || !loose.has(place)) found[base + place] = 1
    }
    at = words.indexOf(needle, starts[word + 1])
  }
}

/** The last word that begins at `at` or before. */
function wordAt(starts: Uint32Array, at: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low + 1 < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? 0) <= at) low = middle
    else high = middle
  }
  return low
}

function sort(stretch: Stretch): Sorted {
  const { byWord, texts } = gathered(stretch)
  const starts = new Uint32Array(byWord.size + 1)
  const placeStarts = new Uint32Array(byWord.size + 1)
  const all = [...byWord.keys()]
  const words = Buffer.from(`${all.join('\n')}\n`)
  let total = 0
  for (const places of byWord.values()) total += places.length
  const places = new Uint16Array(total)
  let [index, at, count] = [0, 0, 0]
  for (const [word, of] of byWord) {
    starts[index] = at
    placeStarts[index++] = count
    places.set(of, count)
    at += Buffer.byteLength(word) + 1
    count += of.length
  }
  starts[index] = at
  placeStarts[index] = count
  return { words, starts, places, placeStarts, texts }
}

/** Places of pictures by their words: of what was sorted before, and of what came since. */
function gathered({ sorted, loose }: Stretch) {
  const byWord = new Map<string, number[]>()
  const seen = new Uint8Array(stretchSize)
  const add = (word: string, place: number) => {
    seen[place] = 1
    const places = byWord.get(word)
    if (places) places.push(place)
    else byWord.set(word, [place])
  }
  if (sorted) {
    const { starts, words, places, placeStarts } = sorted
    for (let index = 0; index + 1 < starts.length; index++) {
      const word = words.toString('utf8', starts[index], (starts[index + 1] ?? 1) - 1)
      for (const place of places.subarray(placeStarts[index], placeStarts[index + 1])) {
        if (!loose.has(place)) add(word, place)
      }
    }
  }
  for (const [place, text] of loose) {
    if (text !== '') for (const word of new Set(text.split(' '))) add(word, place)
  }
  return { byWord, texts: seen.reduce((sum, one) => sum + one, 0) }
}
