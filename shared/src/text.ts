/** Controls, bidirectional overrides, zero-width and private-use marks: never wanted in a title or a label. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is this expression's purpose
const unwanted = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * Makes text from a page fit to keep: controls and bidi overrides out, white space folded, cut at `maxChars`.
 *
 * @returns the cleaned text, or `undefined` when nothing is left
 */
export function cleanText(text: string | null | undefined, maxChars: number): string | undefined {
  if (!text) return undefined
  const folded = text.replace(/\s+/g, ' ').replace(unwanted, '').replace(/ +/g, ' ').trim()
  const cut = [...folded.slice(0, maxChars * 2)].slice(0, maxChars).join('').slice(0, maxChars).trimEnd()
  return cut.toWellFormed() || undefined
}

/** A path as it is typed into a shell. */
export function inShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
