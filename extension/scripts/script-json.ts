/** The JSON inside a script, found by its brackets: where it stands and what it says. */
export interface JsonPart {
  readonly start: number
  readonly end: number
  readonly value: unknown
}

/** Shorter ones hold no results. */
const leastChars = 40

/** Code before or after a part that is kept with it. */
const maxAroundChars = 80

/** What begins an object or array of data, not a block of code. */
const opening = /(?:\{\s*"|\[\s*[[{"\d])/g

/** @returns the parts that are whole JSON, none inside another, in order */
export function jsonParts(script: string): readonly JsonPart[] {
  const parts: JsonPart[] = []
  opening.lastIndex = 0
  for (let match = opening.exec(script); match; match = opening.exec(script)) {
    const start = match.index
    const end = closingPlace(script, start) + 1
    const value = end - start >= leastChars ? parsed(script.slice(start, end)) : undefined
    if (value !== undefined) parts.push({ start, end, value })
    opening.lastIndex = value === undefined ? start + 1 : end
  }
  return parts
}

/** The script with other values in its parts. Ends of elements inside texts are written so that they end nothing. */
export function withJson(script: string, parts: readonly JsonPart[], values: readonly unknown[]): string {
  let written = ''
  let place = 0
  parts.forEach(({ start, end }, index) => {
    written += script.slice(place, start) + JSON.stringify(values[index]).replaceAll('</', '<\\/')
    place = end
  })
  return written + script.slice(place)
}

/** The statements around each part, without the rest of the code. */
export function excerpt(script: string, parts: readonly JsonPart[]): string {
  return parts
    .map(({ start, end }) => {
      const before = script
        .slice(Math.max(0, start - maxAroundChars), start)
        .replace(/^[\s\S]*[\n;{}()>]/, '')
      const after = /^[\s\S]*?[\n;]/.exec(script.slice(end, end + maxAroundChars))?.[0] ?? ''
      return `${before}${script.slice(start, end)}${after.trimEnd()}\n`
    })
    .join('')
}

/** Place of the bracket that closes the one at `start`; `-1` where none does. */
function closingPlace(text: string, start: number): number {
  let depth = 0
  let isText = false
  for (let place = start; place < text.length; place++) {
    const character = text[place]
    if (isText) {
      if (character === '\\') place++
      else if (character === '"') isText = false
    } else if (character === '"') isText = true
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') {
      depth--
      if (depth === 0) return place
    }
  }
  return -1
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
