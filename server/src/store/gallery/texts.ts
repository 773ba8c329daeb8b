/** Which pictures have these words in their title or addresses. */

export type TextPart = 'title' | 'addresses'

export function createTexts() {
  const held: Record<TextPart, string[]> = { title: [], addresses: [] }
  return {
    /** @param text - as `searchable` makes it */
    put: (seq: number, part: TextPart, text: string) => {
      held[part][seq] = text
    },
    /** As it was put. */
    titleOf: (seq: number) => held.title[seq] ?? '',
    /** Clears the mask where one of the words is in no word of the picture. */
    narrow: (mask: Uint8Array, words: readonly string[]) => {
      for (let seq = 0; seq < mask.length; seq++) {
        if (mask[seq] === 0) continue
        const title = held.title[seq] ?? ''
        const addresses = held.addresses[seq] ?? ''
        if (!words.every(word => title.includes(word) || addresses.includes(word))) mask[seq] = 0
      }
    },
  }
}
export type Texts = ReturnType<typeof createTexts>
