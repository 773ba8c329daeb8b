/** Which pictures have these words in their title or addresses. */
import { createWordIndex, type WordIndex } from './word-index.ts'

export type TextPart = 'title' | 'addresses'

export function createTexts() {
  const parts: Record<TextPart, WordIndex> = { title: createWordIndex(), addresses: createWordIndex() }
  return {
    /** @param text - as `searchable` makes it */
    put: (seq: number, part: TextPart, text: string) => parts[part].put(seq, text),
    /** Clears the mask where one of the words is in no word of the picture. */
    narrow: (mask: Uint8Array, words: readonly string[]) => {
      const found = new Uint8Array(mask.length)
      for (const word of words) {
        found.fill(0)
        parts.title.mark(word, found)
        parts.addresses.mark(word, found)
        for (let seq = 0; seq < mask.length; seq++) mask[seq] = (mask[seq] ?? 0) & (found[seq] ?? 0)
      }
    },
  }
}
