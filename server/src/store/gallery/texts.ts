/** Which pictures have these words in their title or addresses. */
import { createWordIndex, type WordIndex } from './word-index.ts'
import { createWordMemory } from './word-memory.ts'

export type TextPart = 'title' | 'addresses'

export function createTexts() {
  const memory = createWordMemory()
  const parts: Record<TextPart, WordIndex> = {
    title: createWordIndex(memory),
    addresses: createWordIndex(memory),
  }
  return {
    /** @param text - as `searchable` makes it */
    put: (seq: number, part: TextPart, text: string) => parts[part].put(seq, text),
    /** To be called when everything has been read. */
    settle: () => {
      parts.title.settle()
      parts.addresses.settle()
    },
    /**
     * Clears the bits of pictures of a stretch where one of the words is in no word of the picture.
     *
     * @param mask - of the stretch, or of its first pictures
     */
    keep: (stretch: number, words: readonly string[], mask: Uint32Array) => {
      for (const word of words) {
        if (mask.every(bits => bits === 0)) return
        const [titles, addresses] = memory.masks()
        parts.title.mark(stretch, word, titles)
        parts.addresses.mark(stretch, word, addresses)
        for (let at = 0; at < mask.length; at++) {
          mask[at] = (mask[at] ?? 0) & ((titles[at] ?? 0) | (addresses[at] ?? 0))
        }
      }
    },
  }
}
