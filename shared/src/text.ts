/** Controls, bidirectional overrides, zero-width and private-use marks: never wanted in a title or a label. */
const unwanted =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is this expression's purpose
  /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]/g

/** Joiners shape Persian and Hindi words and bind emoji: wanted between two characters beyond ASCII, nowhere else. */
const strayJoiners = /(?<![^\s!-~\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\s!-~\u200c\u200d])/g
/** One is enough: rows of them only make texts differ that look the same. */
const repeatedJoiners = /([\u200c\u200d])[\u200c\u200d]+/g

/**
 * Makes text from a page fit to keep: controls and bidi overrides out, white space folded, cut at `maxChars`. Cleaning
 * it again changes nothing.
 *
 * @param maxChars - most UTF-16 units of the result
 * @returns the cleaned text, or `undefined` when nothing is left
 */
export function cleanText(text: string | null | undefined, maxChars: number): string | undefined {
  if (!text) return undefined
  const visible = text.toWellFormed().replace(/\s+/g, ' ').replace(unwanted, '')
  const folded = visible.replace(repeatedJoiners, '$1').replace(strayJoiners, '').replace(/ +/g, ' ').trim()
  return cutAt(folded, maxChars).replace(/[\s\u200c\u200d]+$/, '') || undefined
}

/** Never through a character of two units. */
function cutAt(text: string, maxChars: number): string {
  const cut = text.slice(0, maxChars)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}
