/** One rendition of a picture, as a `srcset` names it. */
export interface Rendition {
  readonly url: string
  /** Width in pixels, where the attribute says widths. */
  readonly width?: number
  /** Pixels of the picture per pixel of the page, where it says densities. */
  readonly density?: number
}

/** More renditions than this are not read from one attribute. */
const maxRenditions = 100

/**
 * Reads a `srcset` the way browsers do: addresses may contain commas, and what describes them may be missing.
 *
 * @returns renditions, largest first; those of the same size in the order of the attribute
 */
export function parseSrcset(text: string | undefined): readonly Rendition[] {
  const renditions: Rendition[] = []
  for (const [url, descriptor] of parts(text ?? '')) {
    const [, number, unit] = /(?:^|\s)(\d{1,9}(?:\.\d{1,9})?)([wx])(?:\s|$)/.exec(descriptor) ?? []
    const size = Number(number)
    renditions.push({ url, ...(unit === 'w' && { width: size }), ...(unit === 'x' && { density: size }) })
    if (renditions.length === maxRenditions) break
  }
  const sizeOf = ({ width, density }: Rendition) => width ?? density ?? 0
  return renditions.toSorted((a, b) => sizeOf(b) - sizeOf(a))
}

/** Addresses and what stands after each, character by character: an expression for this takes hostile text too long. */
function* parts(text: string): Generator<readonly [url: string, descriptor: string]> {
  let at = 0
  const skip = (isSkipped: (character: string) => boolean) => {
    const start = at
    while (at < text.length && isSkipped(text.charAt(at))) at += 1
    return text.slice(start, at)
  }
  for (;;) {
    skip(character => character === ',' || isSpace(character))
    const word = skip(character => !isSpace(character))
    if (word === '') return
    let end = word.length
    while (word.charAt(end - 1) === ',') end -= 1
    yield [word.slice(0, end), end < word.length ? '' : skip(character => character !== ',').slice(0, 100)]
  }
}

const isSpace = (character: string) => ' \t\n\f\r'.includes(character)
