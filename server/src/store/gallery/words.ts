/** Text as it is searched: words of letters and digits, upper and lower case and marks on letters aside. */

const word = /[\p{L}\p{N}]+/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: everything of ASCII is meant
const plain = /^[\x00-\x7f]*$/

/** @returns the text in which words are looked for, and in which words are separated by single spaces */
export function searchable(text: string): string {
  return wordsOf(text).join(' ')
}

/** @returns each word of the text, in order */
export function wordsOf(text: string): readonly string[] {
  const bare = plain.test(text) ? text : text.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  return bare.toLowerCase().match(word) ?? []
}

/** An address without its scheme, and readable. */
export function addressText(url: string): string {
  const bare = url.replace(/^https?:\/\/(?:www\.)?/, '')
  if (!bare.includes('%')) return bare
  try {
    return decodeURIComponent(bare)
  } catch {
    return bare
  }
}
